import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode, readFlows } from './codec';
import type { Json, Rec } from './types';

const json = (): fc.Arbitrary<Json> => fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const id = fc.constantFrom('a', 'b', 'c', 'd', 't1', 't2', '', '__proto__', 'constructor');
const type = fc.constantFrom(
  'tab',
  'subflow',
  'group',
  'junction',
  'inject',
  'switch',
  'vonage',
  'subflow:a',
  'no such',
  'global-config',
);

/** Objects as files have them, odd values included. */
const rec: fc.Arbitrary<Rec> = fc
  .record(
    {
      id: fc.oneof({ weight: 8, arbitrary: id as fc.Arbitrary<Json> }, { weight: 1, arbitrary: json() }),
      type: fc.oneof({ weight: 8, arbitrary: type as fc.Arbitrary<Json> }, { weight: 1, arbitrary: json() }),
      z: fc.oneof(id as fc.Arbitrary<Json>, json()),
      x: fc.oneof(fc.integer() as fc.Arbitrary<Json>, json()),
      y: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }) as fc.Arbitrary<Json>, json()),
      w: json(),
      h: json(),
      g: fc.oneof(id as fc.Arbitrary<Json>, json()),
      d: json(),
      l: json(),
      name: json(),
      label: json(),
      disabled: json(),
      locked: json(),
      nodes: json(),
      wires: fc.oneof(fc.array(fc.array(id)) as fc.Arbitrary<Json>, json()),
      unknown: json(),
    },
    { requiredKeys: [] },
  )
  .chain((r) =>
    fc
      .shuffledSubarray(Object.entries(r), { minLength: Object.keys(r).length })
      .map((e) => Object.fromEntries(e) as Rec),
  );

describe('the codec', () => {
  it('writes what it read, byte for byte, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(rec, { maxLength: 12 }), (flows) => {
        expect(JSON.stringify(encode(decode(flows)))).toBe(JSON.stringify(flows));
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the order of members and unknown ones when something changes', () => {
    const flows: Rec[] = [
      { type: 'inject', custom: { b: 1, a: [null] }, id: 'n', z: 't', x: 1, wires: [['m']], y: 2, name: 'old', end: 0 },
    ];
    const doc = decode(flows);
    doc.nodes['n']!.name = 'new';
    doc.nodes['n']!.x = 40;
    expect(JSON.stringify(encode(doc))).toBe(
      '[{"type":"inject","custom":{"b":1,"a":[null]},"id":"n","z":"t","x":40,"wires":[["m"]],"y":2,"name":"new","end":0}]',
    );
  });

  it('adds and drops members as they come and go', () => {
    const doc = decode([{ id: 'n', type: 'debug', z: 't', x: 1, y: 2, wires: [], d: true, g: 'g1' }]);
    const n = doc.nodes['n']!;
    delete n.d;
    delete n.g;
    n.l = false;
    expect(encode(doc)).toEqual([{ id: 'n', type: 'debug', z: 't', x: 1, y: 2, wires: [], l: false }]);
  });

  it('tells flow nodes from config nodes by x and y alone', () => {
    const doc = decode([
      { id: 'a', type: 'inject', x: 0, y: 0 },
      { id: 'b', type: 'inject', x: 0 },
      { id: 'c', type: 'subflow:s', x: 0, y: 0 },
      { id: 'd', type: 'junction', x: 0, y: 0 },
    ]);
    expect(Object.values(doc.nodes).map((n) => n.kind)).toEqual(['node', 'config', 'instance', 'junction']);
  });

  it('lets the last of two objects with one id run and keeps both', () => {
    const flows: Rec[] = [
      { id: 'a', type: 'inject', x: 0, y: 0, name: 'first' },
      { id: 'a', type: 'inject', x: 0, y: 0, name: 'last' },
    ];
    const doc = decode(flows);
    expect(doc.nodes['a']?.name).toBe('last');
    doc.nodes['a']!.name = 'changed';
    expect(encode(doc).map((r) => [r['id'], r['name']])).toEqual([
      ['a', 'first'],
      ['a', 'changed'],
    ]);
  });

  it('does not invent wires that a file does not have', () => {
    const doc = decode([{ id: 'a', type: 'debug', x: 0, y: 0 }]);
    expect(doc.nodes['a']?.wires).toEqual([]);
    doc.nodes['a']!.wires.push(['b']);
    expect(encode(doc)[0]?.['wires']).toEqual([['b']]);
  });

  it('reads arrays, {flows} and single objects, and says what is none', () => {
    const one = { id: 'a', type: 'debug' };
    expect(readFlows([one]).flows).toHaveLength(1);
    expect(readFlows({ flows: [one], rev: 'r' })).toEqual({ flows: [one], rev: 'r' });
    expect(readFlows({ id: 'a', type: 'tab' }).flows).toHaveLength(1);
    for (const bad of [1, null, 'x', {}, [1], [null], { flows: [[]] }]) expect(() => readFlows(bad)).toThrow();
    // What a server would refuse: the answer of some other API, say.
    expect(() => readFlows([one, { id: 'b', text: 'hi' }])).toThrow('entry 2 has no type');
  });
});
