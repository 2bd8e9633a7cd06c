/** What part of the flow is seen: its top left corner in flow units, and the zoom. */
import { type Box, type Point, union } from '../model/geometry';

export interface Place {
  x: number;
  y: number;
  zoom: number;
}

export const MIN_ZOOM = 0.05;
export const MAX_ZOOM = 2;

const clampZoom = (z: number): number => Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, z));
const easeOut = (t: number): number => 1 - (1 - t) ** 3;

export class Viewport {
  x = 0;
  y = 0;
  zoom = 1;
  width = 0;
  height = 0;
  private flight = 0;

  constructor(private readonly changed: () => void) {}

  get place(): Place {
    return { x: this.x, y: this.y, zoom: this.zoom };
  }

  set(p: Place): void {
    const zoom = clampZoom(p.zoom);
    // At 100 % everything stands on whole pixels, and is sharp.
    const x = zoom === 1 ? Math.round(p.x) : p.x;
    const y = zoom === 1 ? Math.round(p.y) : p.y;
    if (x === this.x && y === this.y && zoom === this.zoom) return;
    this.x = x;
    this.y = y;
    this.zoom = zoom;
    this.changed();
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.changed();
  }

  toFlow(sx: number, sy: number): Point {
    return { x: this.x + sx / this.zoom, y: this.y + sy / this.zoom };
  }

  toScreen(x: number, y: number): Point {
    return { x: (x - this.x) * this.zoom, y: (y - this.y) * this.zoom };
  }

  /** The seen box, with a margin in screen pixels. */
  seen(margin = 0): Box {
    const m = margin / this.zoom;
    return {
      x0: this.x - m,
      y0: this.y - m,
      x1: this.x + this.width / this.zoom + m,
      y1: this.y + this.height / this.zoom + m,
    };
  }

  panBy(dx: number, dy: number): void {
    this.stop();
    this.set({ x: this.x + dx / this.zoom, y: this.y + dy / this.zoom, zoom: this.zoom });
  }

  /** Zooms so that the flow under the screen point stays there. */
  zoomAt(sx: number, sy: number, zoom: number): void {
    this.stop();
    const z = clampZoom(zoom);
    const p = this.toFlow(sx, sy);
    this.set({ x: p.x - sx / z, y: p.y - sy / z, zoom: z });
  }

  zoomBy(factor: number): void {
    this.zoomAt(this.width / 2, this.height / 2, this.zoom * factor);
  }

  /** Where the view would be to show all boxes with some air, never above maxZoom. */
  placeOf(boxes: Iterable<Box>, air = 48, maxZoom = 1): Place {
    const all = union(boxes);
    if (!all || this.width === 0) return { x: 0, y: 0, zoom: 1 };
    const w = all.x1 - all.x0;
    const h = all.y1 - all.y0;
    const zoom = clampZoom(
      Math.min(maxZoom, (this.width - 2 * air) / Math.max(w, 1), (this.height - 2 * air) / Math.max(h, 1)),
    );
    return {
      x: (all.x0 + all.x1) / 2 - this.width / zoom / 2,
      y: (all.y0 + all.y1) / 2 - this.height / zoom / 2,
      zoom,
    };
  }

  /** Goes there in 250 ms, or at once for those who want no motion. */
  fly(to: Place): void {
    this.stop();
    if (calm() || this.width === 0) {
      this.set(to);
      return;
    }
    const from = this.place;
    const begin = performance.now();
    const step = (now: number) => {
      const t = Math.min(1, Math.max(0, (now - begin) / 250));
      const k = easeOut(t);
      const zoom = from.zoom * (to.zoom / from.zoom) ** k;
      // The centre travels straight while the zoom changes by ratio.
      const cx = from.x + this.width / from.zoom / 2;
      const cy = from.y + this.height / from.zoom / 2;
      const dx = to.x + this.width / to.zoom / 2;
      const dy = to.y + this.height / to.zoom / 2;
      this.set({
        x: cx + (dx - cx) * k - this.width / zoom / 2,
        y: cy + (dy - cy) * k - this.height / zoom / 2,
        zoom,
      });
      this.flight = t < 1 ? requestAnimationFrame(step) : 0;
    };
    this.flight = requestAnimationFrame(step);
  }

  /** Moves just as far as needed for the box to be seen; says where to, if it has to. */
  ensure(box: Box, air = 60): Place | undefined {
    const m = air / this.zoom;
    const s = this.seen();
    let { x, y } = this;
    if (box.x1 + m > s.x1) x += box.x1 + m - s.x1;
    if (box.x0 - m < x) x = box.x0 - m;
    if (box.y1 + m > s.y1) y += box.y1 + m - s.y1;
    if (box.y0 - m < y) y = box.y0 - m;
    if (x === this.x && y === this.y) return undefined;
    const to = { x, y, zoom: this.zoom };
    this.fly(to);
    return to;
  }

  stop(): void {
    if (this.flight) cancelAnimationFrame(this.flight);
    this.flight = 0;
  }
}

/** Whether the reader asked for no motion. */
let motion: MediaQueryList | undefined;
export const calm = (): boolean => {
  motion ??= matchMedia('(prefers-reduced-motion: reduce)');
  return motion.matches || document.documentElement.dataset['motion'] === 'reduced';
};
