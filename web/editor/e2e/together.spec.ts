import { Keys } from './commands';
import { expect, test } from './server';

// Two people at one server, and what each sees of the other.

const node = (id: string, type: string, more = {}) => ({ id, type, z: 'desk', x: 200, y: 100, wires: [], ...more });
const flows = [
  { id: 'desk', type: 'tab', label: 'Help desk' },
  node('ask', 'inject', { name: 'Ask', props: [{ p: 'payload' }], wires: [['words']] }),
  node('words', 'template', { name: 'Words', y: 200, field: 'payload', template: 'Hello', wires: [[]] }),
];
test.use({ flow: { flows } });

test('a form that is typed into follows what another deploys of its node, and keeps what was typed', async ({
  page,
  server,
}) => {
  const one = new Keys(page);
  await one.open(server.url);
  const context = await page.context().browser()?.newContext();
  if (!context) throw new Error('no browser');
  const two = new Keys(await context.newPage());
  await two.open(server.url);
  for (const k of [one, two])
    await expect(k.page.getByRole('list', { name: 'Also here' }).getByRole('listitem')).toHaveCount(1);

  await one.goTo('Words');
  await one.settings();
  await one.retype('Words of one');
  // The other sees who is at it.
  await expect(two.page.getByTitle('admin edits Words')).toBeVisible();

  await two.goTo('Words');
  await two.settings();
  await two.page.getByRole('textbox', { name: 'Template' }).focus();
  await two.retype('Good morning');
  await two.done();
  await two.deploy();
  await expect(one.form.getByRole('textbox', { name: 'Template' })).toContainText('Good morning');
  await expect(one.field('Name')).toHaveValue('Words of one');
  await one.done();
  await one.deploy();
  expect(await server.object('words')).toMatchObject({ name: 'Words of one', template: 'Good morning' });
  await context.close();
  await expect(page.getByRole('list', { name: 'Also here' })).toBeHidden();
});

test('revisions while the server is away: it says that they cannot be read, and reads them when it is back', async ({
  page,
  server,
}) => {
  const keys = new Keys(page);
  await keys.open(server.url);
  await keys.command('Deployed revisions');
  const dialog = page.getByRole('dialog', { name: 'Deployed revisions' });
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await keys.press('Escape');
  await server.stop();
  await keys.command('Deployed revisions');
  await expect(dialog).toContainText('The revisions could not be read');
  await server.start();
  await expect(dialog.getByRole('listitem')).not.toHaveCount(0);
});

test('the flow one works on is removed by another: what was changed in it is kept with its flow, or goes', async ({
  page,
  server,
}) => {
  const keys = new Keys(page);
  await keys.open(server.url);
  await keys.rename('Ask', 'Mine');
  await fetch(`${server.origin}/admin/flows`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${server.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify([{ id: 'two', type: 'tab', label: 'Other' }]),
  });
  const deploy = page.getByRole('button', { name: 'Deploy', exact: true });
  const tabs = page.getByRole('tablist', { name: 'Flows' }).getByRole('tab');
  await expect(tabs).toHaveText(['Help desk', 'Other']);
  await expect(deploy).toHaveAccessibleDescription('2 added');
  await expect(page.getByRole('treeitem', { name: 'Mine, inject' })).toBeAttached();
  await keys.press('Control+d');
  const dialog = page.getByRole('dialog', { name: '1 conflict' });
  await keys.tabTo(dialog.getByRole('button', { name: 'Delete it too' }));
  await keys.press('Enter');
  await expect(tabs).toHaveText(['Other']);
  await expect(deploy).toHaveAccessibleDescription('Nothing to deploy');
});
