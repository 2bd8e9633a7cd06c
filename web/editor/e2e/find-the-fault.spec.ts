import { Keys, Mouse } from './hands';
import { expect, test } from './server';

// The guide's auto-reply, but for one word: the sender's number is in msisdn, not in from.
test.use({ flow: 'web/editor/e2e/no-reply.json' });

const why = 'to is empty: <<msg.payload.from>> has no value';

test('find the fault, by mouse', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  await m.text('hello');

  // No reply: it says so in the conversation, in the debug panel and under the node.
  await expect(m.talk).toContainText('Reply');
  await expect(m.talk).toContainText(why);
  const status = (await m.drawn('Reply, send-sms')).locator('.cv-status');
  await expect(status).toHaveAttribute('data-look', 'error');
  await expect(status).toContainText('to is empty');
  const error = m.debug.getByRole('article').filter({ hasText: why });
  await expect(error).toHaveAttribute('data-level', 'error');
  await m.shot('fault-shown');
  await m.click(error.getByRole('button', { name: 'Reply' }));
  await expect(m.item('Reply, send-sms')).toHaveAttribute('aria-selected', 'true');

  // What came in, what came out.
  await m.hover('Reply, send-sms', 'in');
  await expect(page.getByRole('tooltip')).toContainText('msisdn: "447700900001"');
  await m.shot('fault-input');
  await m.hover('Reply, send-sms', 'out');
  await expect(page.getByRole('tooltip')).toContainText('no message yet');

  await m.settings('Reply, send-sms');
  await m.shot('fault-form');
  // Typed beside a field, it presses no key of the canvas.
  await m.click(m.form.getByRole('heading', { name: 'Reply' }));
  await page.keyboard.type('die');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeDisabled();
  await m.fill('To', '<<msg.payload.msisdn>>');
  await expect(m.form.getByRole('status', { name: 'Preview' }).nth(1)).toHaveText('447700900001');
  await m.done();
  await m.deploy();
  await m.text('hello again');
  await expect(m.talk).toContainText('You said hello again');
  await expect(status).toHaveAttribute('data-look', 'ok');
  await m.shot('fault-mended');
});

test('find the fault, by keyboard only', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.press('Control+]');
  await expect(page.getByRole('tab', { name: 'Notes' })).toHaveAttribute('aria-selected', 'true');
  await k.text('hello');
  await expect(k.talk).toContainText(why);

  // From the error to the node, on another flow.
  await k.region(k.debug);
  await k.press('ArrowUp');
  for (let i = 0; i < 3 && !(await k.focusedText()).includes(why); i++) await k.press('ArrowUp');
  await k.press('ArrowLeft');
  expect(await k.focusedText()).toBe('Reply');
  await k.press('Enter');
  await k.at('Reply, send-sms');
  const reply = k.item('Reply, send-sms');
  await expect(reply).toHaveAttribute('aria-selected', 'true');
  await expect(reply).toHaveAttribute('aria-description', /status: to is empty/);

  // V shows what came in and went out, here and wherever the focus goes.
  await k.press('v');
  const values = page.getByRole('group', { name: 'Last values of Reply' });
  await expect(values).toContainText('msisdn: "447700900001"');
  await expect(values).toContainText('no message yet');
  await expect(k.canvas.getByRole('status')).toContainText('msisdn: "447700900001"');
  await k.shot('fault-values');
  await k.press('Alt+ArrowLeft');
  await k.at('Text arrives, http-in');
  await expect(page.getByRole('group', { name: 'Last values of Text arrives' })).toContainText('text: "hello"');
  await k.press('Escape', 'Alt+ArrowRight', 'ArrowDown');
  await expect(page.getByRole('group', { name: /Last values/ })).toBeHidden();
  await k.at('Reply, send-sms');

  await k.settings();
  await k.fill('To', '<<msg.payload.msisdn>>');
  await expect(k.form.getByRole('status', { name: 'Preview' }).nth(1)).toHaveText('447700900001');
  await k.done();
  await k.deploy();
  await k.text('hello again');
  await expect(k.talk).toContainText('You said hello again');
  await expect(reply).toHaveAttribute('aria-description', /status: sent/);
});
