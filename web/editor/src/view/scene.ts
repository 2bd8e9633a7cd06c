/**
 * What is drawn of one tab or subflow: boxes, ports, wires and groups with
 * their places, found through grids. It follows the document by identity of
 * records, so that one edit touches one node and its wires; while something is
 * dragged its places run ahead of the document.
 */
import { type Box, boxOf, grow, portOffset, type WirePath, wireBox, wirePath } from '../model/geometry';
import { SpatialGrid } from '../model/index';
import {
  type FlowDoc,
  type GroupRec,
  type Id,
  type NodeRec,
  type SubflowRec,
  type WireId,
  wireId,
} from '../model/types';
import { groupsOf, inLayers, linkPairs, makeNode, portNodes, type SceneGroup, type SceneNode } from './scene-parts';

export type { SceneGroup, SceneNode } from './scene-parts';

export interface SceneWire {
  id: WireId;
  source: SceneNode;
  port: number;
  target: SceneNode;
  path: WirePath;
  /** Between link nodes: shown when one of them is selected, not editable as a wire. */
  virtual: boolean;
}

const NODE_MARGIN = 40; // buttons, badges and the status pill stick out

export const outAt = (n: SceneNode, port: number) => ({
  x: n.x + (n.kind === 'junction' ? 0 : n.w / 2),
  y: n.y + (n.kind === 'junction' ? 0 : portOffset(port, Math.max(n.outputs, port + 1))),
});
export const inAt = (n: SceneNode) => ({ x: n.x - (n.kind === 'junction' ? 0 : n.w / 2), y: n.y });

export class Scene {
  readonly nodes = new Map<Id, SceneNode>();
  readonly wires = new Map<WireId, SceneWire>();
  groups: SceneGroup[] = [];
  readonly nodeGrid = new SpatialGrid<SceneNode>();
  readonly wireGrid = new SpatialGrid<SceneWire>();
  /** The wires at either end of a node. */
  readonly touching = new Map<Id, Set<SceneWire>>();
  tab: Id = '';
  /** The subflow this is the inside of. */
  subflow: SubflowRec | undefined;
  private recs = new Map<Id, NodeRec | SubflowRec>();
  private templates: FlowDoc['subflows'] | undefined;
  private moved = new Set<Id>();

  /** Forgets what it knows, as when node types arrived. */
  reset(): void {
    this.nodes.clear();
    this.wires.clear();
    this.nodeGrid.clear();
    this.wireGrid.clear();
    this.touching.clear();
    this.recs.clear();
    this.moved.clear();
    this.groups = [];
  }

  /** Follows the document; returns the nodes that are new or look different. */
  sync(doc: FlowDoc, tab: Id): Set<Id> {
    if (tab !== this.tab || doc.subflows !== this.templates) this.reset();
    this.tab = tab;
    this.templates = doc.subflows;
    this.subflow = doc.subflows[tab];
    const changed = this.syncNodes(doc);
    this.syncWires(changed);
    this.groups = groupsOf(Object.values(doc.groups).filter((g: GroupRec) => g.z === tab));
    this.moved.clear();
    return changed;
  }

  private syncNodes(doc: FlowDoc): Set<Id> {
    const changed = new Set<Id>();
    const seen = new Set<Id>();
    let order = 0;
    const put = (id: Id, rec: NodeRec | SubflowRec, make: () => SceneNode) => {
      seen.add(id);
      const had = this.nodes.get(id);
      order++;
      if (had && this.recs.get(id) === rec && !this.moved.has(id)) {
        had.order = order;
        return;
      }
      const node = make();
      node.order = order;
      this.nodes.set(id, node);
      this.recs.set(id, rec);
      if (had) this.nodeGrid.delete(had);
      this.nodeGrid.set(node, grow(boxOf(node), NODE_MARGIN));
      changed.add(id);
    };
    for (const id in doc.nodes) {
      const rec = doc.nodes[id] as NodeRec;
      if (rec.z !== this.tab || rec.kind === 'config' || rec.x === undefined) continue;
      put(id, rec, () => makeNode(rec, doc));
    }
    const sf = this.subflow;
    if (sf) for (const p of portNodes(sf)) put(p.id, sf, () => p);
    for (const [id, node] of this.nodes) {
      if (seen.has(id)) continue;
      this.nodes.delete(id);
      this.recs.delete(id);
      this.nodeGrid.delete(node);
      changed.add(id);
    }
    return changed;
  }

  private syncWires(changed: Set<Id>): void {
    const seen = new Set<WireId>();
    const put = (from: Id, port: number, to: Id, virtual = false) => {
      const source = this.nodes.get(from);
      const target = this.nodes.get(to);
      if (!source || !target) return;
      const id = virtual ? (`${from}:link>${to}` as WireId) : wireId(from, port, to);
      if (seen.has(id)) return;
      seen.add(id);
      const had = this.wires.get(id);
      if (had && had.source === source && had.target === target) return;
      if (had) this.unwire(had);
      this.addWire({ id, source, port, target, path: [], virtual });
    };
    for (const node of this.nodes.values()) {
      node.rec?.wires.forEach((targets, port) => {
        for (const to of targets) put(node.id, port, to);
      });
    }
    if (this.subflow) for (const w of inLayers(this.subflow)) put(w.from, w.port, w.to);
    for (const [from, to] of linkPairs(this.nodes)) put(from, 0, to, true);
    for (const [id, wire] of this.wires) if (!seen.has(id)) this.unwire(wire);
    for (const id of changed) if (!this.nodes.has(id)) this.touching.delete(id);
  }

  private addWire(w: SceneWire): void {
    this.wires.set(w.id, w);
    for (const id of [w.source.id, w.target.id]) {
      const set = this.touching.get(id);
      if (set) set.add(w);
      else this.touching.set(id, new Set([w]));
    }
    this.lay(w);
  }

  private unwire(w: SceneWire): void {
    this.wires.delete(w.id);
    this.wireGrid.delete(w);
    this.touching.get(w.source.id)?.delete(w);
    this.touching.get(w.target.id)?.delete(w);
  }

  private lay(w: SceneWire): void {
    const a = outAt(w.source, w.port);
    const b = inAt(w.target);
    w.path = wirePath(a.x, a.y, b.x, b.y);
    this.wireGrid.set(w, wireBox(w.path));
  }

  /** Puts nodes elsewhere for now; the next sync brings back what the document says. */
  place(places: Iterable<[Id, { x: number; y: number }]>): void {
    const wires = new Set<SceneWire>();
    for (const [id, at] of places) {
      const node = this.nodes.get(id);
      if (!node) continue;
      node.x = at.x;
      node.y = at.y;
      this.moved.add(id);
      this.nodeGrid.set(node, grow(boxOf(node), NODE_MARGIN));
      for (const w of this.touching.get(id) ?? []) wires.add(w);
    }
    for (const w of wires) this.lay(w);
  }

  /** Everything there is, to fit it into the view. */
  *boxes(ids?: Set<Id>): Generator<Box> {
    for (const n of this.nodes.values()) if (!ids || ids.has(n.id)) yield boxOf(n);
    for (const g of this.groups) {
      if (!ids || ids.has(g.id)) yield { x0: g.x, y0: g.y, x1: g.x + g.w, y1: g.y + g.h };
    }
  }

  nodesIn(box: Box): SceneNode[] {
    return this.nodeGrid.query(box);
  }

  wiresIn(box: Box): SceneWire[] {
    return this.wireGrid.query(box);
  }

  wiresOf(id: Id): SceneWire[] {
    return [...(this.touching.get(id) ?? [])];
  }

  /** Wires by source and by target. */
  out(id: Id): SceneWire[] {
    return this.wiresOf(id).filter((w) => w.source.id === id);
  }

  into(id: Id): SceneWire[] {
    return this.wiresOf(id).filter((w) => w.target.id === id);
  }

  group(id: Id): SceneGroup | undefined {
    return this.groups.find((g) => g.id === id);
  }
}
