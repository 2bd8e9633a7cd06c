/** Puts nodes in line or at even distances. */
import type { Id } from '../model/types';

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';

export interface Placed {
  id: Id;
  x: number;
  y: number;
  w: number;
  h: number;
}

type Places = Map<Id, { x: number; y: number }>;

export function align(list: readonly Placed[], how: Alignment): Places {
  const left = Math.min(...list.map((n) => n.x - n.w / 2));
  const right = Math.max(...list.map((n) => n.x + n.w / 2));
  const top = Math.min(...list.map((n) => n.y - n.h / 2));
  const bottom = Math.max(...list.map((n) => n.y + n.h / 2));
  const to = (n: Placed): { x: number; y: number } => {
    switch (how) {
      case 'left':
        return { x: left + n.w / 2, y: n.y };
      case 'centre':
        return { x: (left + right) / 2, y: n.y };
      case 'right':
        return { x: right - n.w / 2, y: n.y };
      case 'top':
        return { x: n.x, y: top + n.h / 2 };
      case 'middle':
        return { x: n.x, y: (top + bottom) / 2 };
      case 'bottom':
        return { x: n.x, y: bottom - n.h / 2 };
    }
  };
  return new Map(list.map((n) => [n.id, to(n)]));
}

/** The outer two stay, the gaps between all become equal. */
export function distribute(list: readonly Placed[], axis: 'x' | 'y'): Places {
  const size = axis === 'x' ? 'w' : 'h';
  const sorted = [...list].sort((a, b) => a[axis] - b[axis]);
  const places: Places = new Map();
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last || sorted.length < 3) return places;
  const start = first[axis] - first[size] / 2;
  const end = last[axis] + last[size] / 2;
  const gap = (end - start - sorted.reduce((t, n) => t + n[size], 0)) / (sorted.length - 1);
  let at = start;
  for (const n of sorted) {
    places.set(n.id, { x: n.x, y: n.y, [axis]: at + n[size] / 2 });
    at += n[size] + gap;
  }
  return places;
}
