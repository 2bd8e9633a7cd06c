import type { FlowView } from '../flow-view';
import type { Gesture, Pt } from './gesture';

/** Two fingers: the flow stays under both. */
export class Pinch implements Gesture {
  private cx = 0;
  private cy = 0;
  private apart = 0;

  constructor(
    private v: FlowView,
    private touches: Map<number, Pt>,
  ) {
    this.measure();
  }

  private measure(): { dx: number; dy: number; ratio: number } {
    const [a, b] = [...this.touches.values()];
    if (!a || !b) return { dx: 0, dy: 0, ratio: 1 };
    const cx = (a.sx + b.sx) / 2;
    const cy = (a.sy + b.sy) / 2;
    const apart = Math.max(20, Math.hypot(a.sx - b.sx, a.sy - b.sy));
    const change = { dx: this.cx - cx, dy: this.cy - cy, ratio: this.apart ? apart / this.apart : 1 };
    this.cx = cx;
    this.cy = cy;
    this.apart = apart;
    return change;
  }

  move(): void {
    const { dx, dy, ratio } = this.measure();
    this.v.view.panBy(dx, dy);
    this.v.view.zoomAt(this.cx, this.cy, this.v.view.zoom * ratio);
  }

  end(): void {}
  cancel(): void {}
}
