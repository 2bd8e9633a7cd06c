// A flow with one of everything that a canvas can show.

const at = (id, type, x, y, more = {}) => ({ id, type, z: 'parts', x, y, wires: [], ...more });
const group = (id, name, nodes, [x, y, w, h], more = {}) => ({
  ...{ id, type: 'group', z: 'parts', name, nodes, x, y, w, h },
  style: { label: true },
  ...more,
});

const shapes = ['red dot', 'red ring', 'yellow dot', 'green dot', 'green ring', 'blue dot', 'grey dot', 'grey ring'];
/** Nested groups, a subflow and its instance, junctions, links, notices, errors, a disabled and an unknown node. */
export const parts = [
  { id: 'parts', type: 'tab', label: 'One of everything', disabled: false, info: '' },
  group('outer', 'Front desk', ['inner', 'hook', 'check'], [34, 19, 612, 182]),
  group('inner', 'Answers', ['yes', 'no'], [394, 59, 232, 122], {
    g: 'outer',
    style: { label: true, fill: '#dbeafe', stroke: '#2563eb' },
  }),
  at('hook', 'http in', 140, 80, { g: 'outer', name: 'A text comes', url: '/in', method: 'post', wires: [['check']] }),
  at('check', 'switch', 300, 140, {
    ...{ g: 'outer', name: 'Yes or no', property: 'payload.text', propertyType: 'msg', checkall: 'false', outputs: 2 },
    rules: [{ t: 'eq', v: 'YES', vt: 'str' }, { t: 'else' }],
    wires: [['yes'], ['no']],
  }),
  at('yes', 'change', 510, 100, {
    g: 'inner',
    name: 'Say thanks',
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'Thanks', tot: 'str' }],
    wires: [['j1']],
  }),
  at('no', 'change', 510, 150, {
    g: 'inner',
    name: 'Say sorry',
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'Sorry', tot: 'str' }],
    wires: [['j1']],
  }),
  at('j1', 'junction', 680, 120, { wires: [['j2', 'twice']] }),
  at('j2', 'junction', 720, 180, { wires: [['away']] }),
  at('twice', 'subflow:sub', 840, 120, { name: 'Twice', wires: [['seen']] }),
  at('seen', 'debug', 1040, 120, { name: 'Seen', active: true, complete: 'payload', targetType: 'msg' }),
  at('away', 'link out', 800, 180, { name: 'Away', mode: 'link', links: ['here'] }),
  at('here', 'link in', 160, 280, { name: 'Here', links: ['away'], wires: [['later']] }),
  at('later', 'delay', 300, 280, {
    name: '',
    pauseType: 'delay',
    timeout: '5',
    timeoutUnits: 'seconds',
    wires: [['text']],
  }),
  at('text', 'send-sms', 490, 280, { name: 'Not set up', wires: [['off']] }),
  at('off', 'debug', 700, 280, { name: 'Switched off', active: false, d: true }),
  at('gone', 'ui-gauge', 880, 280, { name: '' }),
  at('icon', 'template', 1000, 280, {
    name: 'Icon only',
    l: false,
    template: '',
    field: 'payload',
    syntax: 'mustache',
    wires: [[]],
  }),
  at('why', 'comment', 200, 360, { name: 'Two lines\\nof a note' }),
  at('wrong', 'function', 430, 360, { name: 'Wrong', func: 'return msg(', outputs: 1, wires: [[]] }),
  at('caught', 'catch', 620, 360, { name: '', scope: null, wires: [['seen']] }),
  {
    id: 'sub',
    type: 'subflow',
    name: 'Twice',
    info: '',
    category: '',
    in: [{ x: 60, y: 80, wires: [{ id: 'double' }] }],
    out: [{ x: 420, y: 80, wires: [{ id: 'double', port: 0 }] }],
    env: [{ name: 'TIMES', type: 'num', value: '2' }],
    color: '#DDAA99',
  },
  {
    id: 'double',
    type: 'function',
    z: 'sub',
    name: 'Double',
    func: 'return msg;',
    outputs: 1,
    x: 230,
    y: 80,
    wires: [[]],
  },
];

/** Statuses of each kind. */
export const kinds = [
  { id: 'kinds', type: 'tab', label: 'Statuses', disabled: false, info: '' },
  ...[...shapes, 'purple dot'].map((s, i) => ({
    ...{ id: `k${i}`, type: 'function', z: 'kinds', name: s, outputs: 1, func: 'return msg;' },
    initialize: `node.status({ fill: '${s.split(' ')[0]}', shape: '${s.split(' ')[1]}', text: '${i === 0 ? 'the provider refused it: insufficient credit on the account' : s}' });`,
    ...{ x: 160 + (i % 3) * 240, y: 80 + Math.floor(i / 3) * 90, wires: [[]] },
  })),
];
