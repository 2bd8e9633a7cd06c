/**
 * Messages on wires. A few run along as bright dashes; more than five a second
 * make the wire steadily bright with a rate; after two seconds of silence it is
 * idle again. Nothing here is ever in the document.
 */
import { type Box, overlaps, wireBox, wirePoint, wireSamples } from '../model/geometry';
import type { WireId } from '../model/types';
import type { Scene, SceneWire } from './scene';
import { colourOf, type Theme } from './theme';
import { calm } from './viewport';
import { type Ctx, trace } from './wires';

const RUN = 300; // ms a dash takes
const DASH = 24; // px long
const GLOW = 600; // ms a wire is bright when nothing may move
const SILENCE = 2000;
const MANY = 5; // messages a second
const MAX_RUNS = 3; // at once on one wire

interface Traffic {
  /** When each dash began. */
  runs: number[];
  /** The last one was an error. */
  error: boolean;
  last: number;
  /** Messages in this and the last second. */
  count: number;
  rate: number;
  second: number;
}

export class Pulses {
  private traffic = new Map<WireId, Traffic>();
  private lengths = new WeakMap<readonly number[], number>();
  private still = false;

  /** n messages went over the wire. */
  add(id: WireId, n: number, now: number, error = false): void {
    let t = this.traffic.get(id);
    if (!t) {
      t = { runs: [], error, last: now, count: 0, rate: 0, second: now };
      this.traffic.set(id, t);
    }
    t.last = now;
    t.error = error;
    t.count += n;
    this.turn(t, now);
    if (!this.busy(t) && t.runs.length < MAX_RUNS) t.runs.push(now);
  }

  private turn(t: Traffic, now: number): void {
    const gone = now - t.second;
    if (gone < 1000) return;
    t.rate = Math.round((t.count * 1000) / gone);
    t.count = 0;
    t.second = now;
  }

  private busy(t: Traffic): boolean {
    return t.rate > MANY || t.count > MANY;
  }

  /** Whether anything is to be drawn anew in the next frame. */
  step(now: number): boolean {
    this.still = calm();
    for (const [id, t] of this.traffic) {
      this.turn(t, now);
      t.runs = t.runs.filter((r) => now - r < (this.still ? GLOW : RUN));
      if (now - t.last > SILENCE) this.traffic.delete(id);
    }
    return this.traffic.size > 0;
  }

  /** Whether dashes run now, rather than only labels that change each second. */
  running(): boolean {
    for (const t of this.traffic.values()) if (t.runs.length > 0) return true;
    return false;
  }

  clear(): void {
    this.traffic.clear();
  }

  paint(ctx: Ctx, scene: Scene, seen: Box, zoom: number, theme: Theme, now: number): void {
    if (this.traffic.size === 0) return;
    const runs = new Map<string, [SceneWire, number][]>();
    const steady = new Map<string, SceneWire[]>();
    const labels: [SceneWire, string][] = [];
    const marks: SceneWire[] = [];
    for (const [id, t] of this.traffic) {
      const w = scene.wires.get(id);
      if (!w || !overlaps(wireBox(w.path), seen)) continue;
      const colour = t.error ? theme.error : colourOf(theme, w.source.category);
      if (t.error) marks.push(w);
      if (this.busy(t) || (this.still && t.runs.length > 0)) push(steady, colour, w);
      else for (const r of t.runs) push(runs, colour, [w, (now - r) / RUN] as [SceneWire, number]);
      if (t.rate > MANY && zoom >= 0.3) labels.push([w, `${t.rate}/s`]);
    }
    ctx.lineCap = 'round';
    for (const [colour, wires] of steady) {
      ctx.beginPath();
      for (const w of wires) trace(ctx, w, zoom < 0.3);
      ctx.strokeStyle = colour;
      ctx.lineWidth = Math.max(3, 1.5 / zoom);
      ctx.stroke();
    }
    for (const [colour, list] of runs) {
      ctx.beginPath();
      for (const [w, t] of list) this.dash(ctx, w, t);
      ctx.strokeStyle = colour;
      ctx.lineWidth = Math.max(4, 2 / zoom);
      ctx.stroke();
    }
    for (const w of marks) triangle(ctx, w, theme);
    for (const [w, text] of labels) label(ctx, w, text, theme);
  }

  private dash(ctx: Ctx, w: SceneWire, t: number): void {
    const length = this.length(w);
    const part = Math.min(1, DASH / length);
    const head = Math.min(1, t * (1 + part));
    const tail = Math.max(0, t * (1 + part) - part);
    for (let i = 0; i <= 5; i++) {
      const p = wirePoint(w.path, tail + ((head - tail) * i) / 5);
      if (i === 0) ctx.moveTo(p.x, p.y);
      else ctx.lineTo(p.x, p.y);
    }
  }

  private length(w: SceneWire): number {
    const had = this.lengths.get(w.path);
    if (had) return had;
    const s = wireSamples(w.path);
    let sum = 1;
    for (let i = 1; i < s.length; i++) sum += Math.hypot(s[i]!.x - s[i - 1]!.x, s[i]!.y - s[i - 1]!.y);
    this.lengths.set(w.path, sum);
    return sum;
  }
}

function push<T>(map: Map<string, T[]>, key: string, v: T): void {
  const list = map.get(key);
  if (list) list.push(v);
  else map.set(key, [v]);
}

/** ▲ at the target of a wire that brought an error. */
function triangle(ctx: Ctx, w: SceneWire, theme: Theme): void {
  const p = wirePoint(w.path, 1);
  ctx.beginPath();
  ctx.moveTo(p.x - 14, p.y - 6);
  ctx.lineTo(p.x - 8, p.y - 16);
  ctx.lineTo(p.x - 2, p.y - 6);
  ctx.closePath();
  ctx.fillStyle = theme.error;
  ctx.fill();
}

function label(ctx: Ctx, w: SceneWire, text: string, theme: Theme): void {
  const p = wirePoint(w.path, 0.5);
  ctx.font = "500 11px 'Inter Variable', Inter, system-ui, sans-serif";
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'center';
  const half = ctx.measureText(text).width / 2 + 6;
  ctx.beginPath();
  ctx.roundRect(p.x - half, p.y - 8, half * 2, 16, 8);
  ctx.fillStyle = theme.body;
  ctx.fill();
  ctx.strokeStyle = theme.border;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.fillStyle = theme.text;
  ctx.fillText(text, p.x, p.y + 0.5);
  ctx.textAlign = 'start';
}
