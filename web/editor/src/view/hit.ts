/** What is under a point of the flow. */
import { boxOf, holds, type Point, portOffset, wireDistance } from '../model/geometry';
import type { Id } from '../model/types';
import type { Hit as Pick } from './canvas-view';
import { buttonX } from './paint-nodes';
import { inAt, outAt, type Scene, type SceneGroup, type SceneNode, type SceneWire } from './scene';
export type Corner = 'nw' | 'ne' | 'sw' | 'se';

export type Hit =
  | { kind: 'node'; node: SceneNode }
  | { kind: 'button'; node: SceneNode }
  | { kind: 'output'; node: SceneNode; port: number }
  | { kind: 'input'; node: SceneNode }
  | { kind: 'wire'; wire: SceneWire; end: 'source' | 'target' | undefined }
  | { kind: 'group'; group: SceneGroup; part: 'title' | 'body' }
  | { kind: 'corner'; group: SceneGroup; corner: Corner };

export interface HitOptions {
  zoom: number;
  touch?: boolean;
  /** Groups that show their handles. */
  groups?: ReadonlySet<Id>;
  /** What lies on top is looked through. */
  not?: ReadonlySet<Id>;
}

export const TITLE = 28; // px of a group's head

export function hitTest(scene: Scene, p: Point, o: HitOptions): Hit | null {
  const near = o.zoom >= 0.3;
  const reach = near ? Math.min((o.touch ? 22 : 12) / o.zoom, o.touch ? 24 : 14) : 0;
  const nodes = scene
    .nodesIn({ x0: p.x - reach, y0: p.y - reach, x1: p.x + reach, y1: p.y + reach })
    .filter((n) => !o.not?.has(n.id))
    .sort((a, b) => b.order - a.order);
  const body = nodes.find((n) => inBody(n, p));
  const port = near ? portAt(nodes, p, reach, body) : undefined;
  if (port) return port;
  if (body) return { kind: 'node', node: body };
  if (near) {
    const button = nodes.find(
      (n) => n.button && holds({ x0: buttonX(n), x1: buttonX(n) + 24, y0: n.y - 12, y1: n.y + 12 }, p.x, p.y),
    );
    if (button) return { kind: 'button', node: button };
  }
  return cornerAt(scene, p, o) ?? wireAt(scene, p, o) ?? groupAt(scene, p);
}

function inBody(n: SceneNode, p: Point): boolean {
  if (n.kind === 'junction') return Math.hypot(p.x - n.x, p.y - n.y) <= 8;
  return holds(boxOf(n), p.x, p.y);
}

/** The nearest port; deep inside a body it is the body that is meant. */
function portAt(nodes: SceneNode[], p: Point, reach: number, body: SceneNode | undefined): Hit | undefined {
  if (body && p.x > body.x - body.w / 2 + 7 && p.x < body.x + body.w / 2 - 7) return undefined;
  let best: Hit | undefined;
  let least = reach;
  for (const n of nodes) {
    const side = n.kind === 'junction' ? 12 : 0;
    if (n.kind === 'junction' && inBody(n, p)) continue;
    if (n.inputs > 0) {
      const at = inAt(n);
      const d = Math.hypot(p.x - at.x + side, p.y - at.y);
      if (d < least) {
        least = d;
        best = { kind: 'input', node: n };
      }
    }
    for (let i = 0; i < n.outputs; i++) {
      const at = outAt(n, i);
      const d = Math.hypot(p.x - at.x - side, p.y - at.y);
      if (d < least) {
        least = d;
        best = { kind: 'output', node: n, port: i };
      }
    }
  }
  return best;
}

function wireAt(scene: Scene, p: Point, o: HitOptions): Hit | undefined {
  const tolerance = (o.touch ? 14 : 8) / o.zoom;
  let best: SceneWire | undefined;
  let least = tolerance;
  for (const w of scene.wiresIn({
    x0: p.x - tolerance,
    y0: p.y - tolerance,
    x1: p.x + tolerance,
    y1: p.y + tolerance,
  })) {
    if (w.virtual || o.not?.has(w.source.id) || o.not?.has(w.target.id)) continue;
    const d = wireDistance(w.path, p.x, p.y);
    if (d < least) {
      least = d;
      best = w;
    }
  }
  return best && { kind: 'wire', wire: best, end: endAt(best, p, 26 / o.zoom) };
}

/** Which end of a wire is near enough to be taken off its port. */
function endAt(w: SceneWire, p: Point, reach: number): 'source' | 'target' | undefined {
  const a = outAt(w.source, w.port);
  const b = inAt(w.target);
  const da = Math.hypot(p.x - a.x, p.y - a.y);
  const db = Math.hypot(p.x - b.x, p.y - b.y);
  if (Math.min(da, db) > reach) return undefined;
  return da < db ? 'source' : 'target';
}

function cornerAt(scene: Scene, p: Point, o: HitOptions): Hit | undefined {
  const r = (o.touch ? 16 : 9) / o.zoom;
  for (const group of scene.groups) {
    if (!o.groups?.has(group.id)) continue;
    for (const corner of ['nw', 'ne', 'sw', 'se'] as const) {
      const at = cornerOf(group, corner);
      if (Math.abs(p.x - at.x) <= r && Math.abs(p.y - at.y) <= r) return { kind: 'corner', group, corner };
    }
  }
  return undefined;
}

export const cornerOf = (g: SceneGroup, c: Corner): Point => ({
  x: c.endsWith('w') ? g.x : g.x + g.w,
  y: c.startsWith('n') ? g.y : g.y + g.h,
});

/** The innermost group there. */
export function groupAt(scene: Scene, p: Point, not?: ReadonlySet<Id>): Hit | null {
  for (let i = scene.groups.length - 1; i >= 0; i--) {
    const group = scene.groups[i]!;
    if (not?.has(group.id)) continue;
    if (!holds({ x0: group.x, y0: group.y, x1: group.x + group.w, y1: group.y + group.h }, p.x, p.y)) continue;
    const edge = Math.min(p.x - group.x, group.x + group.w - p.x, group.y + group.h - p.y) < 6;
    return { kind: 'group', group, part: edge || p.y - group.y < TITLE ? 'title' : 'body' };
  }
  return null;
}

/** Where output i of a node is, for tooltips and focus. */
export const outputY = (n: SceneNode, i: number): number => n.y + portOffset(i, n.outputs);

/** The same in the words of the shell. */
export function pickOf(h: Hit | null): Pick | null {
  switch (h?.kind) {
    case 'node':
    case 'button':
      return { kind: 'node', id: h.node.id };
    case 'input':
      return { kind: 'port', id: h.node.id, port: 0, side: 'in' };
    case 'output':
      return { kind: 'port', id: h.node.id, port: h.port, side: 'out' };
    case 'wire':
      return { kind: 'wire', id: h.wire.id };
    case 'group':
    case 'corner':
      return { kind: 'group', id: h.group.id };
    default:
      return null;
  }
}
