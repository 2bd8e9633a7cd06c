import { expect, test } from './server';

test.use({ flow: 'examples/auto-reply/flow.json' });

test('the phone shows a fault of the provider, ends it, and keeps what was said', async ({ page, server }) => {
  await page.goto(server.url);
  const phone = page.getByRole('region', { name: 'Phone simulator' });
  const talk = phone.getByRole('log', { name: 'Conversation' });
  const text = async (message: string) => {
    await phone.getByRole('textbox', { name: 'Message' }).fill(message);
    await phone.getByRole('button', { name: 'Send', exact: true }).click();
  };

  await phone.getByRole('button', { name: 'Faults' }).click();
  await page.getByRole('menuitemradio', { name: 'Wants more credit' }).click();
  await expect(phone.getByText('The provider wants more credit')).toBeVisible();
  await text('one');
  const debug = page.getByRole('log', { name: 'Debug messages' });
  await expect(debug).toContainText('Why it failed');
  await expect(talk).not.toContainText('You said one');

  // Another who opens the editor sees it, too.
  await page.reload();
  await expect(phone.getByText('The provider wants more credit')).toBeVisible();
  await expect(talk).toContainText('one');
  await phone.getByRole('button', { name: 'End', exact: true }).click();
  await expect(phone.getByText('The provider wants more credit')).toBeHidden();
  await text('two');
  await expect(talk).toContainText('You said two');

  await page.reload();
  await expect(talk).toContainText('You said two');
  const said = await talk.locator('.sim-text').allInnerTexts();
  expect(said.map((s) => s.replace(/^(You|Reply):\s*/, ''))).toEqual(['one', 'two', 'You said two']);
});

test('a text that comes twice is told apart from two texts', async ({ page, server }) => {
  await page.goto(server.url);
  const phone = page.getByRole('region', { name: 'Phone simulator' });
  const asked = page.waitForRequest((r) => r.url().endsWith('/simulator/inbound'));
  await phone.getByRole('textbox', { name: 'Message' }).fill('again');
  await phone.getByRole('button', { name: 'Simulator options' }).click();
  await page.getByRole('menuitem', { name: /^Text twice the same/ }).click();
  expect((await asked).postDataJSON()).toMatchObject({ text: 'again', copies: 2 });
  await expect(phone.getByRole('log', { name: 'Conversation' })).toContainText('You said again');
});

test('a text that is sent from elsewhere is on the open phone, and on one that is opened later', async ({
  page,
  server,
}) => {
  await page.goto(server.url);
  const phone = page.getByRole('region', { name: 'Phone simulator' });
  await phone.getByRole('button', { name: 'Text “hello”' }).click();
  await expect(phone.getByRole('log', { name: 'Conversation' })).toContainText('You said hello');
  await fetch(`${server.origin}/admin/simulator/inbound`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ text: 'from a script', copies: 2 }),
  });
  const said = ['hello', 'You said hello', 'from a script', 'You said from a script'];
  const other = await page.context().newPage();
  for (const p of [page, other]) {
    if (p === other) await p.goto(server.url);
    const bubbles = p.getByRole('log', { name: 'Conversation' }).locator('.sim-text');
    await expect
      .poll(() => bubbles.allInnerTexts().then((all) => all.map((x) => x.replace(/^(You|Reply):\s*/, '')).slice(0, 4)))
      .toEqual(said);
  }
});

test('letters typed before the command palette is there are not lost', async ({ page, server }) => {
  // The palette's files come late, as over a slow line.
  await page.route(/CommandPalette/, async (route) => {
    await new Promise((go) => setTimeout(go, 600));
    await route.continue();
  });
  await page.goto(server.url);
  const canvas = page.getByRole('application', { name: 'Flow canvas' });
  await expect(canvas).toBeVisible();
  await canvas.focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('settings');
  await expect(page.getByRole('combobox', { name: 'Command' })).toHaveValue('settings');
});
