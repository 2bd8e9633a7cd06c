import { Keys, Mouse } from './hands';
import { expect, type Server, test } from './server';

/** The account that the simulator made up: a stand-in for one at the provider. */
async function account(server: Server): Promise<{ apiKey: string; apiSecret: string; url: string }> {
  const r = await fetch(`${server.origin}/admin/simulator`, { headers: { Authorization: `Bearer ${server.token}` } });
  return (await r.json()) as { apiKey: string; apiSecret: string; url: string };
}

/** What is in the flow now, by type. */
async function deployedFlow(server: Server): Promise<Map<string, Record<string, unknown>>> {
  const r = await fetch(`${server.origin}/admin/flows`, { headers: { Authorization: `Bearer ${server.token}` } });
  return new Map(((await r.json()) as Record<string, unknown>[]).map((n) => [String(n['type']), n]));
}

test('the first flow from nothing, by mouse', async ({ page, server }) => {
  const m = new Mouse(page);
  const { apiKey, apiSecret, url } = await account(server);
  await m.open(server.url);
  await m.place('inject', 0.15, 0.3);
  await m.place('send sms', 0.45, 0.3);
  await m.place('debug', 0.8, 0.3);
  await m.wire('inject', 'send-sms');
  await m.wire('send-sms', 'debug');

  await m.settings('send-sms');
  await m.press(m.form.getByRole('button', { name: 'New…' }));
  await m.fill('Name', 'Our account');
  await m.fill('API key', apiKey);
  await m.fill('API secret', apiSecret);
  await m.press(m.form.getByText('Advanced'));
  await m.fill('SMS API', url);
  await m.shot('first-flow-account');
  await m.done();
  await expect(m.field('Vonage')).toContainText('Our account');
  await m.fill('From', 'Flowrill');
  await m.fill('To', '447700900001');
  await m.fill('Text', 'Hello from the first flow');
  await expect(m.form).toContainText('25/160 GSM-7');
  await m.done();
  await m.deploy();

  await m.click((await m.drawn('inject')).locator('.cv-button'));
  const row = m.debug.getByRole('article');
  for (const line of ['msg.payload:', 'messages:', '0:']) await m.click(row.getByRole('button', { name: line }).last());
  await expect(row).toContainText('status:"0"');
  await expect((await m.drawn('send-sms')).locator('.cv-status')).toContainText('sent');
  await expect(m.talk).toContainText('Hello from the first flow');
  await m.shot('first-flow-sent');

  // The secret went to the server and does not come back.
  await m.settings('send-sms');
  await m.click(m.form.getByRole('button', { name: 'Edit', exact: true }));
  await expect(m.form.getByRole('group', { name: 'API secret' })).toContainText('Set');
  expect(await page.content()).not.toContain(apiSecret);
  const flow = await deployedFlow(server);
  expect(JSON.stringify([...flow.values()])).not.toContain(apiSecret);
});

test('the auto-reply from nothing, by mouse', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  await m.place('debug', 0.6, 0.5);
  await m.find('http');
  await m.place('http in', 0.15, 0.3);
  await m.place('http response', 0.6, 0.15);
  await m.settings('http-in');
  await m.fill('URL', '/sms');
  await m.done();
  await m.wire('http-in', 'http-response');
  await m.wire('http-in', 'debug');
  await m.deploy();
  await m.text('what comes here?');
  await expect(m.debug).toContainText('what comes here?');

  await m.find('sms');
  await m.place('send sms', 0.6, 0.33);
  await m.wire('http-in', 'send-sms');
  await m.settings('send-sms');
  await m.press(m.form.getByRole('button', { name: 'New…' }));
  await m.fill('Name', 'Simulator');
  await m.done();
  // The message that came is what the previews are made of.
  await m.fill('From', '<<msg.payload.to>>');
  await m.fill('To', '<<msg.payload.msisdn>>');
  await m.fill('Text', 'You said ');
  await m.click(m.form.getByRole('button', { name: 'Insert a value, Text' }));
  await m.click(page.getByRole('menuitem', { name: 'payload.text' }));
  await expect(m.field('Text')).toHaveText('You said <<msg.payload.text>>');
  await expect(m.field('Text')).toBeFocused();
  await expect(m.form.getByRole('status', { name: 'Preview' })).toHaveText([
    '447700900000',
    '447700900001',
    'You said what comes here?',
  ]);
  await expect(m.form).toContainText('25/160 GSM-7');
  await expect(m.form).toContainText('1 segment');
  await m.shot('auto-reply-preview');
  await m.done();
  await m.deploy();
  await m.text('hello');
  await expect(m.talk).toContainText('You said hello');
  await m.shot('auto-reply-answers');
});

test('the first flow from nothing, by keyboard only', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.add('inject');
  await k.at('inject');
  await k.add('send sms');
  await k.at('send-sms');
  await k.add('debug');
  await k.at('debug');
  await k.press('Alt+ArrowLeft');
  await k.at('send-sms');
  await k.settings();
  await k.newAccount('Our account');
  await k.fill('From', 'Flowrill');
  await k.fill('To', '447700900001');
  await k.fill('Text', 'Hello from the first flow');
  await k.done();
  await k.deploy();

  await k.press('Alt+ArrowLeft');
  await k.at('inject');
  await k.press('i');
  await expect(k.debug).toContainText('message-count');
  await k.region(k.debug);
  await k.press('ArrowUp', 'ArrowRight');
  for (const line of ['messages:', '0:']) {
    for (let i = 0; i < 5 && !(await k.focusedText()).startsWith(line); i++) await k.press('ArrowDown');
    await k.press('ArrowRight');
  }
  await expect(k.debug).toContainText('status:"0"');
  await expect(k.talk).toContainText('Hello from the first flow');
});

test('the auto-reply from nothing, by keyboard only', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.add('http in');
  await k.at('http-in');
  await k.settings();
  await k.fill('URL', '/sms');
  await k.done();
  await k.add('http response');
  for (const type of ['debug', 'send sms']) {
    await k.press('Alt+ArrowLeft');
    await k.at('http-in');
    await k.add(type);
  }
  await k.at('send-sms');
  await k.settings();
  await k.newAccount('Simulator');
  await k.fill('From', '<<msg.payload.to>>');
  await k.fill('To', '<<msg.payload.msisdn>>');
  await k.fill('Text', 'Hello');
  await expect(k.form).toContainText('5/160 GSM-7');
  await k.done();
  await k.deploy();
  await k.text('anyone there?');
  await expect(k.debug).toContainText('anyone there?');
  await expect(k.talk).toContainText('Reply: Hello');

  // Opened again, the form knows what came.
  await k.region(k.canvas);
  await k.at('send-sms');
  await k.settings();
  const previews = k.form.getByRole('status', { name: 'Preview' });
  await expect(previews).toHaveText(['447700900000', '447700900001']);
  await k.fill('Text', 'You said <<msg.payload.text>>');
  await expect(previews).toHaveText(['447700900000', '447700900001', 'You said anyone there?']);
  await expect(k.form).toContainText('22/160 GSM-7');
  await k.shot('auto-reply-keys');
  await k.done();
  await k.deploy();
  await k.text('hello');
  await expect(k.talk).toContainText('You said hello');
});
