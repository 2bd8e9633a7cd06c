/** The whole flow small, with what is seen of it. Hidden while all is in sight. */
import { type Box, contains, union } from '../model/geometry';
import type { FlowView } from './flow-view';
import { colourOf } from './theme';

const W = 176;
const H = 116;

export class Minimap {
  private canvas = document.createElement('canvas');
  private all: Box | undefined;
  private stale = true;
  private picture: HTMLCanvasElement | undefined;
  private drag = false;
  private ratio = Math.min(2, window.devicePixelRatio || 1);

  constructor(private v: FlowView) {
    const c = this.canvas;
    c.className = 'cv-minimap';
    c.dataset['own'] = '';
    c.setAttribute('aria-hidden', 'true');
    c.width = W * this.ratio;
    c.height = H * this.ratio;
    v.root.append(c);
    v.after.add(this.draw);
    v.changed.add(this.spoil);
    c.addEventListener('pointerdown', (e) => {
      c.setPointerCapture(e.pointerId);
      this.drag = true;
      this.go(e);
    });
    c.addEventListener('pointermove', (e) => this.drag && this.go(e));
    c.addEventListener('pointerup', () => {
      this.drag = false;
    });
  }

  destroy(): void {
    this.v.after.delete(this.draw);
    this.v.changed.delete(this.spoil);
    this.canvas.remove();
  }

  private spoil = (): void => {
    this.stale = true;
  };

  private scale(all: Box): { k: number; ox: number; oy: number } {
    const k = Math.min((W - 12) / (all.x1 - all.x0), (H - 12) / (all.y1 - all.y0));
    return { k, ox: (W - (all.x1 - all.x0) * k) / 2 - all.x0 * k, oy: (H - (all.y1 - all.y0) * k) / 2 - all.y0 * k };
  }

  private go(e: PointerEvent): void {
    if (!this.all) return;
    const r = this.canvas.getBoundingClientRect();
    const { k, ox, oy } = this.scale(this.all);
    const x = (e.clientX - r.left - ox) / k;
    const y = (e.clientY - r.top - oy) / k;
    const { width, height, zoom } = this.v.view;
    this.v.view.stop();
    this.v.view.set({ x: x - width / zoom / 2, y: y - height / zoom / 2, zoom });
  }

  private draw = (): void => {
    if (this.stale && !this.v.gesturing) {
      this.all = union(this.v.scene.boxes());
      this.picture = undefined;
      this.stale = false;
    }
    const { all } = this;
    const hidden = !all || contains(this.v.view.seen(), all) || this.v.view.width < 600;
    this.canvas.hidden = hidden;
    if (hidden || !all) return;
    const { theme } = this.v.painter;
    this.picture ??= this.paint(all);
    const ctx = this.canvas.getContext('2d')!;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(this.picture, 0, 0);
    ctx.scale(this.ratio, this.ratio);
    const { k, ox, oy } = this.scale(all);
    const s = this.v.view.seen();
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(s.x0 * k + ox, s.y0 * k + oy, (s.x1 - s.x0) * k, (s.y1 - s.y0) * k);
  };

  private paint(all: Box): HTMLCanvasElement {
    const c = document.createElement('canvas');
    c.width = this.canvas.width;
    c.height = this.canvas.height;
    const ctx = c.getContext('2d')!;
    const { theme } = this.v.painter;
    ctx.scale(this.ratio, this.ratio);
    ctx.fillStyle = theme.body;
    ctx.fillRect(0, 0, W, H);
    const { k, ox, oy } = this.scale(all);
    ctx.fillStyle = theme.group;
    for (const g of this.v.scene.groups) ctx.fillRect(g.x * k + ox, g.y * k + oy, g.w * k, g.h * k);
    for (const n of this.v.scene.nodes.values()) {
      ctx.fillStyle = colourOf(theme, n.category);
      const w = Math.max(1.5, n.w * k);
      const h = Math.max(1.5, n.h * k);
      ctx.fillRect((n.x - n.w / 2) * k + ox, (n.y - n.h / 2) * k + oy, w, h);
    }
    return c;
  }
}
