import { encodeObject, objectOf } from './codec';
import { equal } from './equal';
import type { AnyRec, FlowDoc, Id } from './types';

export interface Changes {
  added: Id[];
  changed: Id[];
  removed: Id[];
  /** The order of tabs, or of anything else, differs. */
  reordered: boolean;
}

const tables = ['tabs', 'nodes', 'groups', 'subflows'] as const;

export const sameObject = (a: AnyRec | undefined, b: AnyRec | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && equal(encodeObject(a), encodeObject(b)));

/** What `to` says differently from `from`, object by object. */
export function changesBetween(from: FlowDoc, to: FlowDoc): Changes {
  const c: Changes = { added: [], changed: [], removed: [], reordered: false };
  if (from === to) return c;
  for (const table of tables) {
    if (from[table] === to[table]) continue;
    for (const [id, r] of Object.entries(to[table])) {
      const was = from[table][id];
      if (was === undefined) c.added.push(id);
      else if (!sameObject(was, r)) c.changed.push(id);
    }
    for (const id of Object.keys(from[table])) if (!(id in to[table])) c.removed.push(id);
  }
  if (from.order !== to.order) {
    const has = (d: FlowDoc) => (id: Id) => objectOf(d, id) !== undefined;
    const a = from.order.filter(has(to));
    const b = to.order.filter(has(from));
    c.reordered = a.length !== b.length || a.some((id, i) => id !== b[i]);
  }
  return c;
}

const placing = new Set(['x', 'y', 'w', 'h', 'wires', 'g', 'nodes']);

/** Which members of an object differ; 'moved' and 'wired' are told apart from the rest. */
export function changedProps(a: AnyRec, b: AnyRec): { props: string[]; moved: boolean; wired: boolean } {
  const x = encodeObject(a);
  const y = encodeObject(b);
  const props: string[] = [];
  let moved = false;
  let wired = false;
  for (const k of new Set([...Object.keys(x), ...Object.keys(y)])) {
    if (equal(x[k], y[k])) continue;
    if (k === 'wires') wired = true;
    else if (placing.has(k)) moved = true;
    else props.push(k);
  }
  return { props, moved, wired };
}
