import { beforeEach, describe, expect, it } from 'vitest';
import { begin, bringBack, draftOf, draftStore, edit, forget, fresh, kept, newRow, waiting } from '../../forms/drafts';
import { recordOf } from '../../forms/host';
import { decode, encode } from '../../model/codec';
import { docStore, load, undo } from '../../model/doc-store';
import { setNodeTypes } from '../../model/schema';
import type { Json, Rec } from '../../model/types';
import { remove, save } from './save';

const flows: Rec[] = [
  { id: 't', type: 'tab', label: 'Flow' },
  {
    id: 'sw',
    type: 'switch',
    z: 't',
    name: '',
    property: 'payload',
    rules: [{ t: 'eq', v: 'a', vt: 'str' }, { t: 'eq', v: 'b', vt: 'str' }, { t: 'else' }],
    outputs: 3,
    x: 1,
    y: 2,
    wires: [['d1'], ['d2'], ['d3']],
    outputLabels: ['A', 'B', 'C'],
    odd: { kept: [1.5] },
  },
  { id: 'old', type: 'sendsms', z: 't', fr: 'Shop', creds: 'v', x: 1, y: 2, wires: [[]] },
  { id: 'fn', type: 'function', z: 't', outputs: 2, x: 1, y: 2, wires: [['d1'], ['d2']] },
  { id: 'in', type: 'link in', z: 't', links: ['out'], x: 1, y: 1, wires: [[]] },
  { id: 'out', type: 'link out', z: 't', links: [], x: 1, y: 1, wires: [] },
  ...['d1', 'd2', 'd3'].map((id): Rec => ({ id, type: 'debug', z: 't', x: 3, y: 3, wires: [] })),
];

const current = (id: string) => () => recordOf(docStore.getState().doc, id) ?? {};
const now = (id: string): Rec => recordOf(docStore.getState().doc, id)!;
const change = (id: string, make: (r: Rec) => Rec, rows?: Record<string, number[]>) =>
  edit(id, current(id), make, rows);

beforeEach(() => {
  localStorage.clear();
  const list = (ports: 'each' | 'count', key: string) => ({
    type: 'object',
    properties: {
      [key]: {
        ...(ports === 'each' ? { type: 'array', items: { type: 'object', properties: {} } } : { type: 'integer' }),
        'x-ui': { ports },
      },
    },
  });
  setNodeTypes([
    { type: 'switch', category: 'function', schema: list('each', 'rules') },
    { type: 'function', category: 'function', schema: list('count', 'outputs') },
    { type: 'link-in', aliases: ['link in'], category: 'common', schema: { type: 'object', properties: {} } },
    { type: 'link-out', aliases: ['link out'], category: 'common', schema: { type: 'object', properties: {} } },
  ]);
  load(decode(structuredClone(flows)));
});

describe('drafts', () => {
  it('are none when nothing differs any more', () => {
    change('old', (r) => ({ ...r, fr: 'Shop 2' }));
    expect(draftOf('old')?.rec['fr']).toBe('Shop 2');
    change('old', (r) => ({ ...r, fr: 'Shop' }));
    expect(draftOf('old')).toBeUndefined();
  });

  it('leave the document alone until they are saved, and then make one entry', () => {
    change('old', (r) => ({ ...r, fr: 'A' }));
    change('old', (r) => ({ ...r, fr: 'AB', d: true }));
    expect(encode(docStore.getState().doc)).toEqual(flows);
    save('old');
    expect(docStore.getState().undo).toHaveLength(1);
    expect(now('old')).toEqual({ ...flows[2], fr: 'AB', d: true });
    expect(docStore.getState().doc.nodes['old']?.d).toBe(true);
    undo();
    expect(JSON.stringify(encode(docStore.getState().doc))).toBe(JSON.stringify(flows));
  });

  it('change only what was edited: what happened meanwhile stays', () => {
    change('old', (r) => ({ ...r, fr: 'AB' }));
    docStore.setState((s) => ({
      doc: decode(encode(s.doc).map((r) => (r['id'] === 'old' ? { ...r, x: 99, creds: 'other' } : r))),
    }));
    save('old');
    expect(now('old')).toMatchObject({ fr: 'AB', x: 99, creds: 'other' });
  });

  it('keep no secret in storage, but what names a variable', () => {
    change('old', (r) => ({ ...r, credentials: { apiSecret: 'hush', apiKey: '${KEY}' } }));
    expect(kept()['old']?.rec['credentials']).toEqual({ apiKey: '${KEY}' });
    expect(JSON.stringify(kept())).not.toContain('hush');
  });

  it('come back after a reload, with rows that are told apart', () => {
    change('sw', (r) => ({ ...r, rules: [{ t: 'null' }, ...(r['rules'] as Json[])] }), { rules: [newRow(), 0, 1, 2] });
    const all = structuredClone(kept());
    forget('sw');
    bringBack(all);
    expect(waiting(draftStore.getState().drafts, (id) => id === 'sw')).toEqual(['sw']);
    expect(all['sw']?.rows['rules']).not.toContain(newRow());
    save('sw');
    expect(now('sw')['wires']).toEqual([[], ['d1'], ['d2'], ['d3']]);
  });

  it('of what is not in the document, or was deleted there, wait for no deploy', () => {
    begin({ id: 'new', type: 'vonage' });
    change('old', (r) => ({ ...r, fr: 'AB' }));
    const { drafts } = draftStore.getState();
    expect(waiting(drafts, () => true)).toEqual(['old']);
    expect(waiting(drafts, (id) => id !== 'old')).toEqual([]);
    expect(Object.keys(kept())).toEqual(['old']);
  });
});

describe('rows that are outputs', () => {
  const rows = () => now('sw')['rules'] as Json[];

  it('take their wires and names with them', () => {
    const [a, b, c] = rows();
    change('sw', (r) => ({ ...r, rules: [c!, a!, { t: 'null' }, b!] }), { rules: [2, 0, newRow(), 1] });
    save('sw');
    expect(now('sw')).toMatchObject({
      wires: [['d3'], ['d1'], [], ['d2']],
      outputLabels: ['C', 'A', '', 'B'],
      outputs: 4,
      odd: { kept: [1.5] },
    });
    expect(Object.keys(now('sw'))).toEqual(Object.keys(flows[1]!));
  });

  it('lose theirs when they go', () => {
    change('sw', (r) => ({ ...r, rules: [(r['rules'] as Json[])[1]!] }), { rules: [1] });
    save('sw');
    expect(now('sw')['wires']).toEqual([['d2']]);
  });

  it('keep wires as they are while only a value changes', () => {
    change('sw', (r) => ({ ...r, rules: rows().map((x, i) => (i ? x : { t: 'eq', v: 'z', vt: 'str' })) }));
    save('sw');
    expect(now('sw')['wires']).toEqual([['d1'], ['d2'], ['d3']]);
    expect(fresh).toBeGreaterThan(1000);
  });

  it('are counted where the node says how many', () => {
    change('fn', (r) => ({ ...r, outputs: 1 }));
    save('fn');
    expect(now('fn')['wires']).toEqual([['d1']]);
    change('fn', (r) => ({ ...r, outputs: 3 }));
    save('fn');
    expect(now('fn')['wires']).toEqual([['d1'], [], []]);
  });
});

it('both ends of a link say the same', () => {
  change('out', (r) => ({ ...r, links: ['in'] }));
  save('out');
  expect(now('in')['links']).toEqual(['out']);
  change('out', (r) => ({ ...r, links: [] }));
  save('out');
  expect(now('in')['links']).toEqual([]);
});

it('a new config node is added by Done and taken back by undo', () => {
  begin({ id: 'new', type: 'vonage', name: 'Mine' });
  expect(docStore.getState().doc.nodes['new']).toBeUndefined();
  save('new');
  expect(now('new')).toEqual({ id: 'new', type: 'vonage', name: 'Mine' });
  expect(docStore.getState().doc.nodes['new']?.kind).toBe('config');
  undo();
  expect(docStore.getState().doc.nodes['new']).toBeUndefined();
});

it('a deleted node takes the wires to it along', () => {
  remove('d1');
  expect(now('sw')['wires']).toEqual([[], ['d2'], ['d3']]);
  undo();
  expect(JSON.stringify(encode(docStore.getState().doc))).toBe(JSON.stringify(flows));
});
