import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec';
import { merge3 } from './merge3';
import type { Rec } from './types';

const base: Rec[] = [
  { id: 't', type: 'tab', label: 'T' },
  { id: 'a', type: 'debug', z: 't', x: 1, y: 1, wires: [] },
  { id: 'b', type: 'debug', z: 't', x: 2, y: 2, wires: [] },
];
const change = (id: string, more: Rec): Rec[] => base.map((r) => (r['id'] === id ? { ...r, ...more } : r));
const without = (id: string): Rec[] => base.filter((r) => r['id'] !== id);
const merge = (mine: Rec[], theirs: Rec[]) => {
  const { doc, conflicts } = merge3(decode(base, 'r1'), decode(mine, 'r1'), decode(theirs, 'r2'));
  return { flows: encode(doc), rev: doc.rev, conflicts: conflicts.map((c) => c.id) };
};

describe('merging by node', () => {
  it('takes both sides where they do not meet', () => {
    const m = merge(change('a', { x: 10 }), change('b', { name: 'theirs' }));
    expect(m.conflicts).toEqual([]);
    expect(m.rev).toBe('r2');
    expect(m.flows[1]).toMatchObject({ x: 10 });
    expect(m.flows[2]).toMatchObject({ name: 'theirs' });
  });
  it('keeps mine and says so where both changed one node', () => {
    const m = merge(change('a', { x: 10 }), change('a', { name: 'theirs' }));
    expect(m.conflicts).toEqual(['a']);
    expect(m.flows[1]).toEqual({ ...base[1], x: 10 });
  });
  it('sees no conflict where both did the same', () => {
    expect(merge(change('a', { x: 10 }), change('a', { x: 10 })).conflicts).toEqual([]);
    expect(merge(without('a'), without('a'))).toMatchObject({ conflicts: [], flows: without('a') });
  });
  it('tells of what one side removed and the other changed', () => {
    expect(merge(without('a'), change('a', { x: 9 })).conflicts).toEqual(['a']);
    const m = merge(change('a', { x: 9 }), without('a'));
    expect(m.conflicts).toEqual(['a']);
    expect(m.flows.map((r) => r['id'])).toEqual(['t', 'a', 'b']);
  });
  it('lets go what only one side removed', () => {
    expect(merge(base, without('b')).flows).toEqual(without('b'));
    expect(merge(without('b'), base).flows).toEqual(without('b'));
  });
  it('puts new objects where they were', () => {
    const m = merge(
      [...base, { id: 'mine', type: 'debug', x: 0, y: 0 }],
      [base[0]!, { id: 'theirs', type: 'tab', label: 'X' }, ...base.slice(1)],
    );
    expect(m.flows.map((r) => r['id'])).toEqual(['t', 'theirs', 'a', 'b', 'mine']);
  });
  it('keeps the order that I changed', () => {
    const m = merge([base[0]!, base[2]!, base[1]!], change('a', { x: 3 }));
    expect(m.flows.map((r) => r['id'])).toEqual(['t', 'b', 'a']);
  });
  it('keeps the flow of what is kept, whoever removed that', () => {
    const added: Rec = { id: 'n', type: 'debug', z: 't', x: 3, y: 3, wires: [] };
    const ids = (m: { flows: Rec[] }) => m.flows.map((r) => r['id']);
    expect(ids(merge([...base, added], []))).toEqual(['t', 'n']);
    expect(ids(merge([], [...base, added]))).toEqual(['t', 'n']);
    expect(merge(change('a', { x: 9 }), [])).toMatchObject({ flows: [base[0], { id: 'a' }], conflicts: ['a'] });
    expect(ids(merge([], base))).toEqual([]);
  });
});
