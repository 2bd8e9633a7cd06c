import type { FlowView } from '../flow-view';
import type { Gesture, Pt } from './gesture';

/** The flow goes with the pointer. */
export class Pan implements Gesture {
  cursor = 'grabbing';
  private sx: number;
  private sy: number;

  constructor(
    private v: FlowView,
    p: Pt,
  ) {
    this.sx = p.sx;
    this.sy = p.sy;
  }

  move(p: Pt): void {
    this.v.view.panBy(this.sx - p.sx, this.sy - p.sy);
    this.sx = p.sx;
    this.sy = p.sy;
  }

  end(): void {}
  cancel(): void {}
}
