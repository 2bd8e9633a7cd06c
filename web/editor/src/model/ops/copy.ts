import type { Draft } from 'immer';
import { decodeObject, encodeObject, isNode, isTab, objectOf, put } from '../codec';
import { equal } from '../equal';
import { configsOf, mapIds } from '../refs';
import { nodeTypes, subflowOf } from '../schema';
import type { FlowDoc, GroupRec, Id, NodeRec, Rec } from '../types';
import { freshId } from './nodes';

/**
 * The objects as a file would have them, in the file's order: what is asked for, groups' members, subflows that are
 * used with all that is in them, and the config nodes that any of it names.
 */
export function collect(doc: FlowDoc, ids: Iterable<Id>, withConfigs = true): Rec[] {
  const want = new Set<Id>();
  const byParent = new Map<Id, Id[]>();
  for (const r of [...Object.values(doc.nodes), ...Object.values(doc.groups)]) {
    const list = byParent.get(r.z);
    if (list) list.push(r.id);
    else byParent.set(r.z, [r.id]);
  }
  const visit = (id: Id): void => {
    if (want.has(id) || !objectOf(doc, id)) return;
    want.add(id);
    for (const child of doc.groups[id]?.nodes ?? []) visit(child);
    if (id in doc.tabs || id in doc.subflows) for (const child of byParent.get(id) ?? []) visit(child);
    const n = doc.nodes[id];
    if (!n) return;
    const sub = subflowOf(n.type);
    if (sub !== undefined) visit(sub);
    if (withConfigs) for (const c of configsOf(doc, n)) visit(c);
  };
  for (const id of ids) visit(id);
  return doc.order.filter((id) => want.has(id)).map((id) => encodeObject(objectOf(doc, id)!));
}

export interface Incoming {
  /** Objects by what they are. */
  tabs: Rec[];
  subflows: Rec[];
  groups: Rec[];
  nodes: Rec[];
  configs: Rec[];
  /** Some of it is in no flow of its own: it goes to one that is here. */
  loose: boolean;
  /** Types that this server does not have, with how many. */
  missing: Map<string, number>;
  /** Ids that are taken here by something else. */
  taken: Set<Id>;
  /** What is here already, exactly so. */
  same: Set<Id>;
  /** References to config nodes that are neither here nor in it. */
  dangling: { node: string; property: string; wanted: string }[];
  /** Secrets that are to be filled in, as ${NAME} or not at all. */
  secrets: { node: string; property: string; placeholder: string }[];
}

const isRec = (v: unknown): v is Rec => typeof v === 'object' && v !== null && !Array.isArray(v);
const str = (v: unknown): string => (typeof v === 'string' ? v : '');
const isConfig = (r: Rec) => !('x' in r && 'y' in r) && r['type'] !== 'junction';

/** What would come in, and what it lacks here. */
export function preview(doc: FlowDoc, flows: Rec[]): Incoming {
  const inc: Incoming = {
    tabs: [],
    subflows: [],
    groups: [],
    nodes: [],
    configs: [],
    loose: false,
    missing: new Map(),
    taken: new Set(),
    same: new Set(),
    dangling: [],
    secrets: [],
  };
  const all = new Set(flows.map((r) => str(r['id'])));
  const inside = containers(flows);
  for (const r of flows) {
    const type = str(r['type']);
    const id = str(r['id']);
    if (type === 'tab') inc.tabs.push(r);
    else if (type === 'subflow') inc.subflows.push(r);
    else if (type === 'group') inc.groups.push(r);
    else (isConfig(r) ? inc.configs : inc.nodes).push(r);
    if ((type === 'group' || !isConfig(r)) && !inside.has(str(r['z']))) inc.loose = true;
    const here = objectOf(doc, id);
    if (here) (equal(encodeObject(here), r) ? inc.same : inc.taken).add(id);
    if (type === 'subflow') lacksEnv(r, inc);
    if (['tab', 'subflow', 'group', 'junction', 'global-config'].includes(type)) continue;
    const sub = subflowOf(type);
    const known = sub === undefined ? type in nodeTypes : all.has(sub) || sub in doc.subflows;
    if (!known) inc.missing.set(type, (inc.missing.get(type) ?? 0) + 1);
    lacks(doc, r, all, inc);
  }
  return inc;
}

/** The flows and subflows among them. */
const containers = (flows: Rec[]): Set<Id> =>
  new Set(flows.filter((r) => r['type'] === 'tab' || r['type'] === 'subflow').map((r) => str(r['id'])));

function lacks(doc: FlowDoc, r: Rec, all: ReadonlySet<Id>, inc: Incoming): void {
  const type = str(r['type']);
  const node = str(r['name']) || type;
  const given = isRec(r['credentials']) ? r['credentials'] : undefined;
  for (const [key, p] of Object.entries(nodeTypes[type]?.schema.properties ?? {})) {
    const label = p['x-ui']?.label ?? key;
    const names = [key, ...(p['x-ui']?.aliases ?? [])];
    const said = (rec: Rec) => names.find((n) => n in rec);
    if (p.format === 'ref') {
      const v = str(r[said(r) ?? key]);
      if (v !== '' && !v.startsWith('${') && !all.has(v) && !(v in doc.nodes))
        inc.dangling.push({ node, property: label, wanted: p['x-ui']?.ref ?? '' });
    } else if (p.format === 'secret') {
      // A file that has credentials says which are used; one without them may have had any.
      const name = given && said(given);
      if (given && name === undefined) continue;
      const v = str(given?.[name ?? key]);
      if (v === '' || /^\$\{.+\}$/.test(v)) inc.secrets.push({ node, property: label, placeholder: v });
    }
  }
}

/** Variables of a subflow can be secrets, too. */
function lacksEnv(r: Rec, inc: Incoming): void {
  for (const e of Array.isArray(r['env']) ? r['env'] : []) {
    if (isRec(e) && e['type'] === 'cred' && str(e['value']) === '')
      inc.secrets.push({ node: str(r['name']) || 'subflow', property: str(e['name']), placeholder: '' });
  }
}

export interface PasteOptions {
  /** Where nodes without a tab of their own go. */
  z: Id;
  /** New ids for all; otherwise only for those that are taken. */
  fresh?: boolean;
  /** Replace what has the same id instead. */
  replace?: boolean;
  /** The middle of what goes to z. */
  at?: { x: number; y: number };
  /** Its offset instead. */
  by?: { x: number; y: number };
}

/** Puts objects of a file into the document; the ids of what can be selected there. */
export function paste(d: Draft<FlowDoc>, flows: Rec[], o: PasteOptions): { nodes: Id[]; groups: Id[]; tabs: Id[] } {
  const doc = d as FlowDoc;
  const ids = new Map<Id, Id>();
  const skip = new Set<Id>();
  for (const r of flows) {
    const id = str(r['id']);
    const here = id === '' ? undefined : objectOf(doc, id);
    const shared = isConfig(r) && r['type'] !== 'tab' && r['type'] !== 'group';
    // Copies go on using the config nodes and subflows that are here.
    const use =
      here && shared && (equal(encodeObject(here), r) || (o.fresh && encodeObject(here)['type'] === r['type']));
    if (use) skip.add(id);
    else if (id === '' || (o.fresh && !(shared && !here)) || (here && !o.replace)) ids.set(id, freshId(doc));
  }
  // What is in a subflow that is here already stays out with it.
  for (const r of flows) if (skip.has(str(r['z'])) && objectOf(doc, str(r['z']))) skip.add(str(r['id']));
  const inside = containers(flows);
  const moved = offset(
    flows.filter((r) => !inside.has(str(r['z'])) && 'x' in r && 'y' in r),
    o,
  );
  const out = { nodes: [] as Id[], groups: [] as Id[], tabs: [] as Id[] };
  const fresh = new Set<Id>();
  for (const r of flows) {
    const old = str(r['id']);
    if (skip.has(old)) continue;
    const rec = { ...mapIds(r, ids) };
    if (old === '') rec['id'] = freshId(doc);
    const placed = 'x' in rec && 'y' in rec;
    const own = inside.has(str(r['z']));
    if (!own && (placed || rec['type'] === 'group')) {
      rec['z'] = o.z;
      rec['x'] = Number(rec['x']) + moved.x;
      rec['y'] = Number(rec['y']) + moved.y;
    }
    const made = decodeObject(rec);
    const known = objectOf(doc, made.id) !== undefined;
    put(doc, made);
    if (!known) order(doc, made.id, isTab(made));
    fresh.add(made.id);
    if (isTab(made)) out.tabs.push(made.id);
    else if (!own && isNode(made) && made.kind !== 'config') out.nodes.push(made.id);
    else if (!own && rec['type'] === 'group') out.groups.push(made.id);
  }
  trim(doc, fresh);
  return out;
}

function order(doc: FlowDoc, id: Id, tab: boolean): void {
  if (!tab) {
    doc.order.push(id);
    return;
  }
  let last = -1;
  doc.order.forEach((x, i) => {
    if (x in doc.tabs) last = i;
  });
  doc.order.splice(last + 1, 0, id);
}

function offset(placed: Rec[], o: PasteOptions): { x: number; y: number } {
  if (o.by) return o.by;
  if (!o.at || placed.length === 0) return { x: 0, y: 0 };
  const xs = placed.map((r) => Number(r['x']));
  const ys = placed.map((r) => Number(r['y']));
  const mid = (v: number[]) => (Math.min(...v) + Math.max(...v)) / 2;
  const snap = (v: number) => Math.round(v / 20) * 20;
  return { x: snap(o.at.x - mid(xs)), y: snap(o.at.y - mid(ys)) };
}

/** New nodes are in no group that does not hold them. */
function trim(doc: FlowDoc, fresh: ReadonlySet<Id>): void {
  const loose = (r: NodeRec | GroupRec) =>
    r.g !== undefined && !fresh.has(r.g) && !doc.groups[r.g]?.nodes.includes(r.id);
  for (const id of fresh) {
    const r = doc.nodes[id] ?? doc.groups[id];
    if (r && loose(r)) delete r.g;
  }
}
