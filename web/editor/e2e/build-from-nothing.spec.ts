import type { Page } from '@playwright/test';
import { Keys, Mouse } from './hands';
import { expect, test } from './server';

test('the first flow from nothing, by mouse', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  await m.place('inject', 0.15, 0.3);
  await m.place('send sms', 0.45, 0.3);
  await m.place('debug', 0.8, 0.3);
  await m.wire('inject', 'send-sms');
  await m.wire('send-sms', 'debug');

  await m.doubleClick('send-sms');
  await m.press(m.form.getByRole('button', { name: 'New…' }));
  const account = await simulator(server);
  await m.fill('Name', 'Our account');
  await m.fill('API key', account.key);
  await m.fill('API secret', account.secret);
  await m.shot('a-06-vonage');
  await m.press(m.form.getByText('Advanced'));
  await m.fill('SMS API', account.smsUrl);
  await m.shot('a-07-vonage');
  await m.done();
  await m.shot('a-08-back');
  await m.fill('From', 'Flowrill');
  await m.fill('To', '447700900001');
  await m.fill('Text', 'Hello from the first flow');
  await m.shot('a-09');
  await m.done();
  await m.shot('a-10');
  await m.deploy();
  await m.shot('a-11');
  await m.click((await m.drawn('inject')).locator('.cv-button'));
  const row = m.debug.getByRole('article');
  await expect(row).toContainText('message-count');
  await m.shot('a-12');
});

async function simulator(server: { origin: string; token: string }) {
  const r = await fetch(`${server.origin}/admin/simulator`, { headers: { Authorization: `Bearer ${server.token}` } });
  const all = await r.json();
  console.log(JSON.stringify(all).slice(0, 600));
  return { key: all.apiKey, secret: all.apiSecret, smsUrl: all.url };
}

test('the auto-reply from nothing, by mouse', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  await m.place('debug', 0.6, 0.5);
  await m.find('http');
  await m.place('http in', 0.15, 0.3);
  await m.place('http response', 0.6, 0.15);
  await m.doubleClick('http-in');
  await m.fill('URL', '/sms');
  await m.done();
  await m.wire('http-in', 'http-response');
  await m.wire('http-in', 'debug');
  await m.shot('b-05');
  await m.deploy();
  await m.text('what is this');
  await m.shot('b-06');
  await expect(m.debug).toContainText('what is this');
  await m.shot('b-07');
  await m.find('sms');
  await m.place('send sms', 0.6, 0.33);
  await m.wire('http-in', 'send-sms');
  await m.shot('b-08');
  await m.doubleClick('send-sms');
  await m.press(m.form.getByRole('button', { name: 'New…' }));
  await m.fill('Name', 'Simulator');
  await m.done();
  await m.fill('From', '<<msg.payload.to>>');
  await m.shot('b-09');
  await m.fill('To', '<<msg.payload.msisdn>>');
  await m.fill('Text', 'You said <<msg.payload.text>>');
  await m.shot('b-10');
  await m.done();
  await m.deploy();
  await m.text('hello');
  await expect(m.talk).toContainText('You said hello');
  await m.shot('b-11');
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
  await k.shot('c-01');
  await k.press('Alt+ArrowLeft');
  await k.at('send-sms');
  await k.settings();
  await k.tab(k.field('Vonage'));
  await k.press('Alt+Enter');
  await expect(k.field('API key')).toBeVisible();
  await expect(k.field('Name')).toBeFocused();
  await k.type('Our account');
  await k.press('Control+Enter');
  await expect(k.field('Vonage')).toBeFocused();
  await k.fill('From', 'Flowrill');
  await k.fill('To', '447700900001');
  await k.fill('Text', 'Hello from the first flow');
  await k.shot('c-02');
  await k.done();
  await k.deploy();
  await k.press('Alt+ArrowLeft');
  await k.at('inject');
  await k.press('i');
  await expect(k.debug).toContainText('message-count');
  await k.region(k.debug);
  await k.press('ArrowUp', 'ArrowRight');
  await k.shot('c-03');
  for (const line of ['messages:', '0:']) {
    for (let i = 0; i < 5 && !(await focusedText(page)).startsWith(line); i++) await k.press('ArrowDown');
    await k.press('ArrowRight');
  }
  await expect(k.debug).toContainText('status:"0"');
  await k.shot('c-04');
});

const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
