/** Which node an arrow key leads to. */
import type { Point } from '../model/geometry';
import type { Id } from '../model/types';
import type { Scene } from './scene';

export type Way = 'left' | 'right' | 'up' | 'down';

interface Placed extends Point {
  id: string;
}

/**
 * The nearest in that direction: what lies straight ahead counts more than what
 * is near but to the side.
 */
export function toward<T extends Placed>(from: Point, all: Iterable<T>, way: Way, not?: string): T | undefined {
  let best: T | undefined;
  let least = Infinity;
  for (const n of all) {
    if (n.id === not) continue;
    const dx = n.x - from.x;
    const dy = n.y - from.y;
    const ahead = way === 'left' ? -dx : way === 'right' ? dx : way === 'up' ? -dy : dy;
    const aside = Math.abs(way === 'left' || way === 'right' ? dy : dx);
    if (ahead <= 0 || aside > ahead * 4) continue;
    const cost = ahead + aside * 2;
    if (cost < least) {
      least = cost;
      best = n;
    }
  }
  return best;
}

/** The element that stands for a node in the tree of those who do not see the canvas. */
export const itemId = (id: Id): string => `cv-item-${encodeURIComponent(id)}`;

/** The same for a node that is only painted; put away while the node is an element itself. */
export const farId = (id: Id): string => `cv-far-${encodeURIComponent(id)}`;

/** The one nearest to the point. */
export function closest<T extends Placed>(to: Point, all: Iterable<T>): T | undefined {
  let best: T | undefined;
  let least = Infinity;
  for (const n of all) {
    const d = Math.hypot(n.x - to.x, n.y - to.y);
    if (d < least) {
      least = d;
      best = n;
    }
  }
  return best;
}

/** Reading order: rows from the top, then left to right. */
export function inOrder<T extends Placed>(all: Iterable<T>): T[] {
  return [...all].sort((a, b) => Math.round(a.y / 40) - Math.round(b.y / 40) || a.x - b.x);
}

/** A node beside these, to have the focus when they are gone: one they are wired to, else the nearest. */
export function neighbour(scene: Scene, gone: ReadonlySet<Id>): Id | undefined {
  for (const id of gone) {
    const w = scene.wiresOf(id).find((x) => !gone.has(x.source.id) || !gone.has(x.target.id));
    if (w) return gone.has(w.source.id) ? w.target.id : w.source.id;
  }
  const at = scene.nodes.get([...gone][0] ?? '');
  if (!at) return undefined;
  return closest(
    at,
    [...scene.nodes.values()].filter((n) => !gone.has(n.id)),
  )?.id;
}
