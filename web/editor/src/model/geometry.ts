/**
 * Shapes of the flow: node boxes, ports and wires. Pure numbers in flow units
 * (pixels at 100 %); a node's x, y is its centre, as in Node-RED, so that
 * imported flows keep their look.
 */
import { fitText, textWidth } from './text-width';

export interface Point {
  x: number;
  y: number;
}

/** A box by its edges. */
export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export const GRID = 20;
export const PORT_PITCH = 13;
export const LABEL_MAX = 220;
export const TILE = 30;
export const JUNCTION = 10;

export interface Shape {
  label: string;
  inputs: number;
  outputs: number;
  showLabel: boolean;
}

/** Lines of a label: Node-RED breaks at "\n " written in the name. */
export function labelLines(label: string): string[] {
  return label
    .split(/\\n |\n/)
    .slice(0, 12)
    .map((line) => fitText(line.trim(), LABEL_MAX));
}

/** Size of a node's body as Node-RED computes it, with our font. */
export function nodeSize(s: Shape): { w: number; h: number } {
  const ports = 15 * s.outputs;
  if (!s.showLabel) return { w: TILE, h: Math.max(TILE, ports) };
  const lines = labelLines(s.label);
  const text = Math.max(0, ...lines.map(textWidth));
  return {
    w: Math.max(100, GRID * Math.ceil((text + 50 + (s.inputs > 0 ? 7 : 0)) / GRID)),
    h: Math.max(TILE, ports, 6 + 24 * lines.length),
  };
}

/** How far output i of n is from the centre line. */
export function portOffset(i: number, n: number): number {
  return PORT_PITCH * (i - (n - 1) / 2);
}

export const boxOf = (n: { x: number; y: number; w: number; h: number }): Box => ({
  x0: n.x - n.w / 2,
  y0: n.y - n.h / 2,
  x1: n.x + n.w / 2,
  y1: n.y + n.h / 2,
});

export const overlaps = (a: Box, b: Box): boolean => a.x0 <= b.x1 && a.x1 >= b.x0 && a.y0 <= b.y1 && a.y1 >= b.y0;
export const contains = (a: Box, b: Box): boolean => a.x0 <= b.x0 && a.x1 >= b.x1 && a.y0 <= b.y0 && a.y1 >= b.y1;
export const holds = (b: Box, x: number, y: number): boolean => x >= b.x0 && x <= b.x1 && y >= b.y0 && y <= b.y1;
export const grow = (b: Box, by: number): Box => ({ x0: b.x0 - by, y0: b.y0 - by, x1: b.x1 + by, y1: b.y1 + by });
export const boxFrom = (a: Point, b: Point): Box => ({
  x0: Math.min(a.x, b.x),
  y0: Math.min(a.y, b.y),
  x1: Math.max(a.x, b.x),
  y1: Math.max(a.y, b.y),
});

/** The box around all of them; undefined when there are none. */
export function union(boxes: Iterable<Box>): Box | undefined {
  let u: Box | undefined;
  for (const b of boxes) {
    if (!u) u = { ...b };
    else {
      u.x0 = Math.min(u.x0, b.x0);
      u.y0 = Math.min(u.y0, b.y0);
      u.x1 = Math.max(u.x1, b.x1);
      u.y1 = Math.max(u.y1, b.y1);
    }
  }
  return u;
}

/**
 * A wire: x0, y0, then (c1x, c1y, c2x, c2y, x, y) for each cubic. Forward it is
 * one S-curve with horizontal ends; backward it leaves to the right, runs back
 * in a lane between (or below) the two ports, and comes in from the left.
 */
export type WirePath = readonly number[];

const REACH = 75; // pull of the horizontal ends
const LANE = 50; // how far below the ports a wire runs back that has no room between

export function wirePath(ax: number, ay: number, bx: number, by: number): WirePath {
  const dx = bx - ax;
  const dy = by - ay;
  if (dx > 0) {
    const reach = REACH * Math.min(1, Math.hypot(dx, dy) / 100);
    return [ax, ay, ax + reach, ay, bx - reach, by, bx, by];
  }
  const between = Math.abs(dy) >= 60;
  const lane = between ? ay + dy / 2 : Math.max(ay, by) + LANE;
  const out = bend(Math.abs(lane - ay));
  const back = bend(Math.abs(by - lane));
  const third = (bx - ax) / 3;
  return [
    ...[ax, ay, ax + out, ay, ax + out, lane, ax, lane],
    ...[ax + third, lane, bx - third, lane, bx, lane],
    ...[bx - back, lane, bx - back, by, bx, by],
  ];
}

const bend = (height: number): number => Math.min(80, Math.max(20, height * 0.66));

const cubic = (a: number, b: number, c: number, d: number, t: number): number => {
  const u = 1 - t;
  return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
};

/** The point at t (0 to 1) of the way, each cubic counted alike. */
export function wirePoint(p: WirePath, t: number): Point {
  const segments = (p.length - 2) / 6;
  const at = Math.min(Math.max(t, 0), 1) * segments;
  const s = Math.min(segments - 1, Math.floor(at));
  const i = s * 6;
  const v = (k: number) => p[i + k] ?? 0;
  return { x: cubic(v(0), v(2), v(4), v(6), at - s), y: cubic(v(1), v(3), v(5), v(7), at - s) };
}

/** A box that holds the wire (that of its control points). */
export function wireBox(p: WirePath): Box {
  const b: Box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (let i = 0; i + 1 < p.length; i += 2) {
    const x = p[i] as number;
    const y = p[i + 1] as number;
    if (x < b.x0) b.x0 = x;
    if (x > b.x1) b.x1 = x;
    if (y < b.y0) b.y0 = y;
    if (y > b.y1) b.y1 = y;
  }
  return b;
}

const SAMPLES = 16;

/** Points along the wire, 17 for each cubic. */
export function wireSamples(p: WirePath): Point[] {
  const n = ((p.length - 2) / 6) * SAMPLES;
  return Array.from({ length: n + 1 }, (_, i) => wirePoint(p, i / n));
}

/** Distance of a point from the wire, by straight pieces between samples. */
export function wireDistance(p: WirePath, x: number, y: number): number {
  let best = Infinity;
  let prev: Point | undefined;
  for (const at of wireSamples(p)) {
    if (prev) best = Math.min(best, pieceDistance(prev, at, x, y));
    prev = at;
  }
  return best;
}

function pieceDistance(a: Point, b: Point, x: number, y: number): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const len = dx * dx + dy * dy;
  const t = len === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / len));
  return Math.hypot(a.x + t * dx - x, a.y + t * dy - y);
}

/** Whether the wire passes through the box. */
export function wireMeets(p: WirePath, b: Box): boolean {
  let prev: Point | undefined;
  for (const at of wireSamples(p)) {
    if (holds(b, at.x, at.y)) return true;
    if (prev && pieceMeets(prev, at, b)) return true;
    prev = at;
  }
  return false;
}

function pieceMeets(a: Point, c: Point, b: Box): boolean {
  const corners: Point[] = [
    { x: b.x0, y: b.y0 },
    { x: b.x1, y: b.y0 },
    { x: b.x1, y: b.y1 },
    { x: b.x0, y: b.y1 },
  ];
  return corners.some((p, i) => crosses(a, c, p, corners[(i + 1) % 4] as Point));
}

/** Whether the pieces a-b and c-d cross. */
export function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) > 0 !== side(a, b, d) > 0 && side(c, d, a) > 0 !== side(c, d, b) > 0;
}

/** Whether the line drawn through the points cuts the wire. */
export function wireCut(p: WirePath, line: readonly Point[]): boolean {
  const samples = wireSamples(p);
  for (let i = 1; i < line.length; i++) {
    for (let j = 1; j < samples.length; j++) {
      if (crosses(line[i - 1] as Point, line[i] as Point, samples[j - 1] as Point, samples[j] as Point)) return true;
    }
  }
  return false;
}

export const snap = (v: number, step = GRID): number => Math.round(v / step) * step;
