/**
 * Drafts: what was typed into a form and is not yet part of the document. One per object, kept when focus moves on and
 * over a reload (without secrets). Done makes one undo entry of it, Revert forgets it.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { equal } from '../model/equal';
import type { Json, Rec } from '../model/types';

export interface Draft {
  id: string;
  /** The object as it was when the draft began; {} of one that is not in the document yet. */
  base: Rec;
  rec: Rec;
  /** Of each table: which row each row was, or a number from `fresh` on for a new one. */
  rows: Record<string, number[]>;
  /** Not in the document yet. */
  isNew: boolean;
  /** Of a new one: what it began with. */
  start?: Rec;
  /** Of a new one: the field that it is made for. */
  asked?: Asked;
}

/** The field of an object that a new config node was asked for by. */
export interface Asked {
  owner: string;
  /** rules[0].tls */
  path: string;
  /** What the field had then. */
  was: Json | null;
}

/** Keys of new rows start here; no table has that many. */
export const fresh = 100_000;
let nextRow = fresh;
export const newRow = (): number => nextRow++;

interface Drafts {
  drafts: Record<string, Draft>;
}

/** withoutSecrets leaves of credentials only what names a variable, and what is cleared. */
export function withoutSecrets(rec: Rec): Rec {
  const c = rec.credentials;
  if (!c || typeof c !== 'object' || Array.isArray(c)) return rec;
  const kept = Object.fromEntries(
    Object.entries(c).filter(([, v]) => typeof v === 'string' && /^(\$\{\S+\})?$/.test(v)),
  );
  if (Object.keys(kept).length === Object.keys(c).length) return rec;
  const { credentials: _, ...rest } = rec;
  return Object.keys(kept).length ? { ...rest, credentials: kept } : rest;
}

export const draftStore = createStore<Drafts>(() => ({ drafts: {} }));

/**
 * kept are the drafts as they are kept in the browser: without secrets. Of a new one nothing but a secret is nothing,
 * unless another is made for it.
 */
export function kept(): Record<string, Draft> {
  const all = Object.fromEntries(
    Object.values(draftStore.getState().drafts).map((d): [string, Draft] => [
      d.id,
      { ...d, rec: withoutSecrets(d.rec), ...(d.start ? { start: withoutSecrets(d.start) } : {}) },
    ]),
  );
  const found = new Map<string, Draft>();
  const keep = (d: Draft | undefined): void => {
    if (!d || found.has(d.id)) return;
    found.set(d.id, d);
    if (d.asked) keep(all[d.asked.owner]);
  };
  for (const d of Object.values(all)) if (!isBlank(d)) keep(d);
  return Object.fromEntries(found);
}

/** bringBack takes drafts that were kept; one that is open already wins. */
export function bringBack(drafts: Record<string, Draft>): void {
  for (const d of Object.values(drafts)) {
    for (const row of Object.values(d.rows).flat()) nextRow = Math.max(nextRow, row + 1);
  }
  draftStore.setState((s) => ({ drafts: { ...drafts, ...s.drafts } }));
}

/** waiting are the objects whose drafts a deploy would leave out. */
export const waiting = (drafts: Record<string, Draft>, has: (id: string) => boolean): string[] =>
  Object.values(drafts)
    .filter((d) => !d.isNew && has(d.id))
    .map((d) => d.id);

export const draftOf = (id: string): Draft | undefined => draftStore.getState().drafts[id];
export const useDraft = (id: string): Draft | undefined => useStore(draftStore, (s) => s.drafts[id]);
/** useHasDraft tells the canvas which nodes wear the pencil. */
export const useHasDraft = (id: string): boolean => useStore(draftStore, (s) => id in s.drafts);

/** edit changes the draft of an object; one that is what it was before is no draft. */
export function edit(id: string, current: () => Rec, change: (rec: Rec) => Rec, rows?: Record<string, number[]>): void {
  draftStore.setState(({ drafts }) => {
    const was = drafts[id];
    const base = was?.base ?? current();
    const draft: Draft = {
      id,
      base,
      isNew: was?.isNew ?? false,
      ...(was?.start ? { start: was.start } : {}),
      ...(was?.asked ? { asked: was.asked } : {}),
      rec: change(was?.rec ?? base),
      rows: rows ? { ...was?.rows, ...rows } : (was?.rows ?? {}),
    };
    return {
      drafts:
        !draft.isNew && equal(draft.rec, base) && unmoved(draft) ? without(drafts, id) : { ...drafts, [id]: draft },
    };
  });
}

/** begin makes a draft of an object that is not in the document yet, for the field that asked for it if one did. */
export function begin(rec: Rec & { id: string }, asked?: Asked): void {
  const draft: Draft = { id: rec.id, base: {}, rec, rows: {}, isNew: true, start: rec, ...(asked ? { asked } : {}) };
  draftStore.setState(({ drafts }) => ({ drafts: { ...drafts, [rec.id]: draft } }));
}

/** rebase lets what is not edited in drafts follow the document, which is changed by others, too. */
export function rebase(now: (id: string) => Rec | undefined): void {
  const { drafts } = draftStore.getState();
  const next = { ...drafts };
  for (const d of Object.values(drafts)) {
    const r = d.isNew ? undefined : now(d.id);
    if (!r) continue;
    const news = [...new Set([...Object.keys(d.base), ...Object.keys(r)])].filter(
      (k) => !(k in d.rows) && !equal(d.base[k], r[k]) && equal(d.base[k], d.rec[k]),
    );
    if (news.length === 0) continue;
    const base = { ...d.base };
    const rec = { ...d.rec };
    for (const k of news)
      for (const to of [base, rec]) {
        if (r[k] === undefined) delete to[k];
        else to[k] = r[k];
      }
    next[d.id] = { ...d, base, rec };
  }
  if (Object.keys(next).some((id) => next[id] !== drafts[id])) draftStore.setState({ drafts: next });
}

export function forget(id: string): void {
  draftStore.setState(({ drafts }) => (id in drafts ? { drafts: without(drafts, id) } : { drafts }));
}

const without = (drafts: Record<string, Draft>, id: string): Record<string, Draft> => {
  const { [id]: _, ...rest } = drafts;
  return rest;
};

const unmoved = (d: Draft): boolean => Object.values(d.rows).every((keys) => keys.every((k, i) => k === i));

/** isBlank tells whether nothing was typed into a new one. */
export const isBlank = (d: Draft): boolean => d.isNew && equal(d.rec, d.start);

export interface Changes {
  /** Members with another value; undefined takes one out. */
  set: Record<string, Json | undefined>;
  /** Which old output each output is, where that changed; -1: a new one. */
  outputs?: number[];
}

/** changesOf is what a draft does to its object: only what was edited, so edits made elsewhere meanwhile stay. */
export function changesOf(d: Draft, ports?: { key: string; each: boolean }): Changes {
  const changes: Changes = { set: {} };
  for (const key of new Set([...Object.keys(d.base), ...Object.keys(d.rec)])) {
    if (!equal(d.base[key], d.rec[key])) changes.set[key] = d.rec[key];
  }
  if (!ports) return changes;
  const v = d.rec[ports.key];
  if (ports.each) {
    const keys = d.rows[ports.key];
    if (!keys || !Array.isArray(v)) return changes;
    const outputs = v.map((_, i) => {
      const k = keys[i] ?? i;
      return k < fresh ? k : -1;
    });
    const before = Array.isArray(d.base[ports.key]) ? (d.base[ports.key] as Json[]).length : 0;
    if (outputs.length !== before || outputs.some((k, i) => k !== i)) {
      changes.outputs = outputs;
      if ('outputs' in d.base)
        changes.set.outputs = typeof d.base.outputs === 'string' ? String(outputs.length) : outputs.length;
    }
  } else if (ports.key in changes.set) {
    const n = Math.trunc(Number(v));
    const before = Math.trunc(Number(d.base[ports.key] ?? 0)) || 0;
    if (Number.isFinite(n) && n >= 0 && n <= 1000)
      changes.outputs = Array.from({ length: n }, (_, i) => (i < before ? i : -1));
  }
  return changes;
}

/** moved applies outputs to what is kept per output: wires, labels. */
export const moved = <T>(old: readonly T[], outputs: readonly number[], empty: () => T): T[] =>
  outputs.map((k) => (k >= 0 ? (old[k] ?? empty()) : empty()));
