import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps } from './geometry';
import { SpatialGrid, WireIndex } from './index';
import type { NodeRec } from './types';

const box = fc
  .tuple(
    fc.integer({ min: -3000, max: 3000 }),
    fc.integer({ min: -3000, max: 3000 }),
    fc.integer({ min: 0, max: 900 }),
    fc.integer({ min: 0, max: 900 }),
  )
  .map(([x, y, w, h]) => ({ x0: x, y0: y, x1: x + w, y1: y + h }));

describe('the grid', () => {
  it('finds what a look at everything would find, after any moves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.option(box)), { maxLength: 60 }),
        box,
        (steps, seen) => {
          const grid = new SpatialGrid<number>();
          const plain = new Map<number, { x0: number; y0: number; x1: number; y1: number }>();
          for (const [id, b] of steps) {
            if (b) {
              grid.set(id, b);
              plain.set(id, b);
            } else {
              grid.delete(id);
              plain.delete(id);
            }
          }
          const want = [...plain].filter(([, b]) => overlaps(b, seen)).map(([id]) => id);
          expect(grid.query(seen).sort()).toEqual(want.sort());
          expect(grid.size).toBe(plain.size);
        },
      ),
    );
  });
  it('takes a box of absurd size without filling up', () => {
    const grid = new SpatialGrid<string>();
    grid.set('a', { x0: 0, y0: 0, x1: 10, y1: 10 });
    expect(grid.query({ x0: -1e9, y0: -1e9, x1: 1e9, y1: 1e9 })).toEqual(['a']);
  });
});

describe('wires by node', () => {
  const node = (id: string, ...wires: string[][]): NodeRec => ({ id, type: 't', z: 'z', wires, rec: {}, kind: 'node' });
  const index = new WireIndex([
    node('a', ['b'], ['c', 'c']),
    node('b', ['d']),
    node('c', ['d']),
    node('d', ['b']),
    node('e', ['e']),
  ]);
  it('lists each wire once at both ends', () => {
    expect(index.out.get('a')?.map((w) => w.id)).toEqual(['a:0>b', 'a:1>c']);
    expect(index.into.get('d')?.map((w) => w.source)).toEqual(['b', 'c']);
  });
  it('reaches through loops', () => {
    expect([...index.reach(['b'], 'down')].sort()).toEqual(['b', 'd']);
    expect([...index.reach(['d'], 'up')].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect([...index.reach(['c'], 'both')].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect([...index.reach(['e'], 'down')]).toEqual(['e']);
  });
});
