/** Alignment while dragging: the grid, and lines to what is in line with the moved box. */
import { type Box, GRID, type Point, snap } from '../model/geometry';

export interface Guide {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export interface Snapped {
  dx: number;
  dy: number;
  guides: Guide[];
}

const PULL = 6; // flow units within which a neighbour's line attracts

interface Best {
  off: number;
  at: number;
  other: Box;
}

// A line of the moved box against the same line of the others: edges and centre.
function nearest(
  moved: readonly number[],
  others: readonly Box[],
  lines: (b: Box) => readonly number[],
): Best | undefined {
  let best: Best | undefined;
  for (const other of others) {
    const theirs = lines(other);
    for (let i = 0; i < moved.length; i++) {
      const off = (theirs[i] as number) - (moved[i] as number);
      if (Math.abs(off) <= PULL && (!best || Math.abs(off) < Math.abs(best.off))) {
        best = { off, at: theirs[i] as number, other };
      }
    }
  }
  return best;
}

const xs = (b: Box) => [b.x0, (b.x0 + b.x1) / 2, b.x1];
const ys = (b: Box) => [b.y0, (b.y0 + b.y1) / 2, b.y1];

/**
 * Where a drag by dx, dy ends up. The anchor is the centre of the node held: it
 * goes to the grid, unless a neighbour's edge or centre is nearer.
 */
export function snapMove(box: Box, anchor: Point, dx: number, dy: number, near: readonly Box[], grid = GRID): Snapped {
  const moved: Box = { x0: box.x0 + dx, y0: box.y0 + dy, x1: box.x1 + dx, y1: box.y1 + dy };
  const v = nearest(xs(moved), near, xs);
  const h = nearest(ys(moved), near, ys);
  // A neighbour on the grid already is where the grid would take us: no need to choose.
  const sx = v ? dx + v.off : snap(anchor.x + dx, grid) - anchor.x;
  const sy = h ? dy + h.off : snap(anchor.y + dy, grid) - anchor.y;
  const at: Box = { x0: box.x0 + sx, y0: box.y0 + sy, x1: box.x1 + sx, y1: box.y1 + sy };
  const guides: Guide[] = [];
  if (v) guides.push({ x0: v.at, x1: v.at, y0: Math.min(at.y0, v.other.y0) - 8, y1: Math.max(at.y1, v.other.y1) + 8 });
  if (h) guides.push({ y0: h.at, y1: h.at, x0: Math.min(at.x0, h.other.x0) - 8, x1: Math.max(at.x1, h.other.x1) + 8 });
  return { dx: sx, dy: sy, guides };
}
