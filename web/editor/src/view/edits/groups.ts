/** Groups: who is in which, and how large they must be. Recipes for commit. */
import { type Box, union } from '../../model/geometry';
import type { FlowDoc, GroupRec, Id, Json } from '../../model/types';

export const PAD = 20;
export const HEAD = 30;

type Sizes = (id: Id) => { w: number; h: number } | undefined;

/** The box that a group's members need, head and padding included. */
export function needed(d: FlowDoc, g: GroupRec, sizes: Sizes): Box | undefined {
  const boxes: Box[] = [];
  for (const id of g.nodes) {
    const n = d.nodes[id];
    const size = sizes(id);
    if (n && size && n.x !== undefined && n.y !== undefined) {
      boxes.push({ x0: n.x - size.w / 2, y0: n.y - size.h / 2, x1: n.x + size.w / 2, y1: n.y + size.h / 2 });
    }
    const inner = d.groups[id];
    if (inner) boxes.push({ x0: inner.x, y0: inner.y, x1: inner.x + inner.w, y1: inner.y + inner.h });
  }
  const all = union(boxes);
  return all && { x0: all.x0 - PAD, y0: all.y0 - HEAD, x1: all.x1 + PAD, y1: all.y1 + PAD };
}

/** Makes the groups around these ids, inner ones first, large enough; none shrinks. */
export function fitGroups(d: FlowDoc, ids: Iterable<Id>, sizes: Sizes): void {
  const chain = new Map<Id, number>();
  for (const id of ids) {
    let depth = 0;
    let g = (d.nodes[id] ?? d.groups[id])?.g;
    while (g !== undefined && d.groups[g] && depth < 100) {
      chain.set(g, Math.max(chain.get(g) ?? 0, ++depth));
      g = d.groups[g]!.g;
    }
  }
  for (const [id] of [...chain].sort((a, b) => a[1] - b[1])) {
    const g = d.groups[id]!;
    const need = needed(d, g, sizes);
    if (need) setBox(g, { ...(union([boxOfGroup(g), need]) as Box) });
  }
}

export const boxOfGroup = (g: { x: number; y: number; w: number; h: number }): Box => ({
  x0: g.x,
  y0: g.y,
  x1: g.x + g.w,
  y1: g.y + g.h,
});

export function setBox(g: GroupRec, b: Box): void {
  const to = { x: Math.round(b.x0), y: Math.round(b.y0), w: Math.round(b.x1 - b.x0), h: Math.round(b.y1 - b.y0) };
  for (const k of ['x', 'y', 'w', 'h'] as const) if (g[k] !== to[k]) g[k] = to[k];
}

/** Takes a node or group out of its group; a group's members go to the one around it when it goes away. */
export function leaveGroup(d: FlowDoc, id: Id): void {
  const member = d.nodes[id] ?? d.groups[id];
  if (!member || member.g === undefined) return;
  const g = d.groups[member.g];
  if (g) g.nodes = g.nodes.filter((n) => n !== id);
  delete member.g;
}

export function joinGroup(d: FlowDoc, id: Id, group: Id, sizes: Sizes): void {
  const member = d.nodes[id] ?? d.groups[id];
  const g = d.groups[group];
  if (!member || !g || member.g === group || id === group) return;
  for (let up: Id | undefined = group; up !== undefined; up = d.groups[up]?.g) if (up === id) return;
  leaveGroup(d, id);
  member.g = group;
  g.nodes.push(id);
  fitGroups(d, [id], sizes);
}

/** A new group around nodes and groups, or an empty one at the box. */
export function addGroup(d: FlowDoc, id: Id, z: Id, members: readonly Id[], sizes: Sizes, box?: Box, name = ''): void {
  const outer = (d.nodes[members[0] ?? ''] ?? d.groups[members[0] ?? ''])?.g;
  const shared =
    outer !== undefined && members.every((m) => (d.nodes[m] ?? d.groups[m])?.g === outer) ? outer : undefined;
  for (const m of members) leaveGroup(d, m);
  const style: Json = { label: true };
  const at = box ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
  const g: GroupRec = {
    ...{ id, z, name, nodes: [...members], x: at.x0, y: at.y0, w: at.x1 - at.x0, h: at.y1 - at.y0 },
    rec: { id, type: 'group', z, name, style, nodes: [...members], x: 0, y: 0, w: 0, h: 0 },
  };
  d.groups[id] = g;
  for (const m of members) {
    const member = d.nodes[m] ?? d.groups[m];
    if (member) member.g = id;
  }
  const need = needed(d, g, sizes);
  if (need) setBox(g, box ? (union([box, need]) as Box) : need);
  d.order.push(id);
  if (shared !== undefined) joinGroup(d, id, shared, sizes);
}

/** Takes groups away and leaves what is in them. */
export function ungroup(d: FlowDoc, ids: Iterable<Id>): void {
  for (const id of ids) {
    const g = d.groups[id];
    if (!g) continue;
    const outer = g.g === undefined ? undefined : d.groups[g.g];
    for (const m of g.nodes) {
      const member = d.nodes[m] ?? d.groups[m];
      if (!member) continue;
      if (outer) member.g = outer.id;
      else delete member.g;
    }
    if (outer) outer.nodes = outer.nodes.flatMap((m) => (m === id ? g.nodes : [m]));
    delete d.groups[id];
    d.order = d.order.filter((o) => o !== id);
  }
}

/** All nodes and groups in these groups, at any depth, the groups too. */
export function membersOf(d: FlowDoc, groups: Iterable<Id>): { nodes: Set<Id>; groups: Set<Id> } {
  const out = { nodes: new Set<Id>(), groups: new Set<Id>() };
  const todo = [...groups];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const g = d.groups[id];
    if (!g || out.groups.has(id)) continue;
    out.groups.add(id);
    for (const m of g.nodes) {
      if (m in d.groups) todo.push(m);
      else if (m in d.nodes) out.nodes.add(m);
    }
  }
  return out;
}
