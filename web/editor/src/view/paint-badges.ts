/** Paints the marks on the top edge of nodes that are no elements of the page, in the shapes they have there. */
import type { Id } from '../model/types';
import type { NodeLook } from './paint-nodes';
import type { SceneNode } from './scene';
import type { Theme } from './theme';
import type { Ctx } from './wires';

// Centres, in px from the right edge.
const CHANGED = 13;
const TOLD = 27;

export function paintBadges(
  ctx: Ctx,
  nodes: readonly SceneNode[],
  theme: Theme,
  look: Pick<NodeLook, 'changed' | 'faulty' | 'noted'>,
): void {
  each(ctx, nodes, look.changed, CHANGED, (x, y) => ctx.arc(x, y, 5, 0, 2 * Math.PI), theme.accent);
  each(ctx, nodes, look.faulty, TOLD, (x, y) => triangle(ctx, x, y), theme.error);
  each(ctx, nodes, look.noted, TOLD, (x, y) => ctx.arc(x, y, 5, 0, 2 * Math.PI), theme.canvas, theme.warning);
  each(ctx, nodes, look.noted, TOLD, (x, y) => letter(ctx, x, y), theme.warning);
}

/** One path for all: filled, and with an edge where it has one. */
function each(
  ctx: Ctx,
  nodes: readonly SceneNode[],
  set: ReadonlySet<Id>,
  right: number,
  shape: (x: number, y: number) => void,
  fill: string,
  edge?: string,
): void {
  if (set.size === 0) return;
  ctx.beginPath();
  for (const n of nodes) {
    if (!set.has(n.id)) continue;
    const x = n.x + n.w / 2 - right;
    const y = n.y - n.h / 2;
    ctx.moveTo(x + 5, y);
    shape(x, y);
  }
  ctx.fillStyle = fill;
  ctx.fill();
  if (edge === undefined) return;
  ctx.strokeStyle = edge;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

function triangle(ctx: Ctx, x: number, y: number): void {
  ctx.moveTo(x, y - 5);
  ctx.lineTo(x + 5.5, y + 5);
  ctx.lineTo(x - 5.5, y + 5);
  ctx.closePath();
}

/** The i. */
function letter(ctx: Ctx, x: number, y: number): void {
  ctx.rect(x - 0.75, y - 3, 1.5, 1.5);
  ctx.rect(x - 0.75, y - 0.5, 1.5, 3.5);
}
