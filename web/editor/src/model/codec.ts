import { t } from '../i18n';
import { equal } from './equal';
import type { AnyRec, FlowDoc, GroupRec, Id, Json, NodeRec, Rec, SubflowRec, TabRec } from './types';

/**
 * The array of a flow file ⇄ FlowDoc. What was read and not changed is written exactly as it was: unknown
 * members, key order, odd values. A typed member goes back into rec only where it says something else.
 */
export function decode(flows: readonly Rec[], rev = ''): FlowDoc {
  const doc = emptyDoc(rev);
  // Of objects with one id the last runs. The earlier ones are kept under a key that no wire can name.
  const last = new Map<string, number>();
  flows.forEach((rec, i) => {
    last.set(text(rec['id']), i);
  });
  flows.forEach((rec, i) => {
    const id = text(rec['id']);
    const key = id !== '' && last.get(id) === i && !isUnsafe(id) ? id : `${id}\u0000${i}`;
    put(doc, decodeObject(rec, key));
    doc.order.push(key);
  });
  return doc;
}

/** A document with nothing in it. Its tables inherit nothing, so that an id such as "constructor" finds nothing. */
export function emptyDoc(rev = ''): FlowDoc {
  return { tabs: table(), nodes: table(), groups: table(), subflows: table(), order: [], rev };
}
const table = <T>(from?: Record<Id, T>): Record<Id, T> => Object.assign(Object.create(null) as Record<Id, T>, from);

/** The same records in tables of its own. */
export const copyDoc = (d: FlowDoc): FlowDoc => ({
  tabs: table(d.tabs),
  nodes: table(d.nodes),
  groups: table(d.groups),
  subflows: table(d.subflows),
  order: [...d.order],
  rev: d.rev,
});

/** Ids that patches refuse. */
const isUnsafe = (id: string) => id === 'prototype' || id in Object.prototype;
const text = (v: Json | undefined): string => (typeof v === 'string' ? v : '');
const num = (v: Json | undefined): number => (typeof v === 'number' || typeof v === 'string' ? finite(Number(v)) : 0);
const finite = (n: number): number => (Number.isFinite(n) ? n : 0);
const isObject = (v: unknown): v is Rec => typeof v === 'object' && v !== null && !Array.isArray(v);
const ids = (v: Json | undefined): Id[] =>
  Array.isArray(v) ? v.filter((x): x is string => typeof x === 'string') : [];
const wiresOf = (v: Json | undefined): Id[][] => (Array.isArray(v) ? v.map(ids) : []);

/** One object of the file, kept under the given id. */
export function decodeObject(rec: Rec, id: Id = text(rec['id'])): AnyRec {
  const type = text(rec['type']);
  switch (type) {
    case 'tab':
      return { id, label: text(rec['label']), disabled: rec['disabled'] === true, locked: rec['locked'] === true, rec };
    case 'subflow':
      return { id, name: text(rec['name']), rec };
    case 'group': {
      const group: GroupRec = {
        id,
        z: text(rec['z']),
        name: text(rec['name']),
        nodes: ids(rec['nodes']),
        x: num(rec['x']),
        y: num(rec['y']),
        w: num(rec['w']),
        h: num(rec['h']),
        rec,
      };
      if (typeof rec['g'] === 'string') group.g = rec['g'];
      return group;
    }
  }
  const placed = 'x' in rec && 'y' in rec;
  let kind: NodeRec['kind'] = placed ? 'node' : 'config';
  if (type === 'junction') kind = 'junction';
  else if (placed && type.startsWith('subflow:')) kind = 'instance';
  const node: NodeRec = { id, type, z: text(rec['z']), wires: wiresOf(rec['wires']), rec, kind };
  if (typeof rec['g'] === 'string') node.g = rec['g'];
  if (kind !== 'config') {
    node.x = num(rec['x']);
    node.y = num(rec['y']);
    if (typeof rec['w'] === 'number') node.w = rec['w'];
    if (typeof rec['h'] === 'number') node.h = rec['h'];
  }
  if (typeof rec['name'] === 'string') node.name = rec['name'];
  if (typeof rec['d'] === 'boolean') node.d = rec['d'];
  if (typeof rec['l'] === 'boolean') node.l = rec['l'];
  return node;
}

export const isTab = (r: AnyRec): r is TabRec => 'label' in r;
export const isGroup = (r: AnyRec): r is GroupRec => 'nodes' in r;
export const isNode = (r: AnyRec): r is NodeRec => 'kind' in r;
export const isSubflow = (r: AnyRec): r is SubflowRec => !isTab(r) && !isGroup(r) && !isNode(r);

/** Puts an object into its table; the order is the caller's. */
export function put(doc: FlowDoc, r: AnyRec): void {
  if (isTab(r)) doc.tabs[r.id] = r;
  else if (isGroup(r)) doc.groups[r.id] = r;
  else if (isNode(r)) doc.nodes[r.id] = r;
  else doc.subflows[r.id] = r;
}

export function objectOf(doc: FlowDoc, id: Id): AnyRec | undefined {
  return doc.nodes[id] ?? doc.tabs[id] ?? doc.groups[id] ?? doc.subflows[id];
}

/** Takes an object out of its table and the order. */
export function take(doc: FlowDoc, id: Id): void {
  delete doc.nodes[id];
  delete doc.tabs[id];
  delete doc.groups[id];
  delete doc.subflows[id];
  const at = doc.order.indexOf(id);
  if (at >= 0) doc.order.splice(at, 1);
}

export function encode(doc: FlowDoc): Rec[] {
  const out: Rec[] = [];
  for (const id of doc.order) {
    const r = objectOf(doc, id);
    if (r) out.push(encodeObject(r));
  }
  return out;
}

type Member = [name: string, value: Json | undefined, was: Json | undefined];

const made = new WeakMap<AnyRec, Rec>();

/** The object as the file has it. The answer is shared: do not change it. */
export function encodeObject(r: AnyRec): Rec {
  const known = made.get(r);
  if (known) return known;
  let out: Rec | undefined;
  for (const [name, value, was] of members(r)) {
    if (equal(value, was)) continue;
    out ??= { ...r.rec };
    if (value === undefined) delete out[name];
    else out[name] = value;
  }
  const result = out ?? r.rec;
  if (Object.isFrozen(r)) made.set(r, result);
  return result;
}

/** Every typed member, with what rec would give for it. */
function* members(r: AnyRec): Generator<Member> {
  const rec = r.rec;
  const had = decodeObject(rec, r.id);
  const real = r.id.split('\u0000')[0] ?? '';
  yield ['id', real, text(rec['id'])];
  if (isTab(r)) {
    const was = had as TabRec;
    yield ['type', 'tab', rec['type']];
    yield ['label', r.label, was.label];
    yield ['disabled', r.disabled, was.disabled];
    yield ['locked', r.locked || undefined, was.locked || undefined];
  } else if (isGroup(r)) {
    const was = had as GroupRec;
    yield ['type', 'group', rec['type']];
    for (const k of ['z', 'name', 'nodes', 'x', 'y', 'w', 'h', 'g'] as const) yield [k, r[k], was[k]];
  } else if (isNode(r)) {
    const was = had as NodeRec;
    yield ['type', r.type, was.type];
    yield ['z', r.z === '' && rec['z'] === undefined ? undefined : r.z, rec['z'] === undefined ? undefined : was.z];
    for (const k of ['d', 'l', 'g', 'w', 'h', 'name'] as const) yield [k, r[k], was[k]];
    if (r.kind === 'config') return;
    yield ['x', r.x, was.x];
    yield ['y', r.y, was.y];
    yield ['wires', r.wires, was.wires];
  } else {
    yield ['type', 'subflow', rec['type']];
    yield ['name', r.name, (had as SubflowRec).name];
  }
}

/** Reads what people paste or drop: an array, {flows: […]} or a single object. */
export function readFlows(data: unknown): { flows: Rec[]; rev: string } {
  if (Array.isArray(data)) {
    data.forEach((r, i) => {
      if (!isObject(r)) throw new Error(t('This is no flow: entry {{n}} is not an object.', { n: i + 1 }));
      if (typeof r['type'] !== 'string' || r['type'] === '')
        throw new Error(t('This is no flow: entry {{n}} has no type.', { n: i + 1 }));
    });
    return { flows: data as Rec[], rev: '' };
  }
  if (isObject(data)) {
    if (Array.isArray(data['flows'])) return { ...readFlows(data['flows']), rev: text(data['rev']) };
    if (typeof data['type'] === 'string') return { flows: [data], rev: '' };
  }
  throw new Error(t('This is no flow: a flow is a JSON array of nodes.'));
}
