import { expect, it } from 'vitest';
import { paintBadges } from './paint-badges';
import type { SceneNode } from './scene';
import type { Theme } from './theme';
import type { Ctx } from './wires';

const theme = { canvas: 'canvas', accent: 'accent', error: 'error', warning: 'warning' } as Theme;
// Each 100 × 30: the upper right corner of the first is at 150, 85.
const nodes = [100, 300].map((x, i) => ({ id: 'ab'[i], x, y: 100, w: 100, h: 30 }) as SceneNode);

/** Writes down where circles, corners and bars begin, and in which colours they are filled and edged. */
function painted(marks: Partial<Parameters<typeof paintBadges>[3]>): string[] {
  const out: string[] = [];
  const state: Record<string, unknown> = {};
  const does: Record<string, (...at: number[]) => void> = {
    arc: (x, y, r) => out.push(`arc ${x} ${y} ${r}`),
    lineTo: (x, y) => out.push(`corner ${x} ${y}`),
    rect: (x, y) => out.push(`bar ${x} ${y}`),
    fill: () => out.push(`fill ${state['fillStyle']}`),
    stroke: () => out.push(`edge ${state['strokeStyle']}`),
  };
  const ctx = new Proxy(state, { get: (s, k: string) => does[k] ?? s[k] ?? (() => {}) });
  const none = { changed: new Set<string>(), faulty: new Set<string>(), noted: new Set<string>() };
  paintBadges(ctx as unknown as Ctx, nodes, theme, { ...none, ...marks });
  return out;
}

it('gives a notice a ring with an i, an error a triangle, a change a dot', () => {
  expect(painted({ noted: new Set(['b']) })).toEqual([
    ...['arc 323 85 5', 'fill canvas', 'edge warning'],
    ...['bar 322.25 82', 'bar 322.25 84.5', 'fill warning'],
  ]);
  expect(painted({ faulty: new Set(['a']) })).toEqual(['corner 128.5 90', 'corner 117.5 90', 'fill error']);
  expect(painted({ changed: new Set(['a', 'b']) })).toEqual(['arc 137 85 5', 'arc 337 85 5', 'fill accent']);
});

it('touches nothing where there is nothing to say', () => {
  expect(painted({})).toEqual([]);
});
