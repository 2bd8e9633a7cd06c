import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec';
import { makeSubflow, removeSubflow, unpackSubflow } from './ops/subflow';
import { setNodeTypes } from './schema';
import type { FlowDoc, Rec } from './types';

setNodeTypes([
  { type: 'inject', category: 'common', inputs: 0, outputs: ['o'], schema: {} },
  { type: 'switch', category: 'function', inputs: 1, outputs: ['a', 'b'], schema: {} },
  { type: 'debug', category: 'common', inputs: 1, outputs: [], schema: {} },
]);
const flows: Rec[] = [
  { id: 't', type: 'tab', label: 'T' },
  { id: 'in', type: 'inject', z: 't', x: 100, y: 100, wires: [['s1', 'd1']] },
  { id: 's1', type: 'switch', z: 't', x: 200, y: 100, wires: [['s2'], ['d1']] },
  { id: 's2', type: 'switch', z: 't', x: 300, y: 100, wires: [['d1', 'd2'], []] },
  { id: 'd1', type: 'debug', z: 't', x: 500, y: 100, wires: [] },
  { id: 'd2', type: 'debug', z: 't', x: 500, y: 200, wires: [] },
];
const doc = decode(flows, 'r');
const make = (d: FlowDoc) => {
  let id: string | undefined;
  const next = produce(d, (x) => {
    id = makeSubflow(x, ['s1', 's2'], 'S');
  });
  return { next, id: id! };
};

describe('subflows', () => {
  it('are made of nodes, with ports where wires crossed', () => {
    const { next, id } = make(doc);
    const at = next.nodes[id]!;
    const sub = next.subflows[at.type.slice(8)]!;
    expect(next.nodes['in']?.wires).toEqual([[id, 'd1']]);
    expect(at.wires).toEqual([['d1'], ['d1', 'd2']]);
    expect(sub.rec['in']).toMatchObject([{ wires: [{ id: 's1' }] }]);
    expect(sub.rec['out']).toMatchObject([{ wires: [{ id: 's1', port: 1 }] }, { wires: [{ id: 's2', port: 0 }] }]);
    expect(next.nodes['s1']).toMatchObject({ z: sub.id, wires: [['s2'], []] });
    expect(encode(next).map((r) => r['type'])).toContain('subflow');
  });

  it('unpack to what they were made of', () => {
    const { next, id } = make(doc);
    let ids: string[] = [];
    const back = produce(next, (d) => {
      ids = unpackSubflow(d, id);
    });
    const [s1, s2] = ids as [string, string];
    expect(back.nodes['in']?.wires).toEqual([[s1, 'd1']]);
    expect(back.nodes[s1]).toMatchObject({ z: 't', wires: [[s2], ['d1']] });
    expect(back.nodes[s2]).toMatchObject({ z: 't', wires: [['d1', 'd2'], []] });
    expect(back.nodes[s2]!.x! - back.nodes[s1]!.x!).toBe(100);
    expect(Math.abs(back.nodes[s1]!.x! - 200)).toBeLessThanOrEqual(20);
    expect(back.nodes[id]).toBeUndefined();
  });

  it('go with all instances', () => {
    const { next, id } = make(doc);
    const gone = produce(next, (d) => removeSubflow(d, next.nodes[id]!.type.slice(8)));
    expect(Object.keys(gone.subflows)).toEqual([]);
    expect(Object.keys(gone.nodes).sort()).toEqual(['d1', 'd2', 'in']);
    expect(gone.nodes['in']?.wires).toEqual([['d1']]);
  });

  it('are not made across flows', () => {
    const two = decode([...flows, { id: 'x', type: 'debug', z: 'u', x: 0, y: 0 }]);
    produce(two, (d) => {
      expect(makeSubflow(d, ['s1', 'x'])).toBeUndefined();
    });
  });
});
