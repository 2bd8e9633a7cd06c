import { type Selection, session } from '../../app/session';
import { boxFrom, boxOf, contains, overlaps, wireMeets } from '../../model/geometry';
import { boxOfGroup } from '../edits/groups';
import type { FlowView } from '../flow-view';
import type { Gesture, Pt } from './gesture';

/** A rectangle that selects what it touches; groups must be within it. With Shift or Ctrl it adds. */
export class Marquee implements Gesture {
  cursor = 'crosshair';
  scrolls = true;
  private before: Selection;
  private wires: boolean;

  constructor(
    private v: FlowView,
    private from: Pt,
  ) {
    this.before = session.getState().selection;
    this.wires = false;
  }

  move(p: Pt): void {
    const box = boxFrom(this.from, p);
    this.v.overlay.marquee(box);
    const { scene } = this.v;
    const add = p.e.shiftKey || p.e.ctrlKey || p.e.metaKey;
    const nodes = new Set(add ? this.before.nodes : []);
    for (const n of scene.nodesIn(box)) if (overlaps(boxOf(n), box)) nodes.add(n.id);
    const groups = new Set(add ? this.before.groups : []);
    for (const g of scene.groups) if (contains(box, boxOfGroup(g))) groups.add(g.id);
    const wires = new Set(add ? this.before.wires : []);
    // Wires are meant only when no node is: most rectangles cross some.
    this.wires = nodes.size === 0;
    if (this.wires) for (const w of scene.wiresIn(box)) if (!w.virtual && wireMeets(w.path, box)) wires.add(w.id);
    session.setState({ selection: { nodes, wires, groups } });
  }

  end(): void {
    this.v.overlay.marquee(undefined);
  }

  cancel(): void {
    this.v.overlay.marquee(undefined);
    session.setState({ selection: this.before });
  }
}
