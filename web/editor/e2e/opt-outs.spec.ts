import { expect, test } from './server';

test.use({ flow: 'examples/opt-in-list/flow.json' });

test('who has opted out is seen, added, removed and saved as a file', async ({ page, server }) => {
  await page.goto(server.url);
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();
  // Somebody texts STOP.
  const phone = page.getByRole('region', { name: 'Phone simulator' });
  await phone.getByRole('textbox', { name: 'Message' }).fill('Stop!');
  await phone.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(phone.getByRole('log', { name: 'Conversation' })).toContainText('You are off the list.');

  await page.getByRole('button', { name: 'Main menu' }).click();
  await page.getByRole('menuitem', { name: 'Opted-out people' }).click();
  const dialog = page.getByRole('dialog', { name: 'Opted-out people' });
  const rows = dialog.getByRole('list', { name: 'Opted-out people' }).getByRole('listitem');
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('447700900001');
  await expect(rows.first()).toContainText('STOP');

  // The focus is where one types; without a number of ours it is for all.
  await page.keyboard.type('447700900007');
  await page.keyboard.press('Enter');
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: '447700900007' })).toContainText('All your numbers · Added by hand');

  const file = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as CSV' }).click();
  expect((await file).suggestedFilename()).toBe('opt-outs.csv');

  await dialog.getByRole('button', { name: 'Let 447700900001 be texted again' }).click();
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rows).toHaveCount(2);
});
