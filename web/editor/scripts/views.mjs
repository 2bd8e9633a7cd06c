// The main views: pictures are taken of them (shots.mjs), and axe looks at them (e2e/accessibility.spec.ts).
import { readFileSync } from 'node:fs';
import { bigFlow } from './bench-flow.mjs';
import * as flows from './view-flows.mjs';
import { kinds, parts } from './view-parts.mjs';

const key = (chord) => (page) => page.keyboard.press(chord);
const button = (name) => (page) => page.getByRole('button', { name, exact: true }).first().click();
const deployOptions = async (page) => {
  await button('Deploy options')(page);
  await page.getByRole('dialog', { name: 'Deploy options' }).waitFor();
};
const small = (page) => page.viewportSize().width < 900;
const bar = (page, name) => page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name }).click();
const command = (text) => async (page) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).fill(text);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
};
/** Goes to a node by its name. */
const select = async (page, name) => {
  await page.keyboard.press('Control+p');
  await page.getByRole('combobox', { name: 'Command' }).fill(name);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(600);
};
const form = (name) => async (page) => {
  await select(page, name);
  await page.keyboard.press('Enter');
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

const debugPanel = async (page) => {
  if (small(page)) await bar(page, 'Debug');
};
/** Another window deploys something else for the node that was changed here. */
const conflict = async (page, server) => {
  await select(page, 'Reply');
  await page.getByRole('application').focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('Answer');
  await page.keyboard.press('Enter');
  const was = await (await server.call('flows')).json();
  const flow = was.map((n) => (n.id === 'reply' ? { ...n, name: 'Their answer', text: 'Thank you' } : n));
  await server.call('flows', { method: 'POST', body: JSON.stringify(flow) });
  await page.waitForTimeout(900);
};

const asBefore = (server) => server.call('flows', { method: 'POST', body: flows.example('auto-reply') });

/** Each: which flow, what to do on the page, in which sizes besides the three a picture is taken; look: nothing new for axe. */
export const views = {
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
  'names-form': { flow: 'names', act: form('Answer') },
  form: { flow: 'reply', act: form('Got it'), more: ['contrast', 'forced', 'zoomed'] },
  'form-switch': { flow: 'busy', act: form('switch'), more: ['forced'] },
  'form-function': { flow: 'busy', act: form('Make values') },
  'form-account': {
    flow: 'reply',
    act: async (page) => {
      await form('Reply')(page);
      await button('Edit')(page);
    },
  },
  'form-missing': { flow: 'busy', act: form('Chart') },
  menu: { flow: 'reply', act: button('Main menu') },
  deploy: {
    flow: 'reply',
    act: async (page) => {
      await page.getByRole('application').focus();
      await move(page);
      await page.keyboard.press('Delete');
      await page.keyboard.press('Control+z');
      await page.keyboard.press('Control+Shift+d');
      await deployOptions(page);
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
  toast: {
    flow: 'reply',
    act: async (page) => {
      await page.getByRole('application').focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await page.waitForTimeout(300);
    },
  },
  'deploy-nothing': { flow: 'reply', act: deployOptions },
  conflict: { look: true, flow: 'mine', act: conflict, after: asBefore },
  conflicts: {
    flow: 'mine',
    act: async (page, server) => {
      await conflict(page, server);
      await command('resolve conflicts')(page);
    },
    after: asBefore,
  },
  parts: { flow: 'parts', act: key('Control+1'), more: ['contrast', 'forced'] },
  'parts-link': { look: true, flow: 'parts', act: (page) => select(page, 'Away') },
  'parts-tip': {
    look: true,
    flow: 'parts',
    act: async (page) => {
      await select(page, 'A text comes');
      await page.locator('[data-id=hook]').hover();
      await page.waitForTimeout(600);
    },
  },
  'parts-problems': { look: true, flow: 'parts', act: command('problems') },
  'parts-group': {
    flow: 'parts',
    act: async (page) => {
      await command('search flows')(page);
      await page.waitForTimeout(300);
      await page.keyboard.type('Answers');
      await page.keyboard.press('Enter');
      await page.waitForTimeout(600);
      await command('group settings')(page);
    },
  },
  subflow: { look: true, flow: 'parts', act: (page) => select(page, 'Double') },
  'form-errors': { flow: 'parts', act: form('Not set up') },
  'form-code-error': { flow: 'parts', act: form('Wrong') },
  statuses: { look: true, flow: 'kinds', act: key('Control+1') },
  'debug-long': {
    flow: 'busy',
    act: async (page, server) => {
      await debugPanel(page);
      await button('Clear')(page);
      await server.call('inject/go', { method: 'POST', body: '{}' });
      await page.waitForTimeout(900);
      const closed = page.getByRole('log', { name: 'Debug messages' }).locator('button[aria-expanded=false]');
      for (let i = 0; i < 3 && (await closed.count()) > 0; i++) await closed.first().click();
    },
  },
  'problems-none': { look: true, flow: 'reply', act: command('problems') },
  'context-none': { look: true, flow: 'reply', act: command('context data') },
  'history-none': { look: true, flow: 'reply', act: command('history') },
  flows: { flow: 'busy', act: button('List of flows') },
  'palette-found': {
    look: true,
    flow: 'reply',
    act: async (page) => {
      await command('search the palette')(page);
      await page.keyboard.type('text');
    },
  },
  'palette-none': {
    flow: 'reply',
    act: async (page) => {
      await command('search the palette')(page);
      await page.keyboard.type('zebra');
    },
  },
  'quick-add-none': {
    look: true,
    flow: 'reply',
    act: async (page) => {
      await command('quick add')(page);
      await page.waitForTimeout(400);
      await page.keyboard.type('zebra');
    },
  },
  'import-wrong': {
    look: true,
    flow: 'reply',
    act: async (page) => {
      await command('import')(page);
      await page.waitForTimeout(400);
      await page.getByRole('dialog', { name: 'Import' }).locator('textarea').fill('hello');
      await page.waitForTimeout(500);
    },
  },
  'opt-outs': { flow: 'reply', act: command('opted-out') },
  'talk-second': {
    flow: 'silent',
    act: async (page) => {
      const sim = await phone(page);
      for (const n of ['447700900001', '447700900002']) {
        await sim.getByRole('textbox', { name: 'Person' }).fill(n);
        await sim.getByRole('textbox', { name: 'Message' }).fill('hello');
        await sim.getByRole('button', { name: 'Send', exact: true }).click();
        await page.waitForTimeout(900);
      }
      await page.waitForTimeout(3000);
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

/** The flow of a view: JSON text or objects. */
export const sources = {
  empty: () => flows.empty,
  reply: () => flows.example('auto-reply'),
  busy: () => flows.busy,
  mine: () => flows.example('auto-reply'),
  parts: () => parts,
  kinds: () => kinds,
  silent: () => readFileSync(new URL('../e2e/no-reply.json', import.meta.url), 'utf8'),
  names: () => flows.names,
  big: () => bigFlow(),
};
