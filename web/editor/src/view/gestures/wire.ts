import { t } from '../../i18n';
import { commit } from '../../model/doc-store';
import type { Point, WirePath } from '../../model/geometry';
import { wirePath } from '../../model/geometry';
import type { Id } from '../../model/types';
import { asks } from '../canvas-view';
import { addWire, type End, removeWire } from '../edits/wires';
import type { FlowView } from '../flow-view';
import { inAt, outAt, type SceneNode, type SceneWire } from '../scene';
import type { Gesture, Pt } from './gesture';

const ATTRACT = 40; // px

/** Fixed ends of the wires that are drawn: all outputs, or all inputs. */
export interface Fixed {
  node: SceneNode;
  port: number;
}

interface Taker {
  node: SceneNode;
  port: number;
  at: Point;
}

/**
 * Draws wires from fixed ends to where they are dropped: a port within 40 px,
 * or the body of a node. The wires that were taken off their end go with it.
 */
export class WireTool implements Gesture {
  cursor = 'crosshair';
  scrolls = true;
  private taker: Taker | undefined;
  private can: ReadonlySet<Id>;

  constructor(
    private v: FlowView,
    private fixed: Fixed[],
    private side: 'output' | 'input',
    private taken: SceneWire[] = [],
  ) {
    this.can = new Set([...v.scene.nodes.values()].filter((n) => this.takes(n)).map((n) => n.id));
    v.looks.takers = new Set([...this.can, ...fixed.map((f) => f.node.id)]);
    v.looks.hiddenWires = new Set(taken.map((w) => w.id));
    v.near.redress(v.scene);
  }

  /** Whether all drawn wires could end there. */
  private takes(n: SceneNode): boolean {
    const has = this.side === 'output' ? n.inputs > 0 : n.outputs > 0;
    if (!has || this.fixed.some((f) => f.node.id === n.id && n.kind !== 'node')) return false;
    // From the input of a subflow to its own output is the only wire between ends.
    return !this.fixed.every((f) => f.node.id === n.id);
  }

  move(p: Pt): void {
    this.taker = this.find(p);
    const to = this.taker?.at ?? p;
    const paths: WirePath[] = this.fixed.map((f) => {
      const from = this.side === 'output' ? outAt(f.node, f.port) : inAt(f.node);
      return this.side === 'output' ? wirePath(from.x, from.y, to.x, to.y) : wirePath(to.x, to.y, from.x, from.y);
    });
    this.v.overlay.wires(paths, this.taker?.at);
    this.v.ask();
  }

  private find(p: Pt): Taker | undefined {
    const r = ATTRACT / this.v.view.zoom;
    let best: Taker | undefined;
    let least = r;
    for (const n of this.v.scene.nodesIn({ x0: p.x - r, y0: p.y - r, x1: p.x + r, y1: p.y + r })) {
      if (!this.can.has(n.id)) continue;
      const ports = this.side === 'output' ? 1 : n.outputs;
      const inside = Math.abs(p.x - n.x) <= n.w / 2 && Math.abs(p.y - n.y) <= n.h / 2;
      for (let i = 0; i < ports; i++) {
        const at = this.side === 'output' ? inAt(n) : outAt(n, i);
        // On the body of a node any place will do.
        const away = Math.hypot(at.x - p.x, at.y - p.y);
        const d = inside ? away / 1e6 - 1 : away;
        if (d < least) {
          least = d;
          best = { node: n, port: i, at };
        }
      }
    }
    return best;
  }

  end(p: Pt): void {
    const { taker, side, fixed } = this;
    const taken: End[] = this.taken.map((w) => ({ source: w.source.id, port: w.port, target: w.target.id }));
    this.clear();
    if (!taker && taken.length === 0) {
      const from = fixed[0];
      if (from)
        asks.quickAdd?.({ at: { x: p.x, y: p.y }, client: { x: p.e.clientX, y: p.e.clientY }, from: end(from, side) });
      return;
    }
    const made = taker ? fixed.map((f) => joined(f, taker, side)) : [];
    const label = taken.length === 0 ? t('Wire') : taker ? t('Move wire') : t('Remove wire');
    commit(label, (d) => {
      for (const w of taken) removeWire(d, w);
      for (const w of made) addWire(d, w);
    });
    this.v.sync();
    this.v.ask();
  }

  cancel(): void {
    this.clear();
    this.v.ask();
  }

  private clear(): void {
    this.v.overlay.wires([]);
    this.v.looks.takers = undefined;
    this.v.looks.hiddenWires = undefined;
    this.v.near.redress(this.v.scene);
  }
}

function joined(f: Fixed, t: Taker, side: 'output' | 'input'): End {
  return side === 'output'
    ? { source: f.node.id, port: f.port, target: t.node.id }
    : { source: t.node.id, port: t.port, target: f.node.id };
}

const end = (f: Fixed, side: 'output' | 'input'): { id: Id; port: number; side: 'in' | 'out' } => ({
  id: f.node.id,
  port: f.port,
  side: side === 'output' ? 'out' : 'in',
});
