import { isConfigType, nodeTypes, type PropSchema } from './schema';
import type { FlowDoc, Id, Json, NodeRec, Rec } from './types';

/** Members that hold ids of nodes, whatever the type. */
const idMembers = new Set([
  'z',
  'g',
  'wires',
  'nodes',
  'links',
  'scope',
  'in',
  'out',
  'status',
  'server',
  'broker',
  'client',
  'tls',
  'proxy',
  'vonage',
  'creds',
]);
/** Ids as editors make them: no text that people write looks like one. */
const generated = /^[0-9a-f]{8,16}(\.[0-9a-f]{1,8})?$/;

/** Every id that a value names: any string in it that `has` knows. */
export function* idsIn(v: Json | undefined, has: (id: Id) => boolean): Generator<Id> {
  if (typeof v === 'string') {
    if (has(v)) yield v;
    else if (v.startsWith('subflow:') && has(v.slice(8))) yield v.slice(8);
  } else if (Array.isArray(v)) for (const x of v) yield* idsIn(x, has);
  else if (typeof v === 'object' && v !== null) for (const x of Object.values(v)) yield* idsIn(x, has);
}

/** A record with ids replaced, where ids stand; the same one if there were none. */
export function mapIds(rec: Rec, ids: ReadonlyMap<Id, Id>): Rec {
  const swap = (v: Json, anywhere: boolean): Json => {
    if (typeof v === 'string') {
      const to = ids.get(v);
      return to !== undefined && (anywhere || generated.test(v)) ? to : v;
    }
    if (Array.isArray(v)) {
      const out = v.map((x) => swap(x, anywhere));
      return out.some((x, i) => x !== v[i]) ? out : v;
    }
    if (typeof v === 'object' && v !== null) {
      let out: Rec | undefined;
      for (const [k, x] of Object.entries(v)) {
        const y = swap(x, anywhere || (k === 'id' && typeof x === 'string'));
        if (y === x) continue;
        out ??= { ...v };
        out[k] = y;
      }
      return out ?? v;
    }
    return v;
  };
  const type = typeof rec['type'] === 'string' ? rec['type'] : '';
  const refs = new Set(refProps(type).map(([key]) => key));
  let out: Rec | undefined;
  for (const [k, v] of Object.entries(rec)) {
    let to: Json;
    if (k === 'id') to = typeof v === 'string' ? (ids.get(v) ?? v) : v;
    else if (k === 'type') to = type.startsWith('subflow:') ? `subflow:${ids.get(type.slice(8)) ?? type.slice(8)}` : v;
    else to = swap(v, idMembers.has(k) || refs.has(k));
    if (to === v) continue;
    out ??= { ...rec };
    out[k] = to;
  }
  return out ?? rec;
}

/** The properties of a type that name config nodes, with the type they want. */
export function refProps(type: string): [key: string, wanted: string, schema: PropSchema][] {
  const out: [string, string, PropSchema][] = [];
  for (const [key, p] of Object.entries(nodeTypes[type]?.schema.properties ?? {})) {
    const wanted = p['x-ui']?.ref;
    if (p.format !== 'ref' || wanted === undefined) continue;
    out.push([key, wanted, p]);
    for (const a of p['x-ui']?.aliases ?? []) out.push([a, wanted, p]);
  }
  return out;
}

/** What a new node of a type can only mean: of each config node it requires there is just one. */
export function onlyConfigs(doc: FlowDoc, type: string, z: Id): Rec {
  const out: Rec = {};
  for (const key of nodeTypes[type]?.schema.required ?? []) {
    const p = nodeTypes[type]?.schema.properties?.[key];
    if (p?.format !== 'ref') continue;
    const fits = Object.values(doc.nodes).filter(
      (n) => n.kind === 'config' && nodeTypes[n.type]?.type === p['x-ui']?.ref && !n.d && (!n.z || n.z === z),
    );
    if (fits.length === 1 && fits[0]) out[key] = fits[0].id;
  }
  return out;
}

/** Config nodes that a node's properties name. */
export function configsOf(doc: FlowDoc, n: NodeRec): Id[] {
  const found = new Set<Id>();
  for (const [k, v] of Object.entries(n.rec)) {
    if (k === 'id' || k === 'z' || k === 'wires' || k === 'g') continue;
    for (const id of idsIn(v, (x) => doc.nodes[x]?.kind === 'config')) found.add(id);
  }
  found.delete(n.id);
  return [...found];
}

/** Everything that names this node in its properties. */
export function usersOf(doc: FlowDoc, id: Id): NodeRec[] {
  const out: NodeRec[] = [];
  for (const n of Object.values(doc.nodes)) {
    if (n.id === id) continue;
    for (const [k, v] of Object.entries(n.rec)) {
      if (k === 'id' || k === 'z' || k === 'wires' || k === 'g' || k === 'type') continue;
      if (!idsIn(v, (x) => x === id).next().done) {
        out.push(n);
        break;
      }
    }
  }
  return out;
}

export const instancesOf = (doc: FlowDoc, subflow: Id): NodeRec[] =>
  Object.values(doc.nodes).filter((n) => n.type === `subflow:${subflow}`);

/** Types of config nodes, for "+ New…". */
export const configTypes = () =>
  Object.values(nodeTypes).filter((t, i, all) => isConfigType(t) && all.indexOf(t) === i);
