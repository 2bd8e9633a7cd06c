import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Keys, Mouse } from './commands';
import { expect, type Rec, type Server, test } from './server';

// As people bring it: groups in groups, a subflow within a subflow, junctions, link nodes, a node type that nobody here
// has, an account whose secrets are variables, one without any, a config node that is missing, and properties that only
// their authors know.
const file = join(import.meta.dirname, 'files/sms-desk.json');
const unknown = 'Who should answer?, acme-scorer';

const problems = (page: Page) => page.getByRole('region', { name: 'Problems' });
const item = (page: Page, name: string) => page.getByRole('treeitem', { name, exact: true });

/** The same objects in the same order, every member in its place. */
const same = (text: string, as: string) =>
  expect(JSON.stringify(JSON.parse(text), null, 1)).toBe(JSON.stringify(JSON.parse(as), null, 1));

/** What the dialog says before anything comes in. */
async function lacks(page: Page): Promise<void> {
  const holds = page.getByRole('region', { name: 'What it holds' });
  await expect(holds).toContainText('1 flow, 2 subflows, 17 nodes, 2 groups, 3 accounts and settings');
  await expect(holds).toContainText('1 node of a type that is not installed here');
  await expect(holds).toContainText('acme-scorer');
  await expect(holds).toContainText('1 reference to an account or setting that is missing');
  await expect(holds).toContainText('mqtt-broker: TLS');
  await expect(holds).toContainText('Main account: API key ${API_KEY}, API secret ${API_SECRET}');
  await expect(holds).toContainText('Old account: API key, API secret');
  await expect(holds).toContainText('Polite reply: SIGNATURE');
}

/** What the editor says when it is in. */
async function missing(page: Page): Promise<void> {
  await expect(problems(page)).toContainText('unknown node type "acme-scorer"');
  await expect(problems(page)).toContainText('there is no config node "cf000000000000ff"');
  await expect(problems(page)).toContainText('the variable API_KEY is not set');
  await expect(item(page, unknown)).toBeAttached();
}

/** What the server has of the file is the file. */
async function deployed(server: Server, text: string): Promise<void> {
  const objects = JSON.parse(text) as Rec[];
  const now = await server.flows();
  const ids = new Set(objects.map((r) => r['id']));
  same(JSON.stringify(now.filter((r) => ids.has(r['id']))), text);
}

test('bring a flow, by mouse', async ({ page, server }) => {
  const text = await readFile(file, 'utf8');
  const m = new Mouse(page);
  await m.open(server.url);
  await m.click(page.getByRole('button', { name: 'Main menu' }));
  await m.click(page.getByRole('menuitem', { name: 'Import' }));
  const dialog = page.getByRole('dialog', { name: 'Import' });
  const chosen = page.waitForEvent('filechooser');
  await m.click(dialog.getByRole('button', { name: 'Choose a file' }));
  await (await chosen).setFiles(file);
  await lacks(page);
  await m.shot('bring-1-import');
  await m.click(dialog.getByRole('button', { name: 'Import', exact: true }));
  await expect(page.getByRole('tab', { name: 'SMS desk' })).toHaveAttribute('aria-selected', 'true');
  // It came in the place of the empty flow, in one step that can be undone.
  await expect(page.getByRole('tab')).toHaveCount(1);
  await m.click(page.getByRole('button', { name: 'Undo: Import 25 objects' }));
  await expect(page.getByRole('tab')).toHaveText('Flow 1');
  await m.click(page.getByRole('button', { name: 'Redo: Import 25 objects' }));
  await expect(page.getByRole('tab')).toHaveText('SMS desk');
  await expect(page.getByRole('button', { name: 'Deploy', exact: true })).toHaveAccessibleDescription('25 added');

  await m.click(page.getByRole('button', { name: /^Problems/ }));
  await missing(page);
  await m.shot('bring-2-problems');
  // From the list to the node; its properties are there to be seen.
  await m.click(problems(page).getByRole('button', { name: /acme-scorer/ }));
  await expect(m.form).toContainText('Zoë');
  await expect(m.form).toContainText("<script>alert('no')</script>");
  await m.shot('bring-3-unknown');

  // It does not run by accident, and what can runs.
  await m.click(page.getByRole('button', { name: 'Deploy', exact: true }));
  await expect(problems(page)).toContainText('Nothing was deployed');
  expect(await server.flows()).toEqual([]);
  await m.click(problems(page).getByRole('button', { name: 'Deploy anyway' }));
  await m.deployed();
  await deployed(server, text);

  await m.click(page.getByRole('button', { name: 'Main menu' }));
  await m.click(page.getByRole('menuitem', { name: 'Export' }));
  await m.click(page.getByRole('radio', { name: 'This flow' }));
  const saved = page.waitForEvent('download');
  await m.shot('bring-4-export');
  await m.click(page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'Download' }));
  const download = await saved;
  expect(download.suggestedFilename()).toBe('sms-desk.json');
  same(await readFile(await download.path(), 'utf8'), text);
});

test('bring a flow, by keyboard only', async ({ page, context, server }) => {
  const text = await readFile(file, 'utf8');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const k = new Keys(page);
  await k.open(server.url);
  await page.evaluate((t) => navigator.clipboard.writeText(t), text);
  await k.press('Control+i');
  await expect(page.getByRole('textbox', { name: 'Flow as JSON' })).toBeFocused();
  await k.press('Control+v');
  await lacks(page);
  await k.tabTo(page.getByRole('dialog', { name: 'Import' }).getByRole('button', { name: 'Import', exact: true }));
  await k.press('Enter');
  await expect(page.getByRole('tab', { name: 'SMS desk' })).toHaveAttribute('aria-selected', 'true');

  await k.command('Problems');
  await missing(page);
  await k.tabTo(problems(page).getByRole('button', { name: /acme-scorer/ }));
  await k.press('Enter');
  await expect(k.form).toContainText('Zoë');
  await expect(k.field('Name')).toBeFocused();
  await k.press('Escape');
  await k.at(unknown);
  await expect(item(page, unknown)).toHaveAccessibleDescription(/unknown type/);

  // Changed and changed back is as it was.
  await k.rename('Who should answer?', 'Somebody');
  await k.press('Control+ArrowLeft');
  await k.press('Control+z', 'Control+z');
  await expect(item(page, unknown)).toBeAttached();

  await k.press('Control+d');
  await expect(problems(page)).toContainText('Nothing was deployed');
  expect(await server.flows()).toEqual([]);
  await k.command('Deploy anyway');
  await k.deployed();
  await deployed(server, text);

  await k.press('Control+a', 'Escape'); // nothing selected: the flow is meant
  await k.press('Control+e');
  await k.tabTo(page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'Copy' }));
  await k.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeHidden();
  same(await page.evaluate(() => navigator.clipboard.readText()), text);
});

/** Drags files over the page as from a desktop, and lets go. */
async function drop(page: Page, ...files: string[]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    if (type === 'drop') await expect(page.getByText('Drop a flow file to import it')).toBeVisible();
    await cdp.send('Input.dispatchDragEvent', { type, x: 500, y: 300, data });
  }
}

test('files that are dropped: a flow is shown before it comes in, anything else is told', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  const dir = await mkdtemp(join(tmpdir(), 'flowrill-drop-'));
  const made = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  };
  const told = page.getByText('This cannot be imported');
  const wrong: [string[], string][] = [
    [[dir], 'is a folder. Drop a flow file that is in it.'],
    [[file, await made('other.json', '[]')], '2 files at once'],
    [[await made('photo.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0xff))], 'photo.png is not a flow file'],
    [[await made('log.json', 'x'.repeat(10 << 20))], 'log.json has 10 MB. A flow file may have 5 MB.'],
  ];
  for (const [files, why] of wrong) {
    await drop(page, ...files);
    await expect(page.getByText(why)).toBeVisible();
    await expect(told).toHaveCount(1);
    await m.click(page.getByRole('button', { name: 'Dismiss' }));
    await expect(told).toHaveCount(0);
  }
  const dialog = page.getByRole('dialog', { name: 'Import' });
  await drop(page, await made('garbage.json', '[{"id":'));
  await expect(dialog.getByRole('alert')).toContainText('it ends in the middle');
  await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  // On the open dialog, too.
  await drop(page, dir);
  await expect(dialog.getByRole('alert')).toContainText('is a folder');
  await drop(page, await made('none.json', '[]'));
  await expect(dialog.getByRole('alert')).toHaveText('There are no nodes in it.');
  await drop(page, file);
  await lacks(page);
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await m.click(dialog.getByRole('button', { name: 'Import', exact: true }));
  await expect(page.getByRole('tab', { name: 'SMS desk' })).toHaveAttribute('aria-selected', 'true');
  await rm(dir, { recursive: true });
});
