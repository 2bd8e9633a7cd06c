import type { Draft } from 'immer';
import { decodeObject, encodeObject, put, take } from '../codec';
import { hasId, newId } from '../ids';
import { onlyConfigs } from '../refs';
import { defaultsOf, inputsOf, outputsOf } from '../schema';
import type { FlowDoc, Id, NodeRec, Rec } from '../types';

type D = Draft<FlowDoc>;
const doc = (d: D) => d as FlowDoc;

export function freshId(d: FlowDoc): Id {
  let id = newId();
  while (hasId(d, id)) id = newId();
  return id;
}

/** A new node of a type with its defaults, and the accounts and the like that it can only mean; its id. */
export function addNode(d: D, type: string, z: Id, x: number, y: number, more: Rec = {}): Id {
  const id = freshId(doc(d));
  const rec: Rec = {
    id,
    type,
    z,
    name: '',
    ...defaultsOf(type),
    ...onlyConfigs(doc(d), type, z),
    ...more,
    x,
    y,
    wires: [],
  };
  if (type === 'junction') delete rec['name'];
  const node = decodeObject(rec) as NodeRec;
  node.wires = Array.from({ length: outputsOf(node, doc(d)) }, () => []);
  put(doc(d), node);
  d.order.push(id);
  return id;
}

/** A new config node; its id. */
export function addConfig(d: D, type: string, more: Rec = {}): Id {
  const id = freshId(doc(d));
  put(doc(d), decodeObject({ id, type, name: '', ...defaultsOf(type), ...more }));
  d.order.push(id);
  return id;
}

/** Sets a member of a node where it belongs: typed ones on the node, others in rec. */
export function setProp(n: Draft<NodeRec>, key: string, value: Rec[string] | undefined): void {
  const rec = n.rec as Rec;
  if (key === 'name') {
    if (typeof value === 'string') n.name = value;
    else delete n.name;
  } else if (value === undefined) delete rec[key];
  else rec[key] = value;
}

export interface WireEnd {
  source: Id;
  port: number;
  target: Id;
}

export function wire(d: D, { source, port, target }: WireEnd): boolean {
  const n = d.nodes[source];
  const to = d.nodes[target];
  if (!n || !to || source === target || inputsOf(to as NodeRec, doc(d)) === 0) return false;
  while (n.wires.length <= port) n.wires.push([]);
  const out = n.wires[port]!;
  if (out.includes(target)) return false;
  out.push(target);
  return true;
}

export function unwire(d: D, { source, port, target }: WireEnd): void {
  const out = d.nodes[source]?.wires[port];
  const at = out?.indexOf(target) ?? -1;
  if (at >= 0) out!.splice(at, 1);
}

/** Takes nodes away with their wires and their mention in groups, links and subflow ports. heal: what led to one goes on to where it led. */
export function removeNodes(d: D, ids: Iterable<Id>, heal = false): void {
  const gone = new Set(ids);
  if (heal) for (const id of gone) healAround(d, id, gone);
  for (const n of Object.values(d.nodes)) {
    if (gone.has(n.id)) continue;
    n.wires.forEach((out, i) => {
      if (out.some((t) => gone.has(t))) n.wires[i] = out.filter((t) => !gone.has(t));
    });
    const links = n.rec['links'];
    if (Array.isArray(links) && links.some((x) => typeof x === 'string' && gone.has(x)))
      n.rec['links'] = links.filter((x) => typeof x !== 'string' || !gone.has(x));
  }
  for (const s of Object.values(d.subflows)) forgetInPorts(s.rec as Rec, gone);
  for (const g of Object.values(d.groups))
    if (g.nodes.some((x) => gone.has(x))) g.nodes = g.nodes.filter((x) => !gone.has(x));
  for (const id of gone) take(doc(d), id);
}

/** Wires the first output around a node that goes. */
function healAround(d: D, id: Id, gone: ReadonlySet<Id>): void {
  const n = d.nodes[id];
  if (!n) return;
  const next = (n.wires[0] ?? []).filter((t) => t !== id);
  for (const from of Object.values(d.nodes)) {
    if (from.id === id) continue;
    from.wires.forEach((out) => {
      const at = out.indexOf(id);
      if (at < 0) return;
      const fresh = next.filter(
        (t) => !out.includes(t) && (gone.has(t) || inputsOf(d.nodes[t] as NodeRec, doc(d)) > 0),
      );
      out.splice(at, gone.has(from.id) ? 0 : 1, ...fresh);
    });
  }
}

/** Takes ids out of a subflow's in, out and status wires. */
function forgetInPorts(rec: Rec, gone: ReadonlySet<Id>): void {
  const clean = (port: unknown) => {
    if (typeof port !== 'object' || port === null) return;
    const wires = (port as Rec)['wires'];
    if (!Array.isArray(wires) || !wires.some((w) => gone.has(String((w as Rec | null)?.['id'])))) return;
    (port as Rec)['wires'] = wires.filter((w) => !gone.has(String((w as Rec | null)?.['id'])));
  };
  for (const side of ['in', 'out']) if (Array.isArray(rec[side])) (rec[side] as Rec[]).forEach(clean);
  clean(rec['status']);
}

/** Puts a node into the middle of a wire. */
export function splice(d: D, id: Id, w: WireEnd): boolean {
  const n = d.nodes[id];
  if (!n || id === w.source || id === w.target) return false;
  const at = d.nodes[w.source]?.wires[w.port]?.indexOf(w.target) ?? -1;
  if (at < 0 || inputsOf(n as NodeRec, doc(d)) === 0 || outputsOf(n as NodeRec, doc(d)) === 0) return false;
  unwire(d, w);
  wire(d, { source: w.source, port: w.port, target: id });
  wire(d, { source: id, port: 0, target: w.target });
  return true;
}

export function setDisabled(d: D, ids: Iterable<Id>, off: boolean): void {
  for (const id of ids) {
    const n = d.nodes[id];
    if (!n) continue;
    if (off) n.d = true;
    else delete n.d;
  }
}

/** As the file would have it, for people to look at or copy. */
export const recOf = (d: FlowDoc, id: Id): Rec | undefined => {
  const r = d.nodes[id] ?? d.tabs[id] ?? d.groups[id] ?? d.subflows[id];
  return r && encodeObject(r);
};
