import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import desk from '../../e2e/files/sms-desk.json';
import { decode, encode } from './codec';
import { collect, paste, preview } from './ops/copy';
import { firstTab } from './ops/tabs';
import { setNodeTypes } from './schema';
import type { FlowDoc, Rec } from './types';

setNodeTypes([
  { type: 'debug', category: 'common', inputs: 1, outputs: [], schema: {} },
  {
    type: 'send-sms',
    category: 'messaging',
    inputs: 1,
    outputs: ['sent'],
    schema: {
      properties: {
        vonage: { type: 'string', format: 'ref', 'x-ui': { ref: 'vonage', label: 'Vonage', aliases: ['creds'] } },
      },
    },
  },
  {
    type: 'vonage',
    category: 'config',
    schema: {
      properties: {
        apiSecret: { type: 'string', format: 'secret', 'x-ui': { label: 'API secret', aliases: ['apisecret'] } },
      },
    },
  },
]);

const flows: Rec[] = [
  { id: 't', type: 'tab', label: 'T' },
  {
    id: 's1',
    type: 'subflow',
    name: 'S',
    in: [{ x: 0, y: 0, wires: [{ id: 'i1' }] }],
    out: [{ x: 0, y: 0, wires: [{ id: 'i1', port: 0 }] }],
  },
  { id: 'i1', type: 'send-sms', z: 's1', x: 0, y: 0, vonage: 'acc', wires: [[]] },
  { id: 'g', type: 'group', z: 't', name: 'G', nodes: ['a', 'b'], x: 0, y: 0, w: 9, h: 9 },
  { id: 'acc', type: 'vonage', name: 'acc' },
  { id: 'a', type: 'subflow:s1', z: 't', g: 'g', x: 100, y: 40, wires: [['b']] },
  { id: 'b', type: 'debug', z: 't', g: 'g', name: 'a', x: 300, y: 40, wires: [] },
  { id: 'other', type: 'debug', z: 't', x: 0, y: 0, wires: [] },
];
const doc = decode(flows, 'r');
const put = (d: FlowDoc, recs: Rec[], o: Parameters<typeof paste>[2]) => {
  let made: ReturnType<typeof paste> | undefined;
  const next = produce(d, (x) => {
    made = paste(x, recs, o);
  });
  return { next, made: made! };
};

describe('copying', () => {
  it('takes along groups, subflows with what is in them, and accounts', () => {
    expect(collect(doc, ['g']).map((r) => r['id'])).toEqual(['s1', 'i1', 'g', 'acc', 'a', 'b']);
    expect(collect(doc, ['b']).map((r) => r['id'])).toEqual(['b']);
  });

  it('of a whole file gives it back unchanged into an empty document', () => {
    const { next } = put(decode([], ''), structuredClone(flows), { z: 'x' });
    expect(encode(next)).toHaveLength(flows.length);
    expect(new Map(encode(next).map((r) => [r['id'], r]))).toEqual(new Map(flows.map((r) => [r['id'], r])));
  });

  it('gives copies new ids throughout and goes on using accounts and subflows', () => {
    const { next, made } = put(doc, collect(doc, ['g']), { z: 't', fresh: true, by: { x: 40, y: 40 } });
    expect(made.nodes).toHaveLength(2);
    const [a, b] = made.nodes.map((id) => next.nodes[id]!);
    expect(a!.type).toBe('subflow:s1');
    expect(a!.wires).toEqual([[b!.id]]);
    expect([a!.x, a!.g]).toEqual([140, made.groups[0]]);
    expect(next.groups[made.groups[0]!]?.nodes).toEqual([a!.id, b!.id]);
    // a name that happens to be an id is no reference
    expect(b!.name).toBe('a');
    expect(Object.keys(next.subflows)).toEqual(['s1']);
    expect(Object.values(next.nodes).filter((n) => n.type === 'vonage')).toHaveLength(1);
  });

  it('does not belong to a group that does not hold it', () => {
    const { next, made } = put(doc, collect(doc, ['b']), { z: 't', fresh: true, by: { x: 0, y: 0 } });
    expect(next.nodes[made.nodes[0]!]?.g).toBeUndefined();
  });

  it('imports copies of what is taken, or replaces it', () => {
    const changed: Rec[] = [{ ...flows[6]!, name: 'new' }];
    const copied = put(doc, changed, { z: 't' });
    expect(copied.made.nodes[0]).not.toBe('b');
    const replaced = put(doc, changed, { z: 't', replace: true });
    expect(replaced.next.nodes['b']?.name).toBe('new');
    expect(replaced.next.order).toHaveLength(doc.order.length);
  });

  it('previews what is missing', () => {
    const inc = preview(decode([], ''), [
      { id: 'x', type: 'no such', z: 't', x: 0, y: 0 },
      { id: 'y', type: 'send-sms', z: 't', x: 0, y: 0, vonage: 'lost', name: 'Reply' },
      { id: 'z', type: 'vonage', credentials: { apiSecret: '${SECRET}' } },
      { id: 'i', type: 'subflow:lost', z: 't', x: 0, y: 0 },
    ]);
    expect([...inc.missing]).toEqual([
      ['no such', 1],
      ['subflow:lost', 1],
    ]);
    expect(inc.dangling).toEqual([{ node: 'Reply', property: 'Vonage', wanted: 'vonage' }]);
    expect(inc.secrets).toEqual([{ node: 'vonage', property: 'API secret', placeholder: '${SECRET}' }]);
  });
});

describe('a file of Node-RED', () => {
  const file = desk as Rec[];
  const fresh = () => {
    const d = decode([]);
    firstTab(d);
    return d;
  };

  it('comes in and goes out again as it was, to the last key', () => {
    const next = produce(fresh(), (d) => {
      paste(d, structuredClone(file), { z: 'f100000000000001' });
    });
    const tab = file[0]!['id'] as string;
    expect(JSON.stringify(collect(next, [tab]), null, 1)).toBe(JSON.stringify(file, null, 1));
  });

  it('tells what is missing: types, accounts, secrets', () => {
    const inc = preview(fresh(), file);
    expect(inc.secrets).toEqual([
      { node: 'Polite reply', property: 'SIGNATURE', placeholder: '' },
      { node: 'Main account', property: 'API secret', placeholder: '${API_SECRET}' },
    ]);
    expect(inc.missing.get('acme-scorer')).toBe(1);
    expect([inc.tabs.length, inc.subflows.length, inc.groups.length]).toEqual([1, 2, 2]);
    expect(inc.taken.size + inc.same.size).toBe(0);
  });

  it('has old spellings, too', () => {
    const inc = preview(fresh(), [
      { id: 'a', type: 'send-sms', name: 'A', creds: 'nobody', x: 1, y: 1, wires: [] },
      { id: 'b', type: 'vonage', name: 'B', credentials: { apisecret: '${SECRET}' } },
      { id: 'c', type: 'vonage', name: 'C', credentials: { apikey: 'k' } },
    ]);
    expect(inc.dangling).toEqual([{ node: 'A', property: 'Vonage', wanted: 'vonage' }]);
    expect(inc.secrets).toEqual([{ node: 'B', property: 'API secret', placeholder: '${SECRET}' }]);
  });
});
