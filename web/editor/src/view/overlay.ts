/** Layer 3: what a gesture shows while it lasts, in flow units, as SVG. */
import type { Box, Point, WirePath } from '../model/geometry';
import type { Guide } from './guides';
import type { Corner } from './hit';
import { cornerOf } from './hit';
import type { SceneGroup } from './scene';
import type { Viewport } from './viewport';

const NS = 'http://www.w3.org/2000/svg';

export function pathData(p: WirePath): string {
  let d = `M${p[0]} ${p[1]}`;
  for (let i = 2; i + 5 < p.length; i += 6) {
    d += `C${p[i]} ${p[i + 1]} ${p[i + 2]} ${p[i + 3]} ${p[i + 4]} ${p[i + 5]}`;
  }
  return d;
}

export class Overlay {
  readonly svg = document.createElementNS(NS, 'svg');
  private world = document.createElementNS(NS, 'g');
  private parts = new Map<string, SVGElement[]>();

  constructor() {
    this.svg.setAttribute('class', 'cv-overlay');
    this.svg.setAttribute('aria-hidden', 'true');
    this.svg.append(this.world);
    this.svg.style.display = 'none';
  }

  private at = '';

  /** Goes with the view; while it shows nothing it is not there, and costs nothing. */
  follow(view: Viewport): void {
    this.at = `scale(${view.zoom}) translate(${-view.x} ${-view.y})`;
    if (this.svg.style.display !== 'none') this.world.setAttribute('transform', this.at);
  }

  private show(): void {
    const any = this.world.childElementCount > 0;
    if (any) this.world.setAttribute('transform', this.at);
    this.svg.style.display = any ? '' : 'none';
  }

  private put(name: string, els: SVGElement[]): void {
    if (els.length === 0 && !this.parts.get(name)?.length) return;
    for (const el of this.parts.get(name) ?? []) el.remove();
    this.parts.set(name, els);
    this.world.append(...els);
    this.show();
  }

  private el(tag: string, cls: string, attrs: Record<string, string | number>): SVGElement {
    const el = document.createElementNS(NS, tag);
    el.setAttribute('class', cls);
    for (const [k, v] of Object.entries(attrs)) el.setAttribute(k, String(v));
    el.setAttribute('vector-effect', 'non-scaling-stroke');
    return el;
  }

  marquee(b: Box | undefined, cls = 'cv-marquee'): void {
    this.put('marquee', b ? [this.el('rect', cls, { x: b.x0, y: b.y0, width: b.x1 - b.x0, height: b.y1 - b.y0 })] : []);
  }

  guides(list: readonly Guide[]): void {
    this.put(
      'guides',
      list.map((g) => this.el('line', 'cv-guide', { x1: g.x0, y1: g.y0, x2: g.x1, y2: g.y1 })),
    );
  }

  /** Wires being drawn, and the port they would take. */
  wires(paths: readonly WirePath[], at?: Point): void {
    const els = paths.map((p) => this.el('path', 'cv-draft-wire', { d: pathData(p) }));
    if (at) els.push(this.el('circle', 'cv-draft-port', { cx: at.x, cy: at.y, r: 8 }));
    this.put('wires', els);
  }

  slice(line: readonly Point[]): void {
    const points = line.map((p) => `${p.x},${p.y}`).join(' ');
    this.put('slice', line.length > 1 ? [this.el('polyline', 'cv-slice', { points })] : []);
  }

  /** Handles of the selected groups. */
  handles(groups: readonly SceneGroup[], zoom: number): void {
    const r = 4 / zoom;
    const corners: Corner[] = ['nw', 'ne', 'sw', 'se'];
    const els = groups.flatMap((g) =>
      corners.map((c) => {
        const at = cornerOf(g, c);
        return this.el('rect', 'cv-handle', { x: at.x - r, y: at.y - r, width: 2 * r, height: 2 * r, rx: 2 / zoom });
      }),
    );
    this.put('handles', els);
  }

  /** Where others point, with their names. */
  people(list: readonly { x: number; y: number; name: string; colour: string }[], zoom: number): void {
    const els = list.flatMap((p) => {
      const k = 1 / zoom;
      const arrow = this.el('path', 'cv-cursor', { d: 'M0 0 L0 14 L4 10.5 L9.5 10.5 Z', fill: p.colour });
      arrow.setAttribute('transform', `translate(${p.x} ${p.y}) scale(${k})`);
      const name = this.el('text', 'cv-cursor-name', { x: 12, y: 22, fill: p.colour });
      name.setAttribute('transform', `translate(${p.x} ${p.y}) scale(${k})`);
      name.textContent = p.name;
      return [arrow, name];
    });
    this.put('people', els);
  }
}
