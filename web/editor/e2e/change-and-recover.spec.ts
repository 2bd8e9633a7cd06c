import type { Locator, Page } from '@playwright/test';
import { Keys, Mouse } from './commands';
import type { Desk } from './hands';
import { expect, type Rec, type Server, test } from './server';

// Press goes to Once, unless it is the same again, and to Every: whether a second press shows at Once tells whether the
// filter between was restarted. Every lies behind a longer way, so what Once has to say is there before.
const node = (id: string, type: string, x: number, y: number, more: Rec): Rec => ({
  id,
  type,
  z: 'desk',
  x,
  y,
  ...more,
});
const flows: Rec[] = [
  { id: 'desk', type: 'tab', label: 'Help desk', disabled: false, info: '' },
  node('press', 'inject', 120, 60, {
    name: 'Press',
    props: [{ p: 'payload' }],
    payload: 'hi',
    payloadType: 'str',
    wires: [['only', 'way']],
  }),
  node('only', 'rbe', 300, 60, { name: 'Only new', func: 'rbe', property: 'payload', wires: [['once']] }),
  node('once', 'debug', 500, 60, { name: 'Once', complete: 'payload', targetType: 'msg', wires: [] }),
  node('way', 'junction', 240, 120, { wires: [['on']] }),
  node('on', 'junction', 320, 120, { wires: [['every']] }),
  node('every', 'debug', 500, 120, { name: 'Every', complete: '_msgid', targetType: 'msg', wires: [] }),
  node('greet', 'template', 300, 200, {
    name: 'Greeting',
    field: 'payload',
    syntax: 'mustache',
    template: 'Hello',
    wires: [[]],
  }),
  node('out', 'debug', 500, 200, { name: 'Out', complete: 'payload', targetType: 'msg', wires: [] }),
  node('old', 'comment', 120, 200, { name: 'Old note', info: '', wires: [] }),
];
test.use({ flow: { flows } });
test.setTimeout(150_000); // a long way, on a machine that may be busy

const item = (page: Page, name: string) => page.getByRole('treeitem', { name, exact: true });
const deployButton = (page: Page) => page.getByRole('button', { name: 'Deploy', exact: true });
const summary = (page: Page) => page.getByRole('dialog', { name: 'Deploy options' });
const conflicts = (page: Page) => page.getByRole('dialog', { name: '1 conflict' });
const chip = (page: Page) => page.getByRole('banner').getByRole('button', { name: '1 conflict' });
const dirty = (page: Page, what: string | RegExp) => expect(deployButton(page)).toHaveAccessibleDescription(what);

/** What is shown of a debug node, a line for every message. */
const shown = (d: Desk, of: string): Locator => d.debug.getByRole('article').filter({ hasText: of });

const all = '1 added, 3 changed, 1 removed';

/** What the server runs is what was edited, and nothing else. */
async function deployedEdits(server: Server): Promise<void> {
  const now = await server.flows();
  const by = new Map(now.map((r) => [r['id'], r]));
  const was = new Map(flows.map((r) => [r['id'], r]));
  expect(by.get('press')).toEqual({ ...was.get('press'), name: 'Press it' });
  expect(by.get('greet')).toEqual({ ...was.get('greet'), template: 'Good morning', wires: [['out']] });
  expect(by.get('every')?.['x']).not.toBe(was.get('every')?.['x']);
  expect(by.has('old')).toBe(false);
  expect(now.filter((r) => !was.has(r['id'] as string))).toMatchObject([{ type: 'debug', z: 'desk' }]);
  for (const id of ['desk', 'only', 'once', 'way', 'on']) expect(by.get(id)).toEqual(was.get(id));
  // Places and names alone do not make another object of it.
  expect(Object.keys(by.get('every') ?? {})).toEqual(Object.keys(was.get('every') ?? {}));
}

/** Another person, in a browser of their own, who renames a node and deploys. */
async function someone(page: Page, server: Server): Promise<(name: string, to: string) => Promise<void>> {
  const context = await page.context().browser()?.newContext();
  if (!context) throw new Error('no browser');
  const other = new Keys(await context.newPage());
  await other.open(server.url);
  return async (name, to) => {
    await other.rename(name, to);
    await other.deploy();
  };
}

test('change and recover, by mouse', async ({ page, server }) => {
  const m = new Mouse(page);
  const button = async (name: string) => (await m.drawn(name)).locator('.cv-button');
  const steps = (which: 'Undo' | 'Redo') =>
    page.getByRole('banner').getByRole('button', { name: new RegExp(`^${which}`) });
  await m.open(server.url);
  await m.click(await button('Press, inject'));
  await expect(shown(m, 'Every')).toHaveCount(1);
  await expect(shown(m, 'Once')).toHaveCount(1);

  // Every kind of change.
  await m.rename('Press, inject', 'Press it');
  await m.settings('Greeting, template');
  await m.fill('Template', 'Good morning');
  await m.done();
  await m.move('Every, debug', 60, 40);
  await m.wire('Greeting, template', 'Out, debug');
  await m.menu('Old note, comment', 'Remove');
  const back = page.getByRole('button', { name: 'Undo', exact: true });
  await expect(back).toBeVisible();
  await m.place('debug', 0.8, 0.75);
  await expect(back).toBeHidden(); // it would take back something else now
  await dirty(page, all);

  // Back to the beginning and forth again.
  for (let i = 0; i < 6; i++) await m.click(steps('Undo'));
  await expect(steps('Undo')).toBeDisabled();
  await dirty(page, 'Nothing to deploy');
  await expect(item(page, 'Old note, comment')).toBeAttached();
  for (let i = 0; i < 6; i++) await m.click(steps('Redo'));
  await expect(steps('Redo')).toBeDisabled();
  await dirty(page, all);

  // Nothing is lost by leaving.
  await expect.poll(() => written(page)).toBe(5);
  await page.reload();
  const toast = page.getByRole('status').filter({ hasText: 'Restored 5 undeployed changes' });
  await expect(toast.getByRole('button', { name: 'Discard' })).toBeVisible();
  await dirty(page, all);
  await m.shot('change-1-restored');

  // A draft that a deploy would leave out.
  await m.settings('Out, debug');
  await m.fill('Name', 'Out of it');
  await m.click(page.getByRole('button', { name: 'Close, keep the draft' }));
  await m.click(page.getByRole('button', { name: 'Deploy options' }));
  await expect(summary(page).getByRole('radio', { name: 'Changed nodes' })).toBeChecked();
  await expect(summary(page)).toContainText('1 draft not included');
  // What moved or is new does not start again.
  await expect(summary(page).getByRole('radio', { name: 'Changed nodes' })).toHaveAccessibleName(
    'Changed nodes Restarts Press it, Greeting',
  );
  await expect(summary(page).getByRole('radio', { name: 'Changed flows' })).toHaveAccessibleName(
    'Changed flows Restarts Press it, Only new and 4 more',
  );
  await m.shot('change-2-summary');
  await m.click(summary(page).getByRole('button', { name: 'Include' }));
  await expect(summary(page)).not.toContainText('not included');
  await dirty(page, '1 added, 4 changed, 1 removed');
  await m.click(summary(page).getByRole('button', { name: 'Deploy now' }));
  await m.deployed();
  await deployedEdits(server);
  expect(await server.object('out')).toMatchObject({ name: 'Out of it' });

  // Only what changed was restarted: the filter still knows what came last.
  await m.click(await button('Press it, inject'));
  await expect(shown(m, 'Every')).toHaveCount(2);
  await expect(shown(m, 'Once')).toHaveCount(1);

  // Somebody else deploys: something else first, then the same node.
  await m.rename('Greeting, template', 'My greeting');
  const other = await someone(page, server);
  await other('Every', 'Each');
  await expect(item(page, 'Each, debug')).toBeAttached();
  await expect(page.getByText('Your undeployed changes are on top of them.')).toBeVisible();
  await dirty(page, '1 changed');
  await other('Greeting', 'Their greeting');
  await expect(chip(page)).toBeVisible();
  await expect(item(page, 'My greeting, template')).toBeAttached();
  await m.click(deployButton(page));
  await expect(conflicts(page)).toContainText('Their greeting');
  await m.shot('change-3-conflict');
  expect(await server.object('greet')).toMatchObject({ name: 'Their greeting' });
  await m.click(conflicts(page).getByRole('button', { name: 'Keep mine' }));
  await expect(conflicts(page)).toBeHidden();
  await m.deploy();
  expect(await server.object('greet')).toMatchObject({ name: 'My greeting' });

  // And all of it back.
  await m.click(page.getByRole('button', { name: 'Main menu' }));
  await m.click(page.getByRole('menuitem', { name: 'Deployed revisions' }));
  const revisions = page.getByRole('dialog', { name: 'Deployed revisions' });
  await m.click(revisions.getByRole('listitem').last().getByRole('button').first());
  await m.click(revisions.getByRole('button', { name: 'Restore and deploy' }));
  await expect(page.getByText('Revision 1 runs again')).toBeVisible();
  await expect(item(page, 'Old note, comment')).toBeAttached();
  await dirty(page, 'Nothing to deploy');
  expect(await server.flows()).toEqual(flows);
});

test('change and recover, by keyboard only', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.goTo('Press');
  await k.press('i');
  await expect(shown(k, 'Every')).toHaveCount(1);
  await expect(shown(k, 'Once')).toHaveCount(1);

  await k.rename('Press', 'Press it');
  await k.goTo('Greeting');
  await k.settings();
  await k.fill('Template', 'Good morning');
  await k.done();
  await k.goTo('Every');
  await k.press('Control+ArrowRight', 'Control+ArrowRight', 'Control+ArrowDown', 'Control+ArrowDown');
  await k.goTo('Greeting');
  await k.press('l');
  await k.type('Out');
  await k.press('Enter');
  await k.goTo('Old note');
  await k.press('Delete');
  await expect(item(page, 'Old note, comment')).not.toBeAttached();
  await k.goTo('Out');
  await k.add('debug');
  await dirty(page, all);

  // On a slow machine a move can be several steps; more than there are do nothing.
  for (let i = 0; i < 9; i++) await k.press('Control+z');
  await dirty(page, 'Nothing to deploy');
  await expect(item(page, 'Old note, comment')).toBeAttached();
  for (let i = 0; i < 9; i++) await k.press('Control+Shift+z');
  await dirty(page, all);

  await expect.poll(() => written(page)).toBe(5);
  await page.reload();
  await expect(page.getByText('Restored 5 undeployed changes')).toBeVisible();
  await dirty(page, all);
  await expect(k.canvas).toBeVisible();

  await k.goTo('Out');
  await k.settings();
  await k.retype('Out of it');
  await k.press('Escape');
  await expect(k.canvas).toBeFocused();
  await dirty(page, `${all} · 1 draft not included`);
  await k.command('Take all drafts into the flow');
  await dirty(page, '1 added, 4 changed, 1 removed');
  await k.command('Deploy changed nodes');
  await k.deployed();
  await deployedEdits(server);
  expect(await server.object('every')).toMatchObject({ x: 540, y: 160 }); // no step was lost
  expect(await server.object('out')).toMatchObject({ name: 'Out of it' });

  await k.goTo('Press it');
  await k.press('i');
  await expect(shown(k, 'Every')).toHaveCount(2);
  await expect(shown(k, 'Once')).toHaveCount(1);

  await k.rename('Greeting', 'My greeting');
  const other = await someone(page, server);
  await other('Every', 'Each');
  await expect(item(page, 'Each, debug')).toBeAttached();
  await dirty(page, '1 changed');
  await other('Greeting', 'Their greeting');
  await expect(chip(page)).toBeVisible();
  await k.press('Control+d');
  await expect(conflicts(page)).toContainText('Their greeting');
  expect(await server.object('greet')).toMatchObject({ name: 'Their greeting' });
  await k.tabTo(conflicts(page).getByRole('button', { name: 'Keep mine' }));
  await k.press('Enter');
  await expect(conflicts(page)).toBeHidden();
  await k.deploy();
  expect(await server.object('greet')).toMatchObject({ name: 'My greeting' });

  await k.command('Deployed revisions');
  const revisions = page.getByRole('dialog', { name: 'Deployed revisions' });
  await k.tabTo(revisions.getByRole('listitem').last().getByRole('button').first());
  await k.press('Enter');
  await k.tabTo(revisions.getByRole('button', { name: 'Restore and deploy' }));
  await k.press('Enter');
  await expect(page.getByText('Revision 1 runs again')).toBeVisible();
  await dirty(page, 'Nothing to deploy');
  expect(await server.flows()).toEqual(flows);
});

/** How many changed objects the browser has written down. */
const written = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((found) => {
        const r = indexedDB.open('flowrill');
        r.onsuccess = () => {
          const kept = r.result.transaction('drafts').objectStore('drafts').getAll();
          kept.onsuccess = () => {
            found(kept.result[0]?.changed.length ?? 0);
            r.result.close();
          };
        };
      }),
  );
