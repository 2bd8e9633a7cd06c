import type { Draft } from 'immer';
import { decodeObject, put, take } from '../codec';
import { mapIds } from '../refs';
import { inputsOf } from '../schema';
import type { FlowDoc, Id, Json, NodeRec, Rec } from '../types';
import { freshId, removeNodes } from './nodes';

type D = Draft<FlowDoc>;
type Port = { x: number; y: number; wires: Rec[] };

const snap = (v: number) => Math.round(v / 20) * 20;
const room = 160; // between the nodes and the ports

/**
 * Makes a subflow of nodes and puts an instance in their place. What led into them comes in through its one input,
 * each output that led out of them is one of its outputs. If they are entered at several nodes the input leads to
 * all of those.
 */
export function makeSubflow(d: D, ids: readonly Id[], name = 'Subflow'): Id | undefined {
  const doc = d as FlowDoc;
  const inside = new Set(ids.filter((id) => doc.nodes[id] && doc.nodes[id].kind !== 'config'));
  const nodes = [...inside].map((id) => doc.nodes[id]!);
  const z = nodes[0]?.z;
  if (z === undefined || nodes.some((n) => n.z !== z)) return undefined;
  const entries = new Set<Id>();
  for (const n of Object.values(doc.nodes)) {
    if (n.z !== z || inside.has(n.id)) continue;
    for (const t of n.wires.flat()) if (inside.has(t)) entries.add(t);
  }
  const exits: { id: Id; port: number; to: Id[] }[] = [];
  for (const n of nodes)
    n.wires.forEach((out, port) => {
      const to = out.filter((t) => !inside.has(t) && doc.nodes[t]);
      if (to.length > 0) exits.push({ id: n.id, port, to });
    });
  const xs = nodes.map((n) => n.x ?? 0);
  const ys = nodes.map((n) => n.y ?? 0);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [dx, dy] = [snap(room + 100 - x0), snap(100 - y0)];
  const middle = snap(100 + (y1 - y0) / 2);
  const sub = freshId(doc);
  const input: Port[] =
    entries.size > 0 || nodes.some((n) => inputsOf(n, doc) > 0 && !fed(nodes, n.id))
      ? [{ x: 60, y: middle, wires: [...(entries.size > 0 ? entries : firstOf(nodes, doc))].map((id) => ({ id })) }]
      : [];
  const output: Port[] = exits.map((e, i) => ({
    x: snap(x1 + dx + room),
    y: middle + (i - (exits.length - 1) / 2) * 60,
    wires: [{ id: e.id, port: e.port }],
  }));
  put(
    doc,
    decodeObject({
      id: sub,
      type: 'subflow',
      name,
      info: '',
      category: '',
      in: input as unknown as Json,
      out: output as unknown as Json,
      env: [],
      meta: {},
      color: '',
    }),
  );
  d.order.splice(Math.max(0, ...d.order.map((id, i) => (id in d.tabs || id in d.subflows ? i + 1 : 0))), 0, sub);
  const instance = freshId(doc);
  for (const n of Object.values(d.nodes)) {
    if (n.z !== z || inside.has(n.id)) continue;
    n.wires.forEach((out, i) => {
      if (!out.some((t) => inside.has(t))) return;
      n.wires[i] = [...new Set(out.map((t) => (inside.has(t) ? instance : t)))];
    });
  }
  for (const id of inside) {
    const n = d.nodes[id]!;
    n.z = sub;
    n.x = (n.x ?? 0) + dx;
    n.y = (n.y ?? 0) + dy;
    if (n.g !== undefined) {
      const g = d.groups[n.g];
      if (g) g.nodes = g.nodes.filter((x) => x !== id);
      delete n.g;
    }
    n.wires = n.wires.map((out) => out.filter((t) => inside.has(t)));
  }
  put(
    doc,
    decodeObject({
      id: instance,
      type: `subflow:${sub}`,
      z,
      name: '',
      env: [],
      x: snap((x0 + x1) / 2),
      y: snap((y0 + y1) / 2),
      wires: exits.map((e) => e.to),
    }),
  );
  d.order.push(instance);
  return instance;
}

const fed = (nodes: readonly NodeRec[], id: Id): boolean => nodes.some((n) => n.wires.some((out) => out.includes(id)));
const firstOf = (nodes: readonly NodeRec[], doc: FlowDoc): Id[] =>
  nodes.filter((n) => inputsOf(n, doc) > 0 && !fed(nodes, n.id)).map((n) => n.id);

const ports = (rec: Rec, side: 'in' | 'out'): Port[] =>
  Array.isArray(rec[side]) ? (rec[side] as unknown as Port[]) : [];
const ends = (p: Port | undefined): { id: Id; port: number }[] =>
  (Array.isArray(p?.wires) ? p.wires : []).map((w) => ({ id: String(w['id']), port: Number(w['port'] ?? 0) }));

/** Puts what is in a subflow into the place of an instance; the subflow itself stays. The ids of the new nodes. */
export function unpackSubflow(d: D, instance: Id): Id[] {
  const doc = d as FlowDoc;
  const at = doc.nodes[instance];
  const sub = at && doc.subflows[at.type.replace(/^subflow:/, '')];
  if (!at || !sub) return [];
  const inner = doc.order.map((id) => doc.nodes[id]).filter((n): n is NodeRec => n?.z === sub.id);
  const placed = inner.filter((n) => n.kind !== 'config');
  const ids = new Map<Id, Id>(inner.map((n) => [n.id, freshId(doc)]));
  const mid = (v: number[]) => (v.length === 0 ? 0 : (Math.min(...v) + Math.max(...v)) / 2);
  const dx = snap((at.x ?? 0) - mid(placed.map((n) => n.x ?? 0)));
  const dy = snap((at.y ?? 0) - mid(placed.map((n) => n.y ?? 0)));
  for (const n of inner) {
    const made = decodeObject(mapIds(n.rec, ids), ids.get(n.id)) as NodeRec;
    Object.assign(made, { z: at.z, wires: n.wires.map((out) => out.map((t) => ids.get(t) ?? t)) });
    if (n.name !== undefined) made.name = n.name;
    if (n.d) made.d = true;
    delete made.g;
    if (n.kind !== 'config') Object.assign(made, { x: (n.x ?? 0) + dx, y: (n.y ?? 0) + dy });
    put(doc, made);
    d.order.push(made.id);
  }
  const entries = ends(ports(sub.rec, 'in')[0])
    .map((e) => ids.get(e.id) ?? '')
    .filter(Boolean);
  const through: Id[] = []; // an output wired straight to the input
  ports(sub.rec, 'out').forEach((p, i) => {
    const to = at.wires[i] ?? [];
    for (const e of ends(p)) {
      if (e.id === sub.id) {
        through.push(...to);
        continue;
      }
      const from = d.nodes[ids.get(e.id) ?? ''];
      if (!from) continue;
      while (from.wires.length <= e.port) from.wires.push([]);
      from.wires[e.port] = [...new Set([...from.wires[e.port]!, ...to])];
    }
  });
  for (const n of Object.values(d.nodes))
    n.wires.forEach((out, i) => {
      if (out.includes(instance))
        n.wires[i] = [...new Set(out.flatMap((t) => (t === instance ? [...entries, ...through] : [t])))];
    });
  removeNodes(d, [instance]);
  return placed.map((n) => ids.get(n.id)!);
}

/** Takes a subflow away with all its instances. */
export function removeSubflow(d: D, sub: Id): void {
  removeNodes(
    d,
    Object.values(d.nodes)
      .filter((n) => n.z === sub || n.type === `subflow:${sub}`)
      .map((n) => n.id),
  );
  for (const g of Object.values(d.groups)) if (g.z === sub) take(d as FlowDoc, g.id);
  take(d as FlowDoc, sub);
}
