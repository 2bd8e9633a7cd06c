import { Keys } from './commands';
import { expect, test } from './server';

test.use({ flow: 'examples/auto-reply/flow.json' });

// Screen readers and other people's tests rely on these names (README.md): a change here breaks theirs.
test('everything has the name that it is known by', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await test.step('buttons of the header', async () => {
    for (const name of ['Deploy', 'Deploy options', 'Undo', 'Redo', 'Main menu', 'Simulator'])
      await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  });
  await test.step('palette', async () => {
    await expect(k.palette.getByRole('searchbox', { name: 'Search nodes', exact: true })).toBeVisible();
    await expect(k.palette.getByRole('button', { name: 'send sms', exact: true })).toBeVisible();
  });
  await test.step('a click in the palette adds one, two quick ones no other, and names stay unique', async () => {
    const added = page.getByRole('treeitem', { name: /, function$/ });
    const button = k.palette.getByRole('button', { name: 'function', exact: true });
    await button.click();
    await expect(added).toHaveCount(1);
    await button.dblclick();
    await expect(added).toHaveCount(2);
    await k.canvas.hover();
    await expect(k.palette.getByRole('button', { name: 'function, recent', exact: true })).toBeVisible();
    await expect(button).toHaveCount(1);
    await k.press('Control+z', 'Control+z');
    await expect(added).toHaveCount(0);
  });
  await test.step('flows', async () => {
    const flows = page.getByRole('tablist', { name: 'Flows', exact: true });
    await expect(flows.getByRole('tab', { name: 'Auto-reply', exact: true })).toHaveAttribute('aria-selected', 'true');
  });
  await test.step('canvas and its nodes', async () => {
    await expect(page.getByRole('application', { name: 'Flow canvas', exact: true })).toBeVisible();
    for (const name of ['Text arrives (GET), http-in', 'Reply, send-sms', 'What came, debug'])
      await expect(page.getByRole('treeitem', { name, exact: true })).toBeVisible();
    const items = k.canvas.getByRole('tree').getByRole('treeitem');
    for (const item of await items.all()) await expect(item).toHaveAccessibleName(/^.+, [a-z][a-z-]+$/);
  });
  await test.step('zoom', async () => {
    const zoom = page.getByRole('group', { name: 'Zoom', exact: true });
    for (const name of ['Zoom out', 'Zoom in', 'Show the whole flow'])
      await expect(zoom.getByRole('button', { name, exact: true })).toBeVisible();
  });
  await test.step('a node is where its item is', async () => {
    const reply = page.getByRole('treeitem', { name: 'Reply, send-sms', exact: true });
    await reply.click();
    await expect(reply).toHaveAttribute('aria-selected', 'true');
    const form = page.getByRole('region', { name: 'Node settings' }).getByRole('form', { name: 'Reply', exact: true });
    // Where its wires go is said under it, in words that are not the names of nodes.
    await expect(reply.getByRole('treeitem', { name: /to What the provider says$/ })).toHaveCount(1);
    await expect(page.getByRole('treeitem', { name: 'What the provider says, debug' })).toHaveCount(1);
    await reply.dblclick();
    await expect(form).toBeVisible();
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    const came = page.getByRole('treeitem', { name: 'What came, debug', exact: true });
    await came.focus();
    await expect(came).toHaveAttribute('aria-selected', 'true');
    await expect(came).toHaveAttribute('aria-description', /1 wires? in|2 wires in/);
    await expect(reply).toHaveAttribute('aria-selected', 'false');
    // What else gets selected leaves it without the focus, so that it can get it again.
    await k.press('Control+Shift+d');
    await expect(came).toHaveCount(2);
    await k.press('Delete');
    await expect(came).toHaveCount(1);
    await came.focus();
    await expect(came).toHaveAttribute('aria-selected', 'true');
    await k.press('Control+z');
    await expect(came).toHaveCount(2);
    await k.press('Control+z');
    await expect(came).toHaveCount(1);
  });
  await test.step('quick add finds what cannot follow the selected node, too, and leaves it unwired', async () => {
    await k.goTo('Reply');
    await k.add('inject');
    const inject = page.getByRole('treeitem', { name: 'inject, inject', exact: true });
    await expect(inject).toHaveAttribute('aria-selected', 'true');
    await expect(inject).toHaveAttribute('aria-description', /^1 output, not deployed/);
    await k.press('Control+z');
    await expect(inject).toHaveCount(0);
  });
  await test.step('F6 leads to where one types', async () => {
    await k.region(k.palette);
    await expect(k.palette.getByRole('searchbox', { name: 'Search nodes' })).toBeFocused();
  });
  await test.step('debug messages', async () => {
    const debug = page.getByRole('region', { name: 'Debug messages', exact: true });
    await expect(debug.getByRole('log', { name: 'Debug messages', exact: true })).toBeVisible();
    await expect(debug.getByRole('searchbox', { name: 'Filter', exact: true })).toBeVisible();
    for (const name of ['Pause', 'Clear']) await expect(debug.getByRole('button', { name, exact: true })).toBeVisible();
  });
  await test.step('phone', async () => {
    const phone = page.getByRole('region', { name: 'Phone simulator', exact: true });
    await expect(phone.getByRole('log', { name: 'Conversation', exact: true })).toBeVisible();
    await expect(phone.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible();
    await expect(phone.getByRole('button', { name: 'Send', exact: true })).toBeVisible();
  });
  await test.step('form', async () => {
    await k.goTo('Reply');
    await k.settings();
    const form = page.getByRole('region', { name: 'Node settings', exact: true });
    await expect(form.getByRole('form', { name: 'Reply', exact: true })).toBeVisible();
    await expect(form.getByRole('combobox', { name: 'Vonage', exact: true })).toBeVisible();
    for (const name of ['Name', 'From', 'To', 'Text'])
      await expect(form.getByRole('textbox', { name, exact: true })).toBeVisible();
    for (const name of ['Done', 'Revert', 'Delete'])
      await expect(form.getByRole('button', { name, exact: true })).toBeVisible();
    await k.done();
  });
  await test.step('dialogs', async () => {
    for (const [keys, name] of [
      ['Control+i', 'Import'],
      ['Control+e', 'Export'],
      ['Control+k', 'Command palette'],
      ['Control+f', 'Search'],
      ['?', 'Keyboard'],
      ['Control+,', 'Settings'],
      ['F1', 'Help'],
    ] as const) {
      await k.press(keys);
      const dialog = page.getByRole('dialog', { name, exact: true });
      await expect(dialog).toBeVisible();
      await k.press('Escape');
      await expect(dialog).toBeHidden();
    }
    await k.command('Deployed revisions');
    await expect(page.getByRole('dialog', { name: 'Deployed revisions', exact: true })).toBeVisible();
  });
});

test.describe('in a small window', () => {
  test.use({ flow: 'examples/keyword-menu/flow.json', viewport: { width: 1280, height: 720 } });

  test('a node out of sight, and one that is only painted, is where its item is', async ({ page, server }) => {
    const k = new Keys(page);
    await k.open(server.url);
    const sent = page.getByRole('treeitem', { name: 'What the provider says, debug', exact: true });
    await sent.dblclick();
    const form = page.getByRole('region', { name: 'Node settings' });
    await expect(form.getByRole('form', { name: 'What the provider says', exact: true })).toBeVisible();
    await form.getByRole('button', { name: 'Done', exact: true }).click();
    await k.press('Escape');
    for (let i = 0; i < 6; i++) await k.press('-');
    await page.getByRole('treeitem', { name: 'Help, change', exact: true }).click();
    await expect(page.getByRole('treeitem', { name: 'Help, change', exact: true })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await expect(page.getByRole('treeitem', { name: /, [a-z-]+$/ })).toHaveCount(12);
  });
});
