// The flows that pictures are taken of.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { binary } from './serve.mjs';

const root = new URL('../../../', import.meta.url).pathname;
export const example = (name) => readFileSync(`${root}examples/${name}/flow.json`, 'utf8');

export const empty = [{ id: 'first', type: 'tab', label: 'Flow 1', disabled: false, info: '' }];

/** Values of every kind in the debug panel, errors, statuses, context, a type that is missing. */
export const busy = [
  { id: 'shop', type: 'tab', label: 'Shop', disabled: false, info: '' },
  { id: 'night', type: 'tab', label: 'Night shift', disabled: true, info: '' },
  { id: 'locked', type: 'tab', label: 'Billing', disabled: false, locked: true, info: '' },
  {
    id: 'g',
    type: 'group',
    z: 'shop',
    name: 'Orders',
    nodes: ['go', 'make', 'see'],
    x: 34,
    y: 39,
    w: 672,
    h: 82,
    style: { label: true },
  },
  inject('go', 'g', 'Every kind', 120, 80, [['make']]),
  {
    id: 'make',
    type: 'function',
    z: 'shop',
    g: 'g',
    name: 'Make values',
    func: [
      "node.status({ fill: 'green', shape: 'dot', text: '12 orders' });",
      "flow.set('orders', { open: 3, ids: ['A-1', 'A-2', 'A-3'] }); global.set('shop', 'Old Town'); global.set('visits', 42); flow.set('last', new Date(0).toISOString());",
      'const all = [',
      "  'Your order A-17 is ready. Reply YES to have it sent, NO to collect it, or STOP to hear no more from us.',",
      "  42.5, true, null, { order: 'A-17', items: [{ name: 'Tea', count: 2 }, { name: 'Cup', count: 1 }], paid: false },",
      "  ['a', 'b', { c: [1, 2, 3] }], Buffer.from('hello'), 'مرحبا بالعالم', '',",
      '];',
      "for (const payload of all) node.send({ topic: 'orders', payload });",
      "node.warn('The printer is low on paper');",
      "node.error('No stock of cups', msg);",
    ].join('\n'),
    outputs: 1,
    timeout: 0,
    initialize: '',
    finalize: '',
    libs: [],
    x: 340,
    y: 80,
    wires: [['see']],
  },
  debug('see', 'g', 'Orders', 600, 80),
  inject('bad', undefined, 'Refused', 110, 180, [['sms']]),
  {
    id: 'sms',
    type: 'send-sms',
    z: 'shop',
    name: 'Tell the customer',
    vonage: 'account',
    from: 'Shop',
    to: 'nobody',
    text: 'Your order is ready',
    x: 330,
    y: 180,
    wires: [['sent']],
  },
  debug('sent', undefined, 'Sent', 590, 180),
  { id: 'missing', type: 'ui-chart', z: 'shop', name: 'Chart', x: 330, y: 260, wires: [['j']] },
  { id: 'j', type: 'junction', z: 'shop', x: 480, y: 260, wires: [['off']] },
  { ...debug('off', undefined, 'Switched off', 610, 260), active: false, d: true },
  {
    id: 'route',
    type: 'switch',
    z: 'shop',
    name: '',
    property: 'payload',
    propertyType: 'msg',
    rules: [{ t: 'eq', v: 'YES', vt: 'str' }, { t: 'eq', v: 'NO', vt: 'str' }, { t: 'else' }],
    checkall: 'true',
    outputs: 3,
    x: 340,
    y: 360,
    wires: [['sent'], [], []],
  },
  { id: 'why', type: 'comment', z: 'shop', name: 'Unwired outputs are fine', info: '', x: 150, y: 360, wires: [] },
  { id: 'account', type: 'vonage', name: 'Account', account: '', rate: 30 },
  { id: 'broker', type: 'mqtt-broker', name: '', broker: 'localhost', port: '1883' },
];

function inject(id, g, name, x, y, wires) {
  const more = g === undefined ? {} : { g };
  return {
    id,
    type: 'inject',
    z: 'shop',
    ...more,
    name,
    props: [{ p: 'payload' }],
    payload: '',
    payloadType: 'date',
    x,
    y,
    wires,
  };
}
function debug(id, g, name, x, y) {
  const more = g === undefined ? {} : { g };
  return {
    id,
    type: 'debug',
    z: 'shop',
    ...more,
    name,
    active: true,
    tosidebar: true,
    complete: 'payload',
    targetType: 'msg',
    x,
    y,
    wires: [],
  };
}

const long =
  'A name that goes on and on until nobody remembers how it began, as people do paste whole sentences in here';
/** Names that are read from right to left, very long ones, and ones that look like code. */
export const names = [
  { id: 'rtl', type: 'tab', label: 'رسائل الترحيب', disabled: false, info: '' },
  { id: 'long', type: 'tab', label: long, disabled: false, info: '' },
  ...[
    'استقبال رسالة',
    'שלח תשובה',
    'Answer إلى العميل now',
    long,
    '<script>alert(1)</script>',
    '漢字の名前のノード',
    '👩‍👩‍👧‍👦 family 🎉',
    ' ',
  ].map((name, i) => ({
    ...debug(`n${i}`, undefined, name, 220 + (i % 2) * 320, 80 + Math.floor(i / 2) * 60),
    z: 'rtl',
  })),
];

export const types = () => JSON.parse(execFileSync(binary, ['nodes', '--json'], { encoding: 'utf8' }));

/** One node of every type, as it comes from the palette, on a tab; config nodes beside. */
export function everyType() {
  const flow = [{ id: 'all', type: 'tab', label: 'Every type', disabled: false, info: '' }];
  let i = 0;
  for (const t of types()) {
    const node = { id: `of-${t.type}.`, type: t.type, name: '' };
    for (const [key, p] of Object.entries(t.schema?.properties ?? {})) {
      const ui = p['x-ui'] ?? {};
      const value = ui.initial ?? p.default;
      if (value !== undefined) node[key] = value;
      if (value !== undefined && ui.typeKey && ui.types) node[ui.typeKey] ??= ui.types[0];
    }
    if (t.category === 'config') {
      flow.push(node);
      continue;
    }
    Object.assign(node, { z: 'all', x: 160 + (i % 5) * 260, y: 80 + Math.floor(i / 5) * 80, wires: [] });
    i++;
    flow.push(node);
  }
  return flow;
}
