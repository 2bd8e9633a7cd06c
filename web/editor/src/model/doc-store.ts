import { applyPatches, type Draft, enablePatches, freeze, type Patch, produceWithPatches } from 'immer';
import { createStore } from 'zustand/vanilla';
import { decode } from './codec';
import { changesBetween } from './diff';
import type { FlowDoc, Id } from './types';

enablePatches();

/** One step of the history. */
export interface Entry {
  id: number;
  label: string;
  at: number;
  patches: Patch[];
  inverse: Patch[];
  /** Entries of one gesture or field have one name here and become one. */
  merge?: string;
  /** What the session wants back on undo and redo, e.g. the selection. */
  before?: unknown;
  after?: unknown;
}

export interface DocState {
  doc: FlowDoc;
  /** What runs on the server. */
  base: FlowDoc;
  undo: Entry[];
  /** What was undone, the next one to redo last. */
  redo: Entry[];
  /** Length of undo at the last deploy. */
  deployedAt: number;
}

const maxEntries = 500;
const mergeWithin = 1000; // ms

const empty = freeze(decode([]), true);

export const docStore = createStore<DocState>(() => ({ doc: empty, base: empty, undo: [], redo: [], deployedAt: 0 }));

/** How the session gives and takes back what belongs to an entry. */
export interface Memory {
  read(): unknown;
  restore(memory: unknown): void;
}
let memory: Memory = { read: () => undefined, restore: () => {} };
export function setMemory(m: Memory): void {
  memory = m;
}

let lastId = 0;

/** Changes the document as one undo entry. A recipe that changes nothing makes none. */
export function commit(label: string, recipe: (d: Draft<FlowDoc>) => void, opts: { merge?: string } = {}): void {
  const s = docStore.getState();
  const before = memory.read();
  const [doc, patches, inverse] = produceWithPatches(s.doc, (d) => {
    recipe(d);
  });
  if (patches.length === 0 || doc === s.doc) return;
  const last = s.undo.at(-1);
  const now = Date.now();
  if (opts.merge !== undefined && last?.merge === opts.merge && now - last.at < mergeWithin && s.redo.length === 0) {
    const merged: Entry = {
      ...last,
      label,
      at: now,
      patches: [...last.patches, ...patches],
      inverse: [...inverse, ...last.inverse],
    };
    docStore.setState({ doc, undo: [...s.undo.slice(0, -1), merged] });
    return;
  }
  const entry: Entry = { id: ++lastId, label, at: now, patches, inverse, before };
  if (opts.merge !== undefined) entry.merge = opts.merge;
  const undone = [...s.undo, entry];
  const cut = Math.max(0, undone.length - maxEntries);
  docStore.setState({
    doc,
    undo: cut ? undone.slice(cut) : undone,
    redo: [],
    // A branch that was left cannot be come back to.
    deployedAt: s.deployedAt > s.undo.length ? -1 : s.deployedAt - cut,
  });
}

/** Ends merging: the next commit is an entry of its own. */
export function sealMerge(): void {
  const s = docStore.getState();
  const last = s.undo.at(-1);
  if (last?.merge === undefined) return;
  const { merge: _, ...sealed } = last;
  docStore.setState({ undo: [...s.undo.slice(0, -1), sealed] });
}

export function undo(): void {
  travel(docStore.getState().undo.length - 1);
}

export function redo(): void {
  travel(docStore.getState().undo.length + 1);
}

/** Goes to the state after `position` entries. */
export function travel(position: number): void {
  const s = docStore.getState();
  let doc = s.doc;
  const back = [...s.undo];
  const forth = [...s.redo];
  let remember: unknown;
  while (back.length > Math.max(0, position)) {
    const e = back.pop()!;
    doc = applyPatches(doc, e.inverse);
    forth.push({ ...e, after: e.after ?? memory.read() });
    remember = e.before;
  }
  while (back.length < position && forth.length > 0) {
    const e = forth.pop()!;
    doc = applyPatches(doc, e.patches);
    back.push(e);
    remember = e.after;
  }
  if (doc === s.doc && back.length === s.undo.length) return;
  docStore.setState({ doc: freeze(doc, true), undo: back, redo: forth });
  if (remember !== undefined) memory.restore(remember);
}

/** Takes the server's document for the start of everything: no history. */
export function load(doc: FlowDoc): void {
  const d = freeze(doc, true);
  docStore.setState({ doc: d, base: d, undo: [], redo: [], deployedAt: 0 });
}

/**
 * The server now runs `base`, and the editor shows `doc`. What that changes here becomes an entry, so that it can
 * be undone; a deploy of one's own changes nothing and makes none.
 */
export function adopt(base: FlowDoc, doc: FlowDoc, label: string): void {
  const s = docStore.getState();
  const withRev = { ...s.doc, rev: base.rev };
  docStore.setState({ doc: freeze(withRev), base: freeze(base, true), deployedAt: s.undo.length });
  commit(label, (d) => {
    replace(d as FlowDoc, doc, withRev);
  });
  const after = docStore.getState();
  if (after.undo.length !== s.undo.length) docStore.setState({ deployedAt: after.undo.length });
}

/** Makes `d` say what `to` says, touching only what differs from `from`. */
export function replace(d: FlowDoc, to: FlowDoc, from: FlowDoc): void {
  for (const table of ['tabs', 'nodes', 'groups', 'subflows'] as const) {
    const now = d[table] as Record<Id, unknown>;
    for (const id of Object.keys(from[table])) if (!(id in to[table])) delete now[id];
    for (const [id, r] of Object.entries(to[table])) if (from[table][id] !== r) now[id] = r;
  }
  if (from.order.length !== to.order.length || from.order.some((id, i) => id !== to.order[i])) d.order = [...to.order];
}

let known: { doc: FlowDoc; base: FlowDoc; ids: Set<Id>; order: boolean } | undefined;

function difference() {
  const { doc, base } = docStore.getState();
  if (known?.doc !== doc || known.base !== base) {
    const c = changesBetween(base, doc);
    known = { doc, base, ids: new Set([...c.added, ...c.changed, ...c.removed]), order: c.reordered };
  }
  return known;
}

/** Ids of what differs from what runs: added, changed and removed objects. The set is shared: do not change it. */
export const changedIds = (): Set<Id> => difference().ids;

export function isDirty(): boolean {
  const d = difference();
  return d.ids.size > 0 || d.order;
}
