import { encodeObject } from '../../model/codec';
import { configsOf, usersOf } from '../../model/refs';
import { isMissing, labelOf, subflowOf, typeTitle } from '../../model/schema';
import type { FlowDoc, Id, NodeRec, Problem } from '../../model/types';

/** `type:switch is:unused hello` */
export interface Query {
  words: string[];
  type: string[];
  is: string[];
  uses: string[];
}

export function parseQuery(text: string): Query {
  const q: Query = { words: [], type: [], is: [], uses: [] };
  for (const part of text.match(/\w+:"[^"]*"|"[^"]*"|\S+/g) ?? []) {
    const m = /^(type|is|uses):"?([^"]*)"?$/i.exec(part);
    if (m?.[1] && m[2] !== undefined) q[m[1].toLowerCase() as 'type' | 'is' | 'uses'].push(m[2].toLowerCase());
    else q.words.push(part.replaceAll('"', '').toLowerCase());
  }
  return q;
}

export const flags = ['unused', 'invalid', 'disabled', 'unknown', 'changed', 'config', 'subflow'] as const;

export interface Found {
  id: Id;
  label: string;
  type: string;
  where: string;
  /** The property that the words were found in, with what stands around. */
  match: string;
}

interface Around {
  doc: FlowDoc;
  problems: Record<Id, Problem[]>;
  changed: ReadonlySet<Id>;
}

const most = 500;

/** Nodes that meet a query, in the file's order. */
export function search(q: Query, a: Around): Found[] {
  const out: Found[] = [];
  if (q.words.length + q.type.length + q.is.length + q.uses.length === 0) return out;
  const wired = q.is.includes('unused') ? targets(a.doc) : new Set<Id>();
  for (const id of a.doc.order) {
    if (out.length >= most) break;
    const n = a.doc.nodes[id];
    if (!n) {
      if (q.type.length + q.is.length + q.uses.length === 0) other(a.doc, id, q, out);
      continue;
    }
    if (
      !q.type.every(
        (t) =>
          typeTitle(n.type, a.doc).toLowerCase().includes(t.replaceAll('-', ' ')) || n.type.toLowerCase().includes(t),
      )
    )
      continue;
    if (!q.is.every((flag) => is(n, flag, a, wired))) continue;
    if (!q.uses.every((u) => uses(n, u, a.doc))) continue;
    const match = words(n, q, a.doc);
    if (match === null) continue;
    out.push({
      id,
      label: labelOf(n, a.doc),
      type: n.type,
      where: a.doc.tabs[n.z]?.label ?? a.doc.subflows[n.z]?.name ?? '',
      match,
    });
  }
  return out;
}

function other(doc: FlowDoc, id: Id, q: Query, out: Found[]): void {
  const container = doc.tabs[id] ?? doc.subflows[id];
  const group = doc.groups[id];
  const r = container ?? group;
  if (!r) return;
  const label = 'label' in r ? r.label : r.name;
  const info = typeof r.rec['info'] === 'string' ? r.rec['info'] : '';
  const text = `${label} ${info} ${id}`.toLowerCase();
  if (!q.words.every((w) => text.includes(w))) return;
  const type = id in doc.tabs ? 'flow' : group ? 'group' : 'subflow';
  out.push({ id, label: label || id, type, where: group ? (doc.tabs[group.z]?.label ?? '') : '', match: '' });
}

const targets = (doc: FlowDoc): Set<Id> => new Set(Object.values(doc.nodes).flatMap((n) => n.wires.flat()));

function is(n: NodeRec, flag: string, a: Around, wired: ReadonlySet<Id>): boolean {
  switch (flag) {
    case 'unused':
      return n.kind === 'config'
        ? usersOf(a.doc, n.id).length === 0
        : !wired.has(n.id) &&
            n.wires.every((w) => w.length === 0) &&
            n.type !== 'comment' &&
            !Array.isArray(n.rec['links']);
    case 'invalid':
      return (a.problems[n.id]?.length ?? 0) > 0;
    case 'disabled':
      return n.d === true || a.doc.tabs[n.z]?.disabled === true;
    case 'unknown':
      return isMissing(n);
    case 'changed':
      return a.changed.has(n.id);
    case 'config':
      return n.kind === 'config';
    case 'subflow':
      return n.kind === 'instance';
  }
  return false;
}

function uses(n: NodeRec, what: string, doc: FlowDoc): boolean {
  const sub = subflowOf(n.type);
  if (sub !== undefined && (sub === what || doc.subflows[sub]?.name.toLowerCase().includes(what))) return true;
  return configsOf(doc, n).some((id) => {
    const c = doc.nodes[id];
    return id === what || (c !== undefined && (labelOf(c, doc).toLowerCase().includes(what) || c.type === what));
  });
}

/** Where the words are; '' in the name, null if one is nowhere. */
function words(n: NodeRec, q: Query, doc: FlowDoc): string | null {
  let match = '';
  const head = `${labelOf(n, doc)} ${typeTitle(n.type, doc)} ${n.type} ${n.id}`.toLowerCase();
  for (const w of q.words) {
    if (head.includes(w)) continue;
    const at = inside(encodeObject(n), w, '');
    if (at === null) return null;
    match = at;
  }
  return match;
}

function inside(v: unknown, word: string, path: string): string | null {
  if (typeof v === 'string' || typeof v === 'number') {
    const s = String(v);
    const at = s.toLowerCase().indexOf(word);
    if (at < 0) return null;
    const from = Math.max(0, at - 20);
    return `${path}: ${from > 0 ? '…' : ''}${s.slice(from, at + word.length + 40).replace(/\s+/g, ' ')}`;
  }
  if (typeof v !== 'object' || v === null) return null;
  for (const [k, x] of Object.entries(v)) {
    if (path === '' && (k === 'wires' || k === 'z' || k === 'g' || k === 'x' || k === 'y')) continue;
    const found = inside(x, word, path === '' ? k : `${path}.${k}`);
    if (found !== null) return found;
  }
  return null;
}
