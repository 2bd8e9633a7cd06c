import { Keys, Mouse } from './hands';
import { expect, test } from './server';

test.use({ flow: 'examples/auto-reply/flow.json' });

test('first minute, by mouse: text hello, see the wires light, the reply, and what was shown', async ({
  page,
  server,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  const elsewhere: string[] = [];
  page.on('request', (r) => {
    if (!r.url().startsWith(server.origin) && !r.url().startsWith('data:')) elsewhere.push(r.url());
  });
  const m = new Mouse(page);
  await m.open(server.url);
  await expect(page.getByRole('tab', { name: 'Auto-reply' })).toBeVisible();

  const lit = await m.watchWire('Text arrives (GET), http-in', 'Got it, http-response');
  expect(await lit()).toBe(false);
  await m.text('hello');
  await expect.poll(lit).toBe(true);
  await expect(m.talk).toContainText('You said hello');
  const row = m.debug.getByRole('article').filter({ hasText: 'hello' });
  await m.click(row.getByRole('button', { name: 'What came', exact: true }));
  const node = m.item('What came, debug');
  await expect(node).toHaveAttribute('aria-selected', 'true');
  await expect(m.canvas).toHaveAttribute('aria-activedescendant', (await node.getAttribute('id')) ?? '');
  expect(errors).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test('first minute, by keyboard only', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await expect(k.phone).toBeVisible();
  await k.press('Control+Alt+s');
  await expect(k.phone).toBeHidden();
  await k.press('Control+Alt+s');
  await expect(k.phone.getByRole('textbox', { name: 'Message' })).toBeFocused();

  const lit = await k.watchWire('Text arrives (GET), http-in', 'Got it, http-response');
  expect(await lit()).toBe(false);
  await k.type('hello from keys');
  await k.press('Enter');
  await expect.poll(lit).toBe(true);
  await expect(k.talk).toContainText('You said hello from keys');
  await expect(k.debug).toContainText('hello from keys');
  await k.region(k.debug);
  await k.press('ArrowDown');
  for (let i = 0; i < 5 && !(await k.focusedText()).includes('hello from keys'); i++) await k.press('ArrowDown');
  await k.press('ArrowLeft', 'Enter');
  await k.at('What came, debug');
});
