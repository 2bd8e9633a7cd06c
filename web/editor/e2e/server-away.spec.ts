import type { Page } from '@playwright/test';
import { Keys } from './commands';
import { expect, test } from './server';

const node = (id: string, type: string, more = {}) => ({ id, type, z: 'desk', x: 200, y: 100, wires: [], ...more });
const flows = [
  { id: 'desk', type: 'tab', label: 'Help desk' },
  node('ask', 'inject', {
    name: 'Ask',
    props: [{ p: 'payload' }],
    payload: 'hi',
    payloadType: 'str',
    wires: [['show']],
  }),
  node('show', 'debug', { name: 'Show', x: 440, complete: 'payload', targetType: 'msg', active: true }),
];
test.use({ flow: { flows } });

const deployButton = (page: Page) => page.getByRole('button', { name: 'Deploy', exact: true });
const item = (page: Page, name: string) => page.getByRole('treeitem', { name, exact: true });

async function open(page: Page, url: string): Promise<Keys> {
  await page.goto(url);
  await expect(item(page, 'Ask, inject')).toBeAttached();
  return new Keys(page);
}

/** Whether files of these names are there. */
const fetched = (page: Page, ...names: string[]) =>
  page.evaluate((all) => {
    const files = performance.getEntriesByType('resource').map((r) => r.name);
    return all.every((n) => files.some((f) => f.includes(n)));
  }, names);

let faults: string[] = [];
test.beforeEach(({ page }) => {
  faults = [];
  page.on('pageerror', (e) => faults.push(e.message));
});
test.afterEach(() => expect(faults).toEqual([]));

test('away at load: it says so, and opens as soon as the server answers', async ({ page, server }) => {
  let away = true;
  await page.route(/\/admin\/(flows|settings)$/, (r) => (away ? r.abort() : r.continue()));
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'Flowrill cannot be reached' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  away = false;
  await expect(item(page, 'Ask, inject')).toBeAttached();
});

test('away while somebody edits and deploys: told, nothing lost, deployed later', async ({ page, server }) => {
  const keys = await open(page, server.url);
  await expect.poll(() => fetched(page, 'CommandPalette', 'ImportDialog')).toBe(true);
  await server.stop();
  const bar = page.getByRole('status').filter({ hasText: 'Offline' });
  await expect(bar).toContainText('Retry');
  await keys.rename('Ask', 'Ask again');

  // What is opened for the first time now was fetched before.
  await keys.press('Control+i');
  await expect(page.getByRole('dialog', { name: 'Import' })).toBeVisible();
  await keys.press('Escape');

  await keys.press('Control+d');
  await expect(bar).toContainText('Deploys when the server is back');
  await expect(deployButton(page)).toHaveAccessibleDescription('Deploys when the server is back · 1 changed');
  // What is begun while it waits is not what was to be deployed.
  await keys.rename('Show', 'Half');
  await server.start();
  // Unless it was faster by itself.
  await bar
    .getByRole('button', { name: 'Retry' })
    .click({ timeout: 2000 })
    .catch(() => {});
  await expect(page.getByText('Deployed', { exact: true })).toBeVisible();
  await expect(bar).toBeHidden();
  expect((await server.flows()).slice(1)).toMatchObject([{ name: 'Ask again' }, { name: 'Show' }]);
  await expect(deployButton(page)).toHaveAccessibleDescription('1 changed');
});

test('a deploy that waits: it can be called off, and goes not over what others deployed', async ({ page, server }) => {
  const keys = await open(page, server.url);
  const bar = page.getByRole('status').filter({ hasText: 'Offline' });
  await expect.poll(() => fetched(page, 'CommandPalette', 'Conflicts')).toBe(true);
  await server.stop();
  await expect(bar).toBeVisible();
  await keys.rename('Ask', 'Mine');
  await keys.press('Control+d');
  await bar.getByRole('button', { name: 'Cancel the deploy' }).click();
  await expect(bar).not.toContainText('Deploys when the server is back');
  await expect(deployButton(page)).toHaveAccessibleDescription('1 changed');
  await keys.press('Control+d');
  await expect(bar).toContainText('Deploys when the server is back');

  await server.write(flows.map((r) => (r.id === 'ask' ? { ...r, name: 'Theirs' } : r)));
  await server.start();
  const dialog = page.getByRole('dialog', { name: '1 conflict' });
  await keys.tabTo(dialog.getByRole('button', { name: 'Keep mine' }));
  expect(await server.object('ask')).toMatchObject({ name: 'Theirs' });
  await keys.press('Enter');
  await expect(dialog).toBeHidden();
  await keys.press('Control+d');
  await expect.poll(() => server.object('ask')).toMatchObject({ name: 'Mine' });
});

test('a deploy that waited is refused for its errors as any other', async ({ page, server }) => {
  const keys = await open(page, server.url);
  await expect.poll(() => fetched(page, 'CommandPalette', 'QuickAdd')).toBe(true);
  await server.stop();
  const bar = page.getByRole('status').filter({ hasText: 'Deploys when the server is back' });
  await keys.goTo('Ask');
  await keys.add('send-sms');
  await keys.press('Control+d');
  await expect(bar).toBeVisible();
  await server.start();
  await expect(page.getByRole('region', { name: 'Problems' }).getByRole('alert')).toContainText('Nothing was deployed');
  await expect(bar).toBeHidden();
  expect(await server.flows()).toHaveLength(flows.length);
});

test('away before a deploy arrives: it is sent again, but not for ever', async ({ page, server }) => {
  const keys = await open(page, server.url);
  let deaf = 1;
  await page.route('**/admin/flows', (r) => (r.request().method() === 'POST' && deaf-- > 0 ? r.abort() : r.continue()));
  await keys.rename('Ask', 'Twice sent');
  await keys.press('Control+d');
  await expect(page.getByText('Deployed', { exact: true })).toBeVisible();
  expect(await server.object('ask')).toMatchObject({ name: 'Twice sent' });
  deaf = 99;
  await keys.rename('Twice sent', 'Never heard');
  await keys.press('Control+d');
  await expect(page.getByText('Deploy failed: the server does not answer')).toBeVisible();
  await expect(deployButton(page)).toHaveAccessibleDescription('1 changed');
  expect(await server.object('ask')).toMatchObject({ name: 'Twice sent' });
});

test('away from the middle of a deploy on: what arrived counts as deployed', async ({ page, server }) => {
  const keys = await open(page, server.url);
  await page.route('**/admin/flows', async (r) => {
    if (r.request().method() !== 'POST') return r.continue();
    await r.fetch();
    await r.abort();
  });
  await keys.rename('Ask', 'Ask twice');
  await keys.press('Control+d');
  await expect(page.getByText('The connection broke before the server could say so.')).toBeVisible();
  await expect(deployButton(page)).toHaveAccessibleDescription('Nothing to deploy');
  expect(await server.object('ask')).toMatchObject({ name: 'Ask twice' });
  // There is nothing to settle with oneself.
  await expect(page.getByText('conflict')).toBeHidden();
});

test('away when a dialog is wanted that was never fetched: it offers to try again', async ({ page, server }) => {
  let away = true;
  await page.route('**/assets/ImportDialog*', (r) => (away ? r.abort() : r.continue()));
  const keys = await open(page, server.url);
  await keys.toCanvas();
  await keys.press('Control+i');
  const told = page.getByRole('dialog', { name: 'Import' });
  await expect(told).toContainText('Import could not be fetched');
  await expect(told.getByRole('button', { name: 'Try again' })).toBeFocused();
  away = false;
  await keys.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Flow as JSON' })).toBeFocused();
});

test('the token is another one now: the login comes over the editor, the changes stay', async ({ page, server }) => {
  const keys = await open(page, server.url);
  await keys.rename('Ask', 'Kept');
  const before = server.token;
  await server.stop();
  await server.setToken('0123456789abcdef0123456789abcdef');
  await server.start();
  const box = page.getByLabel('Access token');
  await expect(box).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Your session has ended' })).toBeVisible();
  await keys.type(before);
  await keys.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('That token is not accepted.');
  await keys.retype(server.url); // people paste the whole address
  await keys.press('Enter');
  await expect(box).toBeHidden();
  await expect(item(page, 'Kept, inject')).toBeAttached();
  // Gone again when somebody deploys: that goes on after the login.
  let gone = 1;
  await page.route('**/admin/flows', (r) =>
    r.request().method() === 'POST' && gone-- > 0 ? r.fulfill({ status: 401, body: 'Unauthorized' }) : r.continue(),
  );
  await keys.press('Control+d');
  await expect(box).toBeFocused();
  expect(await server.object('ask')).toMatchObject({ name: 'Ask' });
  await keys.type(server.token);
  await keys.press('Enter');
  await expect(box).toBeHidden();
  await expect.poll(() => server.object('ask')).toMatchObject({ name: 'Kept' });
});

test('two tabs of one browser keep their changes apart, and each gets what the other deploys', async ({
  page,
  context,
  server,
}) => {
  const one = await open(page, server.url);
  const second = await context.newPage();
  second.on('pageerror', (e) => faults.push(e.message));
  const two = await open(second, server.url);
  await one.rename('Ask', 'Ask of one');
  await two.rename('Show', 'Show of two');
  // Something typed and not taken by Done, in each.
  const draft = async (k: Keys, name: string, text: string) => {
    await k.goTo(name);
    await k.press('Enter');
    await expect(k.page.getByRole('region', { name: 'Node settings' }).getByLabel('Name')).toBeFocused();
    await k.retype(text);
    await expect(k.page.getByRole('button', { name: 'Revert' })).toBeEnabled();
  };
  await draft(one, 'Show', 'draft of one');
  await draft(two, 'Ask', 'draft of two');
  for (const [k, mine, theirs] of [
    [one, 'Ask of one, inject', 'Show, debug'],
    [two, 'Show of two, debug', 'Ask, inject'],
  ] as const) {
    await expect.poll(() => kept(k.page)).toBe(2); // both tabs have written theirs down
    await k.page.reload();
    await expect(item(k.page, mine)).toBeAttached();
    await expect(item(k.page, theirs)).toBeAttached();
    await expect(k.page.getByText('Restored 1 undeployed change')).toBeVisible();
    await expect(deployButton(k.page)).toHaveAccessibleDescription('1 changed · 1 draft not included');
  }
  await one.press('Control+d');
  await expect(item(second, 'Ask of one, inject')).toBeAttached();
  await expect(item(second, 'Show of two, debug')).toBeAttached();
  await two.press('Control+d');
  await expect(item(page, 'Show of two, debug')).toBeAttached();
  expect((await server.flows()).slice(1)).toMatchObject([{ name: 'Ask of one' }, { name: 'Show of two' }]);
});

/** How many windows' changes the browser keeps. */
const kept = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((found) => {
        const r = indexedDB.open('flowrill');
        r.onsuccess = () => {
          const all = r.result.transaction('drafts').objectStore('drafts').getAll();
          all.onsuccess = () => {
            found(all.result.filter((d) => d.changed.length === 1 && Object.keys(d.forms).length === 1).length);
            r.result.close();
          };
        };
      }),
  );

test('no storage at all: it says that changes are not kept, and works', async ({ page, server }) => {
  await page.addInitScript(() => {
    const no = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: no });
    Object.defineProperty(window, 'sessionStorage', { get: no });
    IDBFactory.prototype.open = no;
  });
  const keys = await open(page, server.url);
  await keys.rename('Ask', 'Written in sand');
  await expect(page.getByText('This browser keeps no undeployed changes')).toBeVisible();
  const chip = page.getByRole('banner').getByText('Changes are not kept');
  await expect(chip).toBeVisible();
  await keys.press('Control+d');
  await expect.poll(() => server.object('ask')).toMatchObject({ name: 'Written in sand' });
  await expect(chip).toBeHidden();
});

test('storage is full: the same', async ({ page, server }) => {
  await page.addInitScript(() => {
    const full = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    Storage.prototype.setItem = full;
    IDBObjectStore.prototype.put = full;
  });
  const keys = await open(page, server.url);
  await keys.rename('Ask', 'No room');
  await expect(page.getByRole('banner').getByText('Changes are not kept')).toBeVisible();
  await keys.press('Control+z');
  await expect(item(page, 'Ask, inject')).toBeAttached();
});

test('garbage on the clipboard changes nothing and is told', async ({ page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const keys = await open(page, server.url);
  const odd = [
    'hello',
    '[{"id":"a","type":"debug"',
    '[{"user":1},{"user":2}]',
    '{"flows":[[]]}',
    'null',
    '<img src=x onerror=alert(1)>',
    'x'.repeat(2_000_000),
  ];
  for (const text of odd) {
    await keys.toCanvas();
    await page.evaluate((t) => navigator.clipboard.writeText(t), text);
    await keys.press('Control+v');
    const told = page.getByText('There are no nodes on the clipboard');
    await expect(told).toHaveCount(1);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(told).toHaveCount(0);
  }
  await expect(deployButton(page)).toHaveAccessibleDescription('Nothing to deploy');

  // Nodes that are odd all over are nodes still, and one undo takes them away.
  const bent = [
    { id: 7, type: 'debug', x: 'a', y: null, wires: { a: 1 }, name: { a: 1 } },
    { id: 'ask', type: 'constructor', x: 1e300, y: -1e300, wires: [[null, 'ask', 3]], z: [], g: 5 },
    { id: '__proto__', type: 'group', x: 0, y: 0, w: 'wide', h: -1, nodes: [1, 'ask', '__proto__'] },
    { id: 'sub', type: 'subflow:sub', x: 10, y: 10, wires: 'none' },
  ];
  await page.evaluate((t) => navigator.clipboard.writeText(t), JSON.stringify(bent));
  await keys.toCanvas();
  await keys.press('Control+v');
  await expect(deployButton(page)).toHaveAccessibleDescription(/added/);
  await keys.press('Control+z');
  await expect(deployButton(page)).toHaveAccessibleDescription('Nothing to deploy');
});

test('the server comes back without a node type: the node stays, hatched, and its properties with it', async ({
  page,
  server,
}) => {
  const keys = await open(page, server.url);
  await keys.rename('Ask', 'Mine');
  await server.stop();
  const without = flows.map((r) => (r.id === 'show' ? { ...r, type: 'acme-show', 'x-odd': [{ deep: null }] } : r));
  await server.write(without);
  await server.start();
  const gone = item(page, 'Show, acme-show');
  await expect(gone).toBeAttached();
  await expect(page.locator('.cv-node[data-id=show]')).toHaveAttribute('data-unknown');
  await keys.goTo('Show');
  await expect(gone).toHaveAccessibleDescription(/unknown type/);
  await expect(page.getByRole('banner').getByText('Stopped')).toBeHidden(); // the rest runs
  // A change of the neighbour is deployed past it.
  await keys.press('Control+d');
  const bar = page.getByRole('region', { name: 'Problems' }).getByRole('alert');
  await expect(bar).toContainText('Nothing was deployed');
  await keys.command('Deploy anyway');
  await keys.deployed();
  expect(await server.flows()).toEqual(without.map((r) => (r.id === 'ask' ? { ...r, name: 'Mine' } : r)));
});

test('somebody deployed and no news came of it: the deploy is refused, and settled here', async ({ page, server }) => {
  await page.routeWebSocket(/\/admin\/live$/, () => {}); // a proxy that swallows it all
  const keys = await open(page, server.url);
  await keys.rename('Ask', 'Mine');
  const post = (name: string) =>
    fetch(`${server.origin}/admin/flows`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(flows.map((r) => (r.id === name ? { ...r, name: 'Theirs' } : r))),
    });
  await post('show');
  await keys.press('Control+d');
  await expect(page.getByText('Others had deployed meanwhile')).toBeVisible();
  await expect(item(page, 'Theirs, debug')).toBeAttached();
  expect(await server.object('ask')).toMatchObject({ name: 'Ask' });
  await post('ask');
  await keys.press('Control+d');
  const dialog = page.getByRole('dialog', { name: '1 conflict' });
  await keys.tabTo(dialog.getByRole('button', { name: 'Take theirs' }));
  await keys.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(item(page, 'Theirs, inject')).toBeAttached();
  expect(await server.object('ask')).toMatchObject({ name: 'Theirs' });
});
