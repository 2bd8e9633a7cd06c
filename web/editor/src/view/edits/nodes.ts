/** Moving and removing. Recipes for commit. */

import { removeNodes } from '../../model/ops/nodes';
import type { FlowDoc, Id, Json } from '../../model/types';
import { portOf } from '../scene-parts';
import { fitGroups, leaveGroup, membersOf } from './groups';

export type Places = Map<Id, { x: number; y: number }>;

/** Puts nodes, ends of a subflow and groups (by their top left corner) elsewhere. */
export function movePlaces(d: FlowDoc, places: Places): void {
  for (const [id, at] of places) {
    const x = Math.round(at.x * 100) / 100;
    const y = Math.round(at.y * 100) / 100;
    const port = portOf(id);
    const target = port ? portRec(d, port) : (d.nodes[id] ?? d.groups[id]);
    if (!target || (target['x'] === x && target['y'] === y)) continue;
    target['x'] = x;
    target['y'] = y;
  }
}

function portRec(d: FlowDoc, p: NonNullable<ReturnType<typeof portOf>>): { x?: Json; y?: Json } | undefined {
  const rec = d.subflows[p.sf]?.rec;
  if (!rec) return undefined;
  return (p.kind === 'status' ? rec['status'] : (rec[p.kind] as Json[] | undefined)?.[p.i]) as { x?: Json; y?: Json };
}

/** Takes nodes, groups with all in them, and ends of a subflow out. mend: what led to a node goes on to where it led. */
export function removeAll(d: FlowDoc, nodes: ReadonlySet<Id>, groups: ReadonlySet<Id>, mend: boolean): void {
  const inside = membersOf(d, groups);
  for (const g of inside.groups) leaveGroup(d, g);
  removeNodes(
    d,
    [...nodes, ...inside.nodes].filter((id) => id in d.nodes),
    mend,
  );
  for (const g of inside.groups) delete d.groups[g];
  removePorts(d, nodes);
  if (inside.groups.size > 0) d.order = d.order.filter((id) => !inside.groups.has(id));
}

/** Ends of a subflow that were selected and removed. */
function removePorts(d: FlowDoc, ids: ReadonlySet<Id>): void {
  const ports = [...ids].map(portOf).filter((p) => p !== undefined);
  for (const p of ports.sort((a, b) => b.i - a.i)) {
    const rec = d.subflows[p.sf]?.rec;
    if (!rec) continue;
    if (p.kind === 'status') {
      delete rec['status'];
      continue;
    }
    rec[p.kind] = ((rec[p.kind] as Json[] | undefined) ?? []).filter((_, i) => i !== p.i);
    if (p.kind === 'in') continue;
    // What stood after the removed output moves up, on every instance.
    for (const id in d.nodes) {
      const n = d.nodes[id]!;
      if (n.type === `subflow:${p.sf}` && n.wires.length > p.i) n.wires = n.wires.filter((_, i) => i !== p.i);
    }
  }
}

/** Everything moved, then every group that holds any of it made large enough. */
export function moveAndFit(d: FlowDoc, places: Places, sizes: (id: Id) => { w: number; h: number } | undefined): void {
  movePlaces(d, places);
  fitGroups(d, new Set(places.keys()), sizes);
}

export function setName(d: FlowDoc, id: Id, name: string): void {
  const n = d.nodes[id];
  if (n) {
    if ((n.name ?? '') !== name) n.name = name;
    return;
  }
  const g = d.groups[id];
  if (g && g.name !== name) g.name = name;
}
