/** Layer 1: grid, groups, wires, pulses, and nodes when they are far. */
import { GRID } from '../model/geometry';
import type { Id } from '../model/types';
import { type NodeLook, paintBoxes, paintNodes } from './paint-nodes';
import type { Pulses } from './pulses';
import type { Scene, SceneGroup } from './scene';
import { readTheme, type Theme } from './theme';
import type { Viewport } from './viewport';
import { type Ctx, paintWires, type WireLook } from './wires';

export interface Look {
  wires: WireLook;
  nodes: NodeLook;
  groups: ReadonlySet<Id>;
  /** The group a dragged node would fall into. */
  dropGroup: Id | undefined;
  /** Nodes that are elements of the page now, not to be painted. */
  near: ReadonlySet<Id>;
}

export class Painter {
  readonly canvas = document.createElement('canvas');
  theme: Theme;
  ratio = 1;
  private ctx: Ctx;
  private dots = new Map<number, CanvasPattern>();

  constructor(private root: HTMLElement) {
    this.canvas.className = 'cv-paint';
    this.canvas.setAttribute('aria-hidden', 'true');
    this.ctx = this.canvas.getContext('2d', { alpha: false }) as Ctx;
    this.theme = readTheme(root);
  }

  retheme(): void {
    this.theme = readTheme(this.root);
    this.dots.clear();
  }

  resize(width: number, height: number): void {
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    this.canvas.width = Math.max(1, Math.round(width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(height * this.ratio));
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.dots.clear();
  }

  paint(scene: Scene, view: Viewport, look: Look, pulses: Pulses, now: number): void {
    const { ctx, theme } = this;
    const z = view.zoom * this.ratio;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = theme.canvas;
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.grid(view, z);
    ctx.setTransform(z, 0, 0, z, -view.x * z, -view.y * z);
    const seen = view.seen(4);
    for (const g of scene.groups) {
      if (g.x <= seen.x1 && g.x + g.w >= seen.x0 && g.y <= seen.y1 && g.y + g.h >= seen.y0)
        this.group(g, view.zoom, look);
    }
    paintWires(ctx, scene, seen, view.zoom, theme, look.wires);
    pulses.paint(ctx, scene, seen, view.zoom, theme, now);
    const far = scene.nodesIn(seen).filter((n) => !look.near.has(n.id));
    if (far.length === 0) return;
    far.sort((a, b) => a.order - b.order);
    if (view.zoom < 0.3) paintBoxes(ctx, far, view.zoom, theme, look.nodes);
    else paintNodes(ctx, far, view.zoom, this.ratio, theme, look.nodes);
  }

  private grid(view: Viewport, z: number): void {
    // Too fine to be dots when far: only every fifth stays.
    const pattern = this.pattern(z);
    if (!pattern) return;
    const { ctx } = this;
    const cell = GRID * 5 * z;
    const ox = -((view.x * z) % cell);
    const oy = -((view.y * z) % cell);
    ctx.save();
    ctx.fillStyle = pattern;
    ctx.translate(ox - cell, oy - cell);
    const scale = cell / Math.round(cell);
    ctx.scale(scale, scale);
    ctx.fillRect(0, 0, (this.canvas.width + 2 * cell) / scale, (this.canvas.height + 2 * cell) / scale);
    ctx.restore();
  }

  private pattern(z: number): CanvasPattern | undefined {
    const cell = Math.round(GRID * 5 * z);
    if (cell < 14) return undefined;
    const had = this.dots.get(cell);
    if (had) return had;
    if (this.dots.size > 40) this.dots.clear();
    const c = document.createElement('canvas');
    c.width = cell;
    c.height = cell;
    const ctx = c.getContext('2d') as Ctx;
    const step = cell / 5;
    const size = Math.max(1, Math.round(1.5 * this.ratio * Math.min(1, z / this.ratio + 0.2)));
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        const strong = i === 0 && j === 0;
        if (!strong && step < 9 * this.ratio) continue;
        ctx.fillStyle = strong ? this.theme.gridStrong : this.theme.grid;
        ctx.fillRect(Math.round(i * step), Math.round(j * step), size, size);
      }
    }
    const pattern = this.ctx.createPattern(c, 'repeat') as CanvasPattern;
    this.dots.set(cell, pattern);
    return pattern;
  }

  private group(g: SceneGroup, zoom: number, look: Look): void {
    const { ctx, theme } = this;
    const picked = look.groups.has(g.id) || look.dropGroup === g.id;
    ctx.beginPath();
    ctx.roundRect(g.x, g.y, g.w, g.h, 8);
    const fill = g.fill && g.fill !== 'none' ? g.fill : theme.group;
    // Fills are chosen on white; in the dark they are a hint only.
    ctx.globalAlpha = g.fill && g.fill !== 'none' ? g.fillOpacity * (theme.dark ? 0.15 : 0.6) : 0.5;
    ctx.fillStyle = fill;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = picked ? theme.accent : g.stroke && g.stroke !== 'none' ? g.stroke : theme.port;
    ctx.lineWidth = Math.max(picked ? 2 : 1, (picked ? 2 : 1) / zoom);
    ctx.stroke();
    if (!g.name || zoom < 0.2) return;
    ctx.font = "600 12px 'Inter Variable', Inter, system-ui, sans-serif";
    ctx.textBaseline = 'middle';
    ctx.fillStyle = theme.secondary;
    ctx.save();
    ctx.beginPath();
    ctx.rect(g.x, g.y, g.w, g.h);
    ctx.clip();
    ctx.fillText(g.name, g.x + 10, g.y + 14);
    ctx.restore();
  }
}
