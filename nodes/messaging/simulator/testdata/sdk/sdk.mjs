// Reads {account, webhooks} from standard input, does with the official SDK
// what its users do, and prints what came back as one JSON object.
import { readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { Vonage } from '@vonage/server-sdk';
import { SMS } from '@vonage/messages';
import { AlgorithmTypes } from '@vonage/auth';

const { account, webhooks } = JSON.parse(readFileSync(0, 'utf8'));
const hosts = { restHost: account.url, apiHost: account.url };
const basic = new Vonage({ apiKey: account.apiKey, apiSecret: account.apiSecret }, hosts);
const jwt = new Vonage({ applicationId: account.applicationId, privateKey: account.privateKey }, hosts);
const wrong = new Vonage({ apiKey: account.apiKey, apiSecret: 'wrong' }, hosts);
const stranger = new Vonage({ applicationId: '00000000-0000-4000-8000-000000000000', privateKey: account.privateKey }, hosts);

const refused = async (promise) => {
  try {
    return { accepted: await promise };
  } catch (error) {
    return { name: error.constructor.name, message: error.message, messages: error.getFailedMessages?.(), status: error.response?.status };
  }
};

const out = {};
out.sms = await basic.sms.send({ from: 'Acme', to: '447700900000', text: 'Basic: a&b = ü', clientRef: 'ref-1' });
out.long = await basic.sms.send({ from: 'Acme', to: '447700900000', text: '😀'.repeat(67), type: 'unicode', ttl: 60000 });

// The SDK signs nothing it sends, but knows how a signature must look.
const params = {
  api_key: account.apiKey, timestamp: String(Math.floor(Date.now() / 1000)),
  from: '447700900001', to: '447700900000', text: 'Signed: a&b = 😀', type: 'unicode',
};
const text = Object.keys(params).sort().map((key) => `&${key}=${params[key].replace(/[&=]/g, '_')}`).join('');
params.sig = createHmac(account.signatureMethod, account.signatureSecret).update(text).digest('hex');
const algorithm = AlgorithmTypes[`${account.signatureMethod}hmac`];
out.signatureAsSDK = basic.sms.verifySignature(params.sig, params, account.signatureSecret, algorithm);
const answer = await fetch(`${account.url}/sms/json`, { method: 'POST', body: new URLSearchParams(params) });
out.signed = await answer.json();

out.jwt = await jwt.messages.send(new SMS({ from: 'Acme', to: '447700900000', text: 'JWT', clientRef: 'ref-2' }));
out.messagesBasic = await basic.messages.send(new SMS({ from: 'Acme', to: '447700900000', text: 'Basic' }));

out.badSecret = await refused(wrong.sms.send({ from: 'Acme', to: '447700900000', text: 'x' }));
out.badApplication = await refused(stranger.messages.send(new SMS({ from: 'Acme', to: '447700900000', text: 'x' })));
out.badNumber = await refused(jwt.messages.send(new SMS({ from: 'Acme', to: '07700900000', text: 'x' })));

out.webhooks = webhooks.map((fields) => basic.sms.verifySignature(fields.sig, fields, account.signatureSecret, algorithm));
process.stdout.write(JSON.stringify(out));
