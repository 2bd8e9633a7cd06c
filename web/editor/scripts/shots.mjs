// Takes pictures of every view, to look at: node scripts/shots.mjs FOLDER [--only name,…] [--size name,…] [--theme light]
import { mkdirSync } from 'node:fs';
import { bigFlow } from './bench-flow.mjs';
import { browser, serve } from './serve.mjs';
import * as flows from './shots-flows.mjs';

const [out = '/tmp/shots', ...rest] = process.argv.slice(2);
const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1].split(',') : undefined);
mkdirSync(out, { recursive: true });

const wide = { viewport: { width: 1440, height: 900 } };
const sizes = {
  wide,
  middle: { viewport: { width: 1024, height: 700 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  contrast: { ...wide, contrast: 'more' },
  forced: { ...wide, forcedColors: 'active' },
  zoomed: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
};
const always = ['wide', 'middle', 'phone'];

const key = (chord) => (page) => page.keyboard.press(chord);
const button = (name) => (page) => page.getByRole('button', { name, exact: true }).first().click();
const small = (page) => page.viewportSize().width < 900;
const bar = (page, name) => page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name }).click();
const command = (text) => async (page) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).fill(text);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
};
/** Opens the form of a node in sight. */
const form = (id) => async (page) => {
  await page.locator(`[data-id="${id}"]`).dblclick();
  await page.waitForTimeout(500);
};
const phone = async (page) => {
  if (small(page)) await bar(page, 'Simulator');
  return page.getByRole('region', { name: 'Phone simulator' });
};
const talk = async (page) => {
  const sim = await phone(page);
  for (const text of [
    'hello',
    'Are you open on Sunday? I would like to bring my sister and her three children along 😀',
  ]) {
    await sim.getByRole('textbox', { name: 'Message' }).fill(text);
    await sim.getByRole('button', { name: 'Send', exact: true }).click();
    await page.waitForTimeout(900);
  }
};
const move = async (page) => {
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Shift+ArrowRight');
};

/** Each: which flow, what to do on the page, and in which sizes besides the three. */
const scenes = {
  welcome: { flow: 'empty', more: ['contrast', 'forced', 'zoomed'] },
  reply: { flow: 'reply', more: ['contrast', 'forced', 'zoomed'] },
  talk: { flow: 'reply', act: talk, more: ['contrast', 'forced'] },
  'talk-options': {
    flow: 'reply',
    act: async (page) => {
      await phone(page);
      await button('Simulator options')(page);
    },
  },
  'talk-faults': {
    flow: 'reply',
    act: async (page) => {
      await phone(page);
      await button('Faults')(page);
      await page.getByRole('menuitemradio', { name: 'Is too busy' }).click();
      await page.waitForTimeout(300);
      await button('Faults')(page);
    },
    after: (server) => server.call('simulator/faults', { method: 'DELETE' }),
  },
  big: { flow: 'big', act: key('Control+1') },
  'big-near': { flow: 'big' },
  busy: { flow: 'busy', more: ['contrast', 'forced', 'zoomed'] },
  debug: {
    flow: 'busy',
    act: async (page, server) => {
      if (small(page)) await bar(page, 'Debug');
      await page.waitForTimeout(300);
      for (const id of ['go', 'bad']) await server.call(`inject/${id}`, { method: 'POST', body: '{}' });
      await page.waitForTimeout(900);
      const row = page.getByRole('log', { name: 'Debug messages' }).locator('[aria-expanded=false]').nth(4);
      if (await row.count()) await row.click();
    },
    more: ['contrast', 'forced', 'zoomed'],
  },
  problems: { flow: 'busy', act: command('problems') },
  context: {
    flow: 'busy',
    act: async (page, server) => {
      await server.call('inject/go', { method: 'POST', body: '{}' });
      await command('context data')(page);
      await page.waitForTimeout(300);
    },
  },
  history: {
    flow: 'reply',
    act: async (page) => {
      await page.getByRole('application').focus();
      await move(page);
      await page.keyboard.press('Control+Shift+d');
      await command('history')(page);
    },
  },
  names: { flow: 'names', act: key('Control+1'), more: ['zoomed'] },
  'names-form': { flow: 'names', act: form('n2') },
  form: { flow: 'reply', act: form('answer'), more: ['contrast', 'forced', 'zoomed'] },
  'form-switch': { flow: 'busy', act: form('route'), more: ['forced'] },
  'form-function': { flow: 'busy', act: form('make') },
  'form-account': {
    flow: 'reply',
    act: async (page) => {
      await form('reply')(page);
      await page.keyboard.press('Alt+Enter');
      await button('Edit Account')(page).catch(() => {});
    },
  },
  'form-missing': { flow: 'busy', act: form('missing') },
  menu: { flow: 'reply', act: button('Main menu') },
  deploy: {
    flow: 'reply',
    act: async (page) => {
      await page.getByRole('application').focus();
      await move(page);
      await page.keyboard.press('Delete');
      await page.keyboard.press('Control+z');
      await page.keyboard.press('Control+Shift+d');
      await button('Deploy options')(page);
    },
    more: ['contrast', 'forced', 'zoomed'],
  },
  import: { flow: 'reply', act: command('import'), more: ['forced', 'zoomed'] },
  'import-preview': {
    flow: 'reply',
    act: async (page) => {
      await command('import')(page);
      await page.waitForTimeout(400);
      await page.getByRole('dialog', { name: 'Import' }).locator('textarea').fill(JSON.stringify(flows.busy));
      await page.waitForTimeout(500);
    },
  },
  export: { flow: 'reply', act: command('export'), more: ['forced', 'zoomed'] },
  commands: { flow: 'reply', act: key('Control+k'), more: ['contrast', 'forced', 'zoomed'] },
  keys: { flow: 'reply', act: command('keyboard'), more: ['zoomed'] },
  search: {
    flow: 'busy',
    act: async (page) => {
      await command('search flows')(page);
      await page.waitForTimeout(300);
      await page.keyboard.type('order');
    },
    more: ['zoomed'],
  },
  'search-none': {
    flow: 'busy',
    act: async (page) => {
      await command('search flows')(page);
      await page.waitForTimeout(300);
      await page.keyboard.type('zebra');
    },
  },
  'quick-add': {
    flow: 'reply',
    act: async (page) => {
      await command('quick add')(page);
      await page.waitForTimeout(400);
    },
  },
  palette: { flow: 'reply', act: command('search the palette') },
  configs: {
    flow: 'busy',
    act: async (page) => {
      if (small(page)) await bar(page, 'Nodes');
      await button('Accounts & settings')(page);
    },
  },
  revisions: {
    flow: 'reply',
    act: async (page) => {
      await command('deployed revisions')(page);
      await page.waitForTimeout(400);
      await page
        .getByRole('dialog')
        .locator('.revision')
        .first()
        .click({ timeout: 1500 })
        .catch(() => {});
    },
  },
  settings: { flow: 'reply', act: command('settings'), more: ['contrast', 'forced', 'zoomed'] },
  help: { flow: 'reply', act: command('help for nodes'), more: ['zoomed'] },
  'context-menu': {
    flow: 'reply',
    act: async (page) => {
      await page.locator('[data-id=reply]').click({ button: 'right' });
    },
  },
  selected: {
    flow: 'reply',
    act: async (page) => {
      await page.getByRole('application').focus();
      await page.keyboard.press('Control+a');
    },
  },
  login: { flow: 'reply', signedOut: true, more: ['forced', 'zoomed'] },
  offline: {
    flow: 'reply',
    before: (page) => page.routeWebSocket(/\/live$/, (ws) => ws.close()),
    act: (page) => page.waitForTimeout(1500),
    more: ['zoomed'],
  },
};

const sources = {
  empty: () => flows.empty,
  reply: () => flows.example('auto-reply'),
  busy: () => flows.busy,
  names: () => flows.names,
  big: () => bigFlow(),
};
const servers = {};
const chromium = await browser();
let bad = 0;

async function take(name, theme, size) {
  const scene = scenes[name];
  servers[scene.flow] ??= await serve(sources[scene.flow]());
  const server = servers[scene.flow];
  const context = await chromium.newContext({ ...sizes[size], colorScheme: theme, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on('pageerror', (e) => {
    bad++;
    console.error(`${name} ${theme} ${size}: ${e.message}`);
  });
  try {
    await scene.before?.(page);
    await page.goto(scene.signedOut ? `${server.origin}/admin/` : server.url);
    if (!scene.signedOut) await page.getByRole('application', { name: 'Flow canvas' }).waitFor();
    await page.waitForTimeout(500);
    await scene.act?.(page, server);
    await page.waitForTimeout(500);
  } catch (e) {
    bad++;
    console.error(`${name} ${theme} ${size}: ${e.message.split('\n')[0]}`);
  }
  await page.screenshot({ path: `${out}/${name}-${size}-${theme}.png` });
  await scene.after?.(server);
  await context.close();
}

for (const name of option('--only') ?? Object.keys(scenes))
  for (const size of option('--size') ?? [...always, ...(scenes[name].more ?? [])])
    for (const theme of option('--theme') ?? (size === 'forced' ? ['light'] : ['light', 'dark']))
      await take(name, theme, size);
await chromium.close();
for (const s of Object.values(servers)) await s.stop();
console.log(`pictures in ${out}`);
process.exitCode = bad > 0 ? 1 : 0;
