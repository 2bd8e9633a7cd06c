import { expect, test } from './server';

test.use({ flow: 'examples/auto-reply/flow.json' });

test('first minute, by mouse: text hello, see the reply and what was shown', async ({ page, server }) => {
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  const elsewhere: string[] = [];
  page.on('request', (r) => {
    if (!r.url().startsWith(server.origin) && !r.url().startsWith('data:')) elsewhere.push(r.url());
  });
  await page.goto(server.url);
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();

  const phone = page.getByRole('region', { name: 'Phone simulator' });
  await phone.getByRole('textbox', { name: 'Message' }).fill('hello');
  await phone.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(phone.getByRole('log', { name: 'Conversation' })).toContainText('You said hello');

  const debug = page.getByRole('region', { name: 'Debug messages' }).getByRole('log', { name: 'Debug messages' });
  await expect(debug).toContainText('What came');
  await expect(debug).toContainText('hello');
  expect(errors).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test('first minute, by keyboard only', async ({ page, server }) => {
  await page.goto(server.url);
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();
  const phone = page.getByRole('region', { name: 'Phone simulator' });
  await expect(phone).toBeVisible();
  await page.keyboard.press('Control+Alt+s');
  await expect(phone).toBeHidden();
  await page.keyboard.press('Control+Alt+s');
  const box = phone.getByRole('textbox', { name: 'Message' });
  await box.focus();
  await page.keyboard.type('hello from keys');
  await page.keyboard.press('Enter');
  await expect(phone.getByRole('log', { name: 'Conversation' })).toContainText('You said hello from keys');
});
