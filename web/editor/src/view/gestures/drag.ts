import { prefs } from '../../app/prefs';
import { session } from '../../app/session';
import { t } from '../../i18n';
import { commit, docStore } from '../../model/doc-store';
import { type Box, boxOf, union } from '../../model/geometry';
import type { Id } from '../../model/types';
import { boxOfGroup, joinGroup, leaveGroup, membersOf } from '../edits/groups';
import { moveAndFit, type Places } from '../edits/nodes';
import { splice } from '../edits/wires';
import type { FlowView } from '../flow-view';
import { snapMove } from '../guides';
import { groupAt } from '../hit';
import type { SceneNode, SceneWire } from '../scene';
import type { Gesture, Pt } from './gesture';

const MANY = 60; // moved nodes above which nothing but the grid attracts

/**
 * Moves the selection: nodes, and groups with all in them. The document is
 * written on drop. Over a group it falls into it, with Alt out of the one it is
 * in, over a wire a single node is spliced in.
 */
export class Drag implements Gesture {
  cursor = 'grabbing';
  scrolls = true;
  private start: Places = new Map();
  private groups = new Map<Id, { x: number; y: number }>();
  private box: Box;
  private near: Box[] | undefined;
  private wire: SceneWire | undefined;
  private into: Id | undefined;
  private out = false;
  private dx = 0;
  private dy = 0;

  constructor(
    private v: FlowView,
    private from: Pt,
    private held: SceneNode | undefined,
  ) {
    const { selection } = session.getState();
    const inside = membersOf(docStore.getState().doc, selection.groups);
    for (const id of [...selection.nodes, ...inside.nodes]) {
      const n = v.scene.nodes.get(id);
      if (n) this.start.set(id, { x: n.x, y: n.y });
    }
    for (const g of v.scene.groups) if (inside.groups.has(g.id)) this.groups.set(g.id, { x: g.x, y: g.y });
    const boxes = [...this.start.keys()].map((id) => boxOf(v.scene.nodes.get(id)!));
    for (const g of v.scene.groups) if (this.groups.has(g.id)) boxes.push(boxOfGroup(g));
    this.box = union(boxes) ?? { x0: from.x, y0: from.y, x1: from.x, y1: from.y };
  }

  move(p: Pt): void {
    const { scene, overlay, looks } = this.v;
    const anchor = this.held ?? this.anchor();
    // Ctrl does the other thing than the setting.
    const free = prefs.getState().snap === (p.e.ctrlKey || p.e.metaKey);
    const at = this.start.get(anchor.id) ?? { x: this.box.x0, y: this.box.y0 };
    const raw = { dx: Math.round(p.x - this.from.x), dy: Math.round(p.y - this.from.y) };
    this.near ??= this.neighbours();
    const { dx, dy, guides } = free ? { ...raw, guides: [] } : snapMove(this.box, at, raw.dx, raw.dy, this.near);
    this.out = p.e.altKey;
    if (dx !== this.dx || dy !== this.dy) {
      this.dx = dx;
      this.dy = dy;
      scene.place([...this.start].map(([id, s]) => [id, { x: s.x + dx, y: s.y + dy }]));
      for (const g of scene.groups) {
        const s = this.groups.get(g.id);
        if (s) Object.assign(g, { x: s.x + dx, y: s.y + dy });
      }
      this.v.near.redress(scene, this.start.keys());
    }
    overlay.guides(guides);
    this.wire = this.spliceable(p);
    looks.splice = this.wire?.id;
    this.into = this.dropGroup(p);
    looks.dropGroup = this.into;
    if (this.groups.size > 0) looks.handles();
    this.v.ask();
  }

  private anchor(): { id: Id } {
    return { id: this.start.keys().next().value ?? '' };
  }

  // Boxes in sight that do not move, the nearest first.
  private neighbours(): Box[] {
    if (this.start.size > MANY || this.v.view.zoom < 0.3) return [];
    const { scene, view } = this.v;
    return scene
      .nodesIn(view.seen())
      .filter((n) => !this.start.has(n.id) && n.kind !== 'junction')
      .slice(0, 300)
      .map(boxOf);
  }

  private spliceable(p: Pt): SceneWire | undefined {
    const n = this.held;
    if (!n || this.start.size !== 1 || n.inputs === 0 || n.outputs === 0) return undefined;
    if (this.v.scene.wiresOf(n.id).some((w) => !w.virtual)) return undefined;
    const hit = this.v.hit({ x: n.x, y: n.y }, false, new Set([n.id])) ?? this.v.hit(p, false, new Set([n.id]));
    return hit?.kind === 'wire' ? hit.wire : undefined;
  }

  // The group it would fall into: only for what is in none, or is taken out of its own.
  private dropGroup(p: Pt): Id | undefined {
    const { scene } = this.v;
    const hit = groupAt(scene, p, new Set(this.groups.keys()));
    if (hit?.kind !== 'group') return undefined;
    const free = this.tops().some((id) =>
      this.out ? this.groupOf(id) !== hit.group.id : this.groupOf(id) === undefined,
    );
    return free ? hit.group.id : undefined;
  }

  private groupOf(id: Id): Id | undefined {
    const { doc } = docStore.getState();
    return (doc.nodes[id] ?? doc.groups[id])?.g;
  }

  /** What is moved itself, not with a group around it. */
  private tops(): Id[] {
    return [...this.start.keys(), ...this.groups.keys()].filter((id) => {
      const g = this.groupOf(id);
      return g === undefined || !this.groups.has(g);
    });
  }

  end(): void {
    const { scene } = this.v;
    this.clear();
    if (this.dx === 0 && this.dy === 0) return;
    const places: Places = new Map();
    for (const [id, s] of [...this.start, ...this.groups]) places.set(id, { x: s.x + this.dx, y: s.y + this.dy });
    const sizes = (id: Id) => scene.nodes.get(id);
    const { wire, into, out, held } = this;
    const tops = this.tops();
    const label = wire ? t('Insert node into wire') : t('Move {{count}} nodes', { count: places.size });
    commit(label, (d) => {
      if (out) for (const id of tops) leaveGroup(d, id);
      moveAndFit(d, places, sizes);
      if (into) for (const id of tops) if (!(d.nodes[id] ?? d.groups[id])?.g) joinGroup(d, id, into, sizes);
      if (wire && held) splice(d, { source: wire.source.id, port: wire.port, target: wire.target.id }, held.id);
    });
    this.v.sync();
  }

  cancel(): void {
    this.clear();
    this.v.scene.place(this.start);
    this.v.sync();
    this.v.near.redress(this.v.scene, this.start.keys());
    this.v.ask();
  }

  private clear(): void {
    this.v.overlay.guides([]);
    this.v.looks.splice = undefined;
    this.v.looks.dropGroup = undefined;
  }
}
