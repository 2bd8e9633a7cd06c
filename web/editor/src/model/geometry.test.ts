import { describe, expect, it } from 'vitest';
import {
  boxFrom,
  labelLines,
  nodeSize,
  portOffset,
  union,
  wireBox,
  wireCut,
  wireDistance,
  wireMeets,
  wirePath,
  wirePoint,
} from './geometry';
import { fitText, textWidth } from './text-width';

const shape = (label: string, inputs = 1, outputs = 1, showLabel = true) => ({ label, inputs, outputs, showLabel });

describe('the size of a node', () => {
  it('is 100 × 30 at least, and grows by grid steps with the label', () => {
    expect(nodeSize(shape(''))).toEqual({ w: 100, h: 30 });
    expect(nodeSize(shape('switch'))).toEqual({ w: 100, h: 30 });
    const { w } = nodeSize(shape('What the provider says'));
    expect(w % 20).toBe(0);
    expect(w).toBeGreaterThanOrEqual(textWidth('What the provider says') + 57);
    expect(w).toBeLessThan(textWidth('What the provider says') + 57 + 20);
  });
  it('has 7 px more for an input, 15 px for each output and 24 for each line', () => {
    const label = 'iiiiiiiiiiiiiiii'; // 16 × 3.3 = 52.8
    expect(nodeSize(shape(label, 0)).w).toBe(120);
    expect(nodeSize(shape(`${label}iiiiii`, 0)).w).toBe(140); // 72.6 + 50
    expect(nodeSize(shape(`${label}iiiiii`, 1)).w).toBe(140); // 72.6 + 57
    expect(nodeSize(shape(`${label}iiiii`, 0)).w).toBe(120); // 69.3 + 50
    expect(nodeSize(shape(`${label}iiiii`, 1)).w).toBe(140); // 69.3 + 57
    expect(nodeSize(shape('x', 1, 4)).h).toBe(60);
    expect(nodeSize(shape('one\\n two')).h).toBe(54);
  });
  it('is a tile without its label, and bounded with the longest one', () => {
    expect(nodeSize(shape('link', 1, 0, false))).toEqual({ w: 30, h: 30 });
    expect(nodeSize(shape('m'.repeat(5000))).w).toBeLessThanOrEqual(280);
    expect(labelLines('m'.repeat(500))[0]).toMatch(/^m+…$/);
    expect(fitText('short', 220)).toBe('short');
  });
  it('spreads ports evenly around the middle', () => {
    expect([0, 1, 2].map((i) => portOffset(i, 3))).toEqual([-13, 0, 13]);
    expect(portOffset(0, 1)).toBe(0);
  });
});

describe('a wire', () => {
  it('begins and ends at its ports, level', () => {
    for (const [bx, by] of [
      [300, 80],
      [-200, 90],
      [-200, 5],
      [0, 100],
    ] as const) {
      const p = wirePath(0, 0, bx, by);
      expect(wirePoint(p, 0)).toEqual({ x: 0, y: 0 });
      expect(wirePoint(p, 1)).toEqual({ x: bx, y: by });
      expect(p[3]).toBe(0); // first control point as high as the start
      expect(p[p.length - 3]).toBe(by); // last one as high as the end
      expect(p[2]).toBeGreaterThan(0); // leaves to the right
      expect(p[p.length - 4]).toBeLessThan(bx); // comes from the left
    }
  });
  it('is one curve forward, three backward', () => {
    expect(wirePath(0, 0, 300, 40)).toHaveLength(8);
    expect(wirePath(0, 0, -300, 40)).toHaveLength(20);
  });
  it('runs back between the ports if there is room, else below both', () => {
    expect(wirePoint(wirePath(0, 0, -300, 100), 0.5).y).toBe(50);
    expect(wirePoint(wirePath(0, 0, -300, 10), 0.5).y).toBe(60);
  });
  it('knows how near a point is', () => {
    const p = wirePath(0, 0, 200, 0);
    expect(wireDistance(p, 100, 6)).toBeCloseTo(6, 1);
    expect(wireDistance(p, -30, 0)).toBeCloseTo(30, 1);
    const s = wirePath(0, 0, 200, 100);
    expect(wireDistance(s, 100, 50)).toBeLessThan(0.5);
  });
  it('stays in its box', () => {
    const p = wirePath(0, 0, -150, 220);
    const b = wireBox(p);
    for (let t = 0; t <= 1; t += 0.05) {
      const { x, y } = wirePoint(p, t);
      expect(x).toBeGreaterThanOrEqual(b.x0);
      expect(x).toBeLessThanOrEqual(b.x1);
      expect(y).toBeGreaterThanOrEqual(b.y0);
      expect(y).toBeLessThanOrEqual(b.y1);
    }
  });
  it('is cut by a line across it and not by one beside it', () => {
    const p = wirePath(0, 0, 200, 0);
    expect(
      wireCut(p, [
        { x: 100, y: -20 },
        { x: 100, y: 20 },
      ]),
    ).toBe(true);
    expect(
      wireCut(p, [
        { x: 0, y: -20 },
        { x: 200, y: -20 },
      ]),
    ).toBe(false);
  });
  it('meets a box that it only crosses', () => {
    const p = wirePath(0, 0, 400, 0);
    expect(wireMeets(p, { x0: 190, y0: -5, x1: 191, y1: 5 })).toBe(true);
    expect(wireMeets(p, { x0: 190, y0: 5, x1: 210, y1: 15 })).toBe(false);
  });
});

describe('boxes', () => {
  it('are made of any two corners, and joined', () => {
    expect(boxFrom({ x: 9, y: 1 }, { x: 2, y: 7 })).toEqual({ x0: 2, y0: 1, x1: 9, y1: 7 });
    expect(union([])).toBeUndefined();
    expect(union([boxFrom({ x: 0, y: 0 }, { x: 1, y: 1 }), boxFrom({ x: 5, y: -2 }, { x: 6, y: 0 })])).toEqual({
      x0: 0,
      y0: -2,
      x1: 6,
      y1: 1,
    });
  });
});
