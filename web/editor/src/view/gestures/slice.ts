import { t } from '../../i18n';
import { commit } from '../../model/doc-store';
import { boxFrom, crosses, GRID, type Point, snap, union, wireCut, wireSamples } from '../../model/geometry';
import { newId } from '../../model/ids';
import type { NodeRec } from '../../model/types';
import { addWire, removeWire } from '../edits/wires';
import type { FlowView } from '../flow-view';
import type { SceneWire } from '../scene';
import type { Gesture, Pt } from './gesture';

/** A line that cuts the wires it crosses, or, with Shift, puts junctions where it crosses them. */
export class Slice implements Gesture {
  cursor = 'crosshair';
  private line: Point[];

  constructor(
    private v: FlowView,
    p: Pt,
    private junctions: boolean,
  ) {
    this.line = [{ x: p.x, y: p.y }];
  }

  move(p: Pt): void {
    const last = this.line.at(-1)!;
    if (Math.hypot(p.x - last.x, p.y - last.y) < 4 / this.v.view.zoom) return;
    this.line.push({ x: p.x, y: p.y });
    this.v.overlay.slice(this.line);
  }

  end(): void {
    this.v.overlay.slice([]);
    const cut = this.cut();
    if (cut.length === 0) return;
    if (this.junctions) this.join(cut);
    else
      commit(t('Cut {{count}} wires', { count: cut.length }), (d) => {
        for (const w of cut) removeWire(d, { source: w.source.id, port: w.port, target: w.target.id });
      });
  }

  cancel(): void {
    this.v.overlay.slice([]);
  }

  private cut(): SceneWire[] {
    const all = union(this.line.slice(1).map((p, i) => boxFrom(this.line[i]!, p)));
    return all ? this.v.scene.wiresIn(all).filter((w) => !w.virtual && wireCut(w.path, this.line)) : [];
  }

  // Wires from one output, or else into one input, share a junction.
  private join(cut: SceneWire[]): void {
    const z = this.v.scene.tab;
    const from = new Map<string, SceneWire[]>();
    for (const w of cut) {
      const key = `${w.source.id}:${w.port}`;
      from.set(key, [...(from.get(key) ?? []), w]);
    }
    commit(t('Add junction'), (d) => {
      for (const wires of from.values()) {
        const at = this.middle(wires);
        const id = newId();
        const rec: NodeRec = {
          ...{ id, type: 'junction', z, x: at.x, y: at.y, wires: [[]], kind: 'junction' },
          rec: { id, type: 'junction', z, x: at.x, y: at.y, wires: [[]] },
        };
        d.nodes[id] = rec;
        d.order.push(id);
        addWire(d, { source: wires[0]!.source.id, port: wires[0]!.port, target: id });
        for (const w of wires) {
          removeWire(d, { source: w.source.id, port: w.port, target: w.target.id });
          addWire(d, { source: id, port: 0, target: w.target.id });
        }
      }
    });
  }

  private middle(wires: SceneWire[]): Point {
    const at = wires.flatMap((w) => {
      const s = wireSamples(w.path);
      for (let i = 1; i < s.length; i++) {
        for (let j = 1; j < this.line.length; j++) {
          if (crosses(s[i - 1]!, s[i]!, this.line[j - 1]!, this.line[j]!)) return [s[i]!];
        }
      }
      return [];
    });
    const mean = (k: 'x' | 'y') => at.reduce((t, p) => t + p[k], 0) / Math.max(1, at.length);
    return { x: snap(mean('x'), GRID), y: snap(mean('y'), GRID) };
  }
}
