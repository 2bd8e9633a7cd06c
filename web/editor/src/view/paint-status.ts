/** Paints what nodes show under themselves, for those that are no elements of the page. Only nodes with a status cost anything. */
import type { Status } from '../live';
import { textWidth } from '../model/text-width';
import type { SceneNode } from './scene';
import { type StatusLook, statusLook } from './status';
import type { Theme } from './theme';
import type { Ctx } from './wires';

const HEIGHT = 16;
const GAP = 3; // below the node
const SMALL = 11 / 13; // of the font of labels, whose widths are known

/** The colour of a status' shape: a name of the style sheet's, or what its fill says. */
export function statusColour(look: StatusLook, theme: Theme): string {
  const own = /^var\(--(\w+)\)$/.exec(look.colour ?? '')?.[1];
  const named: Record<string, string> = {
    ...{ error: theme.error, warning: theme.warning, ok: theme.ok, accent: theme.accent },
    ...{ dot: theme.secondary, waiting: theme.secondary },
  };
  return named[own ?? ''] ?? look.colour ?? named[look.kind] ?? theme.secondary;
}

/** One pill for each node that has a status. */
export function paintStatuses(
  ctx: Ctx,
  nodes: readonly SceneNode[],
  status: (id: string) => Status | undefined,
  theme: Theme,
): void {
  let begun = false;
  for (const n of nodes) {
    const s = n.kind === 'node' ? status(n.id) : undefined;
    if (!s) continue;
    if (!begun) {
      begun = true;
      ctx.textBaseline = 'middle';
      ctx.font = "400 11px 'Inter Variable', Inter, system-ui, sans-serif";
    }
    pill(ctx, n, statusLook(s), theme);
  }
}

function pill(ctx: Ctx, n: SceneNode, look: StatusLook, theme: Theme): void {
  const x = n.x - n.w / 2 + 2;
  const y = n.y + n.h / 2 + GAP;
  ctx.beginPath();
  ctx.roundRect(x, y, 18 + (look.text ? 5 + textWidth(look.text) * SMALL : 0), HEIGHT, HEIGHT / 2);
  ctx.globalAlpha = 0.82;
  ctx.fillStyle = theme.canvas;
  ctx.fill();
  ctx.globalAlpha = 1;
  const colour = statusColour(look, theme);
  shape(ctx, look.kind, x + 4, y + HEIGHT / 2 - 4.5, colour);
  if (!look.text) return;
  ctx.fillStyle = look.kind === 'error' ? theme.error : theme.secondary;
  ctx.fillText(look.text, x + 17, y + HEIGHT / 2 + 0.5);
}

/** As on the page: nine pixels wide. */
function shape(ctx: Ctx, kind: StatusLook['kind'], x: number, y: number, colour: string): void {
  ctx.beginPath();
  if (kind === 'error') ctx.roundRect(x + 1, y + 1, 7, 7, 1);
  else if (kind === 'warning') {
    ctx.moveTo(x + 4.5, y + 0.7);
    ctx.lineTo(x + 8.7, y + 8.3);
    ctx.lineTo(x + 0.3, y + 8.3);
    ctx.closePath();
  } else ctx.arc(x + 4.5, y + 4.5, kind === 'waiting' ? 3 : 3.6, 0, 2 * Math.PI);
  if (kind === 'waiting') {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.6;
    ctx.stroke();
  } else {
    ctx.fillStyle = colour;
    ctx.fill();
  }
}
