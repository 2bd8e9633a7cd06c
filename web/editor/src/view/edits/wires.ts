/** Changes of wires, the ends of a subflow included. Recipes for commit. */
import type { FlowDoc, Id, Json, Rec } from '../../model/types';
import { portOf } from '../scene-parts';

export interface End {
  source: Id;
  port: number;
  target: Id;
}

type Ref = { id: Id; port?: number };
const refs = (v: Json | undefined): Ref[] => (Array.isArray(v) ? (v as unknown as Ref[]) : []);

function subflowPort(d: FlowDoc, sf: Id, kind: 'in' | 'out' | 'status', i: number): Rec | undefined {
  const rec = d.subflows[sf]?.rec;
  const port = kind === 'status' ? rec?.['status'] : (rec?.[kind] as Json[] | undefined)?.[i];
  return port && typeof port === 'object' && !Array.isArray(port) ? port : undefined;
}

// A wire at an end of a subflow is kept by that end, not by the node.
function layered(d: FlowDoc, w: End): { rec: Rec; ref: Ref } | undefined {
  const to = portOf(w.target);
  const from = portOf(w.source);
  if (to) {
    const rec = subflowPort(d, to.sf, to.kind, to.i);
    return rec && { rec, ref: { id: from ? from.sf : w.source, port: w.port } };
  }
  if (from) {
    const rec = subflowPort(d, from.sf, from.kind, from.i);
    return rec && { rec, ref: { id: w.target } };
  }
  return undefined;
}

const same = (a: Ref, b: Ref) => a.id === b.id && (a.port ?? 0) === (b.port ?? 0);

export function addWire(d: FlowDoc, w: End): void {
  if (portOf(w.source) || portOf(w.target)) {
    const at = layered(d, w);
    if (!at || refs(at.rec['wires']).some((r) => same(r, at.ref))) return;
    at.rec['wires'] = [...refs(at.rec['wires']), at.ref] as unknown as Json;
    return;
  }
  const node = d.nodes[w.source];
  if (!node || !d.nodes[w.target]) return;
  while (node.wires.length <= w.port) node.wires.push([]);
  const targets = node.wires[w.port]!;
  if (!targets.includes(w.target)) targets.push(w.target);
}

export function removeWire(d: FlowDoc, w: End): void {
  if (portOf(w.source) || portOf(w.target)) {
    const at = layered(d, w);
    if (at) at.rec['wires'] = refs(at.rec['wires']).filter((r) => !same(r, at.ref)) as unknown as Json;
    return;
  }
  const targets = d.nodes[w.source]?.wires[w.port];
  const i = targets?.indexOf(w.target) ?? -1;
  if (targets && i >= 0) d.nodes[w.source]!.wires[w.port] = targets.filter((t) => t !== w.target);
}

/** Puts a node into a wire: source → node → target. */
export function splice(d: FlowDoc, w: End, node: Id): void {
  removeWire(d, w);
  addWire(d, { source: w.source, port: w.port, target: node });
  addWire(d, { source: node, port: 0, target: w.target });
}

/** Connects two link nodes (out or call → in) with each other. */
export function link(d: FlowDoc, from: Id, to: Id): void {
  for (const [a, b] of [
    [from, to],
    [to, from],
  ] as const) {
    const rec = d.nodes[a]?.rec;
    if (!rec) continue;
    const links = Array.isArray(rec['links']) ? (rec['links'] as Json[]) : [];
    if (!links.includes(b)) rec['links'] = [...links, b];
  }
}
