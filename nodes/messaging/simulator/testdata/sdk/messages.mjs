// Reads {hosts, account, cases: [{api, make, params}]} from standard input, has
// the official SDK send each case, and prints what came back as a JSON list.
import { readFileSync } from 'node:fs';
import { Vonage } from '@vonage/server-sdk';
import * as messages from '@vonage/messages';

const { url, account, cases } = JSON.parse(readFileSync(0, 'utf8'));
const hosts = { restHost: url, apiHost: url };
const basic = new Vonage({ apiKey: account.apiKey, apiSecret: account.apiSecret }, hosts);
const jwt = new Vonage({ applicationId: account.applicationId, privateKey: account.privateKey }, hosts);

const out = [];
for (const { make, params, auth } of cases) {
  try {
    const client = auth === 'basic' ? basic : jwt;
    out.push(make === 'sms.send' ? await basic.sms.send(params)
      : await client.messages.send(make === '' ? params : new messages[make](params)));
  } catch (error) {
    out.push({ error: error.message, body: await error.response?.text?.().catch(() => '') });
  }
}
process.stdout.write(JSON.stringify(out));
