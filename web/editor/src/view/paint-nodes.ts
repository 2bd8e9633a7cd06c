/** Paints nodes that are too many or too small for the page. */
import { portCategory } from '../forms/rules/colors';
import { statuses } from '../live';
import { portOffset, TILE } from '../model/geometry';
import type { Id } from '../model/types';
import { iconPath } from './icons';
import { paintBadges } from './paint-badges';
import { paintStatuses } from './paint-status';
import type { SceneNode } from './scene';
import { colourOf, type Theme } from './theme';
import type { Ctx } from './wires';

export interface NodeLook {
  selected: ReadonlySet<Id>;
  hover: Id | undefined;
  changed: ReadonlySet<Id>;
  faulty: ReadonlySet<Id>;
  /** With notices, but no errors. */
  noted: ReadonlySet<Id>;
  /** When set, all others fade. */
  lit: ReadonlySet<Id> | undefined;
}

const RADIUS = 8;
/** Of so many nodes the small things are painted as they are on the page. */
const FEW = 400;

/** Below 0.3: boxes in the colour of their category. */
export function paintBoxes(ctx: Ctx, nodes: SceneNode[], zoom: number, theme: Theme, look: NodeLook): void {
  const by = new Map<string, SceneNode[]>();
  for (const n of nodes) {
    const list = by.get(n.category);
    if (list) list.push(n);
    else by.set(n.category, [n]);
  }
  for (const [category, list] of by) {
    ctx.fillStyle = colourOf(theme, category);
    for (const n of list) {
      const faint = n.disabled || look.lit?.has(n.id) === false;
      if (faint) ctx.globalAlpha = 0.4;
      ctx.fillRect(n.x - n.w / 2, n.y - n.h / 2, n.w, n.h);
      if (faint) ctx.globalAlpha = 1;
    }
  }
  ringSelected(ctx, nodes, zoom, theme, look);
  for (const [set, colour, high] of [
    [look.faulty, theme.error, 4],
    [look.noted, theme.warning, 2],
  ] as const) {
    if (set.size === 0) continue;
    ctx.fillStyle = colour;
    for (const n of nodes) if (set.has(n.id)) ctx.fillRect(n.x - n.w / 2, n.y + n.h / 2 - 2, n.w, high / zoom);
  }
}

/** Between 0.3 and 0.55, or when there are more than the page bears. */
export function paintNodes(
  ctx: Ctx,
  nodes: SceneNode[],
  zoom: number,
  ratio: number,
  theme: Theme,
  look: NodeLook,
): void {
  const faint = (n: SceneNode) => n.disabled || look.lit?.has(n.id) === false;
  bodies(
    ctx,
    nodes.filter((n) => !faint(n)),
    theme,
  );
  const pale = nodes.filter(faint);
  if (pale.length > 0) {
    ctx.globalAlpha = 0.5;
    ctx.setLineDash([4, 3]);
    bodies(ctx, pale, theme);
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }
  for (const n of nodes) {
    if (n.kind !== 'node') continue;
    const tile = sprite(n.category, n.icon, n.h, zoom * ratio, theme);
    if (n.disabled) ctx.globalAlpha = 0.5;
    ctx.drawImage(tile, n.x - n.w / 2, n.y - n.h / 2, TILE, n.h);
    if (n.disabled) ctx.globalAlpha = 1;
  }
  labels(ctx, nodes, theme);
  ports(ctx, nodes, theme);
  if (nodes.length <= FEW) buttons(ctx, nodes, theme);
  stripes(ctx, nodes, theme);
  paintBadges(ctx, nodes, theme, look);
  paintStatuses(ctx, nodes, (id) => statuses.get(id), theme);
  ringSelected(ctx, nodes, zoom, theme, look);
}

function bodies(ctx: Ctx, nodes: SceneNode[], theme: Theme): void {
  ctx.beginPath();
  for (const n of nodes) {
    const round = n.kind === 'junction' ? 5 : n.kind === 'node' ? RADIUS : 12;
    ctx.roundRect(n.x - n.w / 2, n.y - n.h / 2, n.w, n.h, round);
    if (n.button) ctx.roundRect(buttonX(n), n.y - 12, 24, 24, 6);
  }
  ctx.fillStyle = theme.body;
  ctx.fill();
  ctx.strokeStyle = theme.border;
  ctx.lineWidth = 1;
  ctx.stroke();
}

/** Left edge of the button of a node that has one. */
export const buttonX = (n: SceneNode): number => (n.button === 'left' ? n.x - n.w / 2 - 30 : n.x + n.w / 2 + 6);

function labels(ctx: Ctx, nodes: SceneNode[], theme: Theme): void {
  ctx.textBaseline = 'middle';
  ctx.font = "500 13px 'Inter Variable', Inter, system-ui, sans-serif";
  for (const own of [true, false]) {
    ctx.fillStyle = own ? theme.text : theme.secondary;
    for (const n of nodes) {
      if (n.named !== own || !n.showLabel || n.kind === 'junction') continue;
      const x = n.kind === 'node' ? n.x - n.w / 2 + TILE + 8 : n.x - n.w / 2 + 6;
      for (let i = 0; i < n.lines.length; i++) {
        ctx.fillText(n.lines[i]!, x, n.y + 1 + 24 * (i - (n.lines.length - 1) / 2), n.w);
      }
    }
  }
}

function ports(ctx: Ctx, nodes: SceneNode[], theme: Theme): void {
  const round = nodes.length <= FEW ? 5 : 0;
  const port = (x: number, y: number) => {
    if (round > 0) ctx.roundRect(x - 5, y - 5, 10, 10, round);
    else ctx.rect(x - 5, y - 5, 10, 10);
  };
  ctx.beginPath();
  for (const n of nodes) {
    if (n.kind === 'junction') continue;
    if (n.inputs > 0) port(n.x - n.w / 2, n.y);
    for (let i = 0; i < n.outputs; i++) port(n.x + n.w / 2, n.y + portOffset(i, n.outputs));
  }
  ctx.fillStyle = theme.body;
  ctx.strokeStyle = theme.port;
  ctx.lineWidth = 1.5;
  ctx.fill();
  ctx.stroke();
}

/** What stands on the buttons. */
function buttons(ctx: Ctx, nodes: SceneNode[], theme: Theme): void {
  for (const n of nodes) {
    if (!n.button) continue;
    const left = n.button === 'left';
    ctx.save();
    if (n.disabled) ctx.globalAlpha = 0.45;
    ctx.translate(buttonX(n) + 6, n.y - 6);
    ctx.scale(0.5, 0.5);
    ctx.lineWidth = 2.25;
    ctx.lineCap = ctx.lineJoin = 'round';
    ctx.strokeStyle = left ? colourOf(theme, n.category) : n.pressed ? theme.ok : theme.secondary;
    ctx.stroke(iconPath(left ? 'play' : 'bug'));
    ctx.restore();
  }
}

/** Beside outputs that rules make, in the colour of the rule. */
function stripes(ctx: Ctx, nodes: SceneNode[], theme: Theme): void {
  for (const n of nodes) {
    for (let i = 0; i < Math.min(n.ruled, n.outputs); i++) {
      ctx.fillStyle = colourOf(theme, portCategory(i));
      ctx.fillRect(n.x + n.w / 2 - 9, n.y + portOffset(i, n.outputs) - 5.5, 2, 11);
    }
  }
}

function ringSelected(ctx: Ctx, nodes: SceneNode[], zoom: number, theme: Theme, look: NodeLook): void {
  const px = 1 / zoom;
  ctx.beginPath();
  let any = false;
  for (const n of nodes) {
    if (!look.selected.has(n.id) && n.id !== look.hover) continue;
    any = true;
    ctx.roundRect(n.x - n.w / 2 - px, n.y - n.h / 2 - px, n.w + 2 * px, n.h + 2 * px, RADIUS);
  }
  if (!any) return;
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 2 * px;
  ctx.stroke();
}

// Tiles are drawn once for each size and blitted then: stroking 2,000 icons anew would cost a frame.
const sprites = new Map<string, HTMLCanvasElement>();

export const dropSprites = (): void => sprites.clear();

function sprite(category: string, icon: string, h: number, scale: number, theme: Theme): HTMLCanvasElement {
  // Steps of an eighth keep the number of sprites small while zooming.
  const step = Math.max(0.25, Math.ceil(scale * 4) / 4);
  const key = `${category} ${icon} ${h} ${step}`;
  const had = sprites.get(key);
  if (had) return had;
  if (sprites.size > 600) sprites.clear();
  const c = document.createElement('canvas');
  c.width = Math.ceil(TILE * step);
  c.height = Math.ceil(h * step);
  const ctx = c.getContext('2d') as Ctx;
  ctx.scale(step, step);
  ctx.fillStyle = colourOf(theme, category);
  ctx.beginPath();
  ctx.roundRect(0.5, 0.5, TILE - 0.5, h - 1, [RADIUS - 1, 0, 0, RADIUS - 1]);
  ctx.fill();
  ctx.translate(TILE / 2 - 8, h / 2 - 8);
  ctx.scale(16 / 24, 16 / 24);
  ctx.strokeStyle = theme.onTile;
  ctx.lineWidth = 2.25;
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  ctx.stroke(iconPath(icon));
  sprites.set(key, c);
  return c;
}
