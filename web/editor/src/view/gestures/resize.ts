import { prefs } from '../../app/prefs';
import { t } from '../../i18n';
import { commit, docStore } from '../../model/doc-store';
import { type Box, snap, union } from '../../model/geometry';
import type { Id } from '../../model/types';
import { boxOfGroup, fitGroups, needed, setBox } from '../edits/groups';
import type { FlowView } from '../flow-view';
import type { Corner } from '../hit';
import type { SceneGroup } from '../scene';
import type { Gesture, Pt } from './gesture';

/** Draws a corner of a group; it never gets smaller than what is in it. */
export class Resize implements Gesture {
  cursor: string;
  scrolls = true;
  private box: Box;
  private readonly before: Box;
  private readonly least: Box | undefined;

  constructor(
    private v: FlowView,
    private group: SceneGroup,
    private corner: Corner,
  ) {
    this.cursor = corner === 'nw' || corner === 'se' ? 'nwse-resize' : 'nesw-resize';
    this.before = boxOfGroup(group);
    this.box = this.before;
    const { doc } = docStore.getState();
    const rec = doc.groups[group.id];
    this.least = rec && needed(doc, rec, (id: Id) => v.scene.nodes.get(id));
  }

  move(p: Pt): void {
    const b = { ...this.before };
    const [x, y] = prefs.getState().snap ? [snap(p.x), snap(p.y)] : [Math.round(p.x), Math.round(p.y)];
    if (this.corner.endsWith('w')) b.x0 = Math.min(x, b.x1 - 60);
    else b.x1 = Math.max(x, b.x0 + 60);
    if (this.corner.startsWith('n')) b.y0 = Math.min(y, b.y1 - 40);
    else b.y1 = Math.max(y, b.y0 + 40);
    this.box = this.least ? (union([b, this.least]) as Box) : b;
    this.show(this.box);
  }

  private show(b: Box): void {
    Object.assign(this.group, { x: b.x0, y: b.y0, w: b.x1 - b.x0, h: b.y1 - b.y0 });
    this.v.looks.handles();
    this.v.ask();
  }

  end(): void {
    const { box, group } = this;
    commit(t('Resize group'), (d) => {
      const g = d.groups[group.id];
      if (!g) return;
      setBox(g, box);
      fitGroups(d, [group.id], (id) => this.v.scene.nodes.get(id));
    });
  }

  cancel(): void {
    this.show(this.before);
  }
}
