import { emptyDoc, objectOf, put } from './codec';
import { sameObject } from './diff';
import type { AnyRec, FlowDoc, Id } from './types';

/** One object that both sides changed, each in its own way. undefined: removed. */
export interface Conflict {
  id: Id;
  base: AnyRec | undefined;
  mine: AnyRec | undefined;
  theirs: AnyRec | undefined;
}

/**
 * What I changed since `base`, on top of what others made of it. Where both changed the same object mine stays
 * until somebody chooses.
 */
export function merge3(base: FlowDoc, mine: FlowDoc, theirs: FlowDoc): { doc: FlowDoc; conflicts: Conflict[] } {
  const doc = emptyDoc(theirs.rev);
  const conflicts: Conflict[] = [];
  const all = new Set([...theirs.order, ...mine.order, ...base.order]);
  for (const id of all) {
    const b = objectOf(base, id);
    const m = objectOf(mine, id);
    const t = objectOf(theirs, id);
    let pick = t;
    if (!sameObject(b, m) && !sameObject(m, t)) {
      pick = m;
      if (!sameObject(b, t)) conflicts.push({ id, base: b, mine: m, theirs: t });
    } else if (m && sameObject(m, t)) {
      pick = m; // the same thing, and undo knows this one
    }
    if (pick) put(doc, pick);
  }
  house(doc, mine, theirs);
  doc.order = mergeOrder(base, mine, theirs).filter((id) => objectOf(doc, id));
  return { doc, conflicts };
}

/** Brings back the flows and subflows that hold what is kept, where one side removed them. */
export function house(doc: FlowDoc, ...from: FlowDoc[]): void {
  for (const { z } of [...Object.values(doc.nodes), ...Object.values(doc.groups)]) {
    if (z === '' || objectOf(doc, z)) continue;
    const home = from.map((d) => d.tabs[z] ?? d.subflows[z]).find((h) => h !== undefined);
    if (!home) continue;
    put(doc, home);
    if (!doc.order.includes(z)) doc.order.unshift(z);
  }
}

/** Their order with my new objects where I had them; mine if only I changed it. */
function mergeOrder(base: FlowDoc, mine: FlowDoc, theirs: FlowDoc): Id[] {
  const moved = (a: FlowDoc, b: FlowDoc) => {
    const inB = new Set(b.order);
    const inA = new Set(a.order);
    const x = a.order.filter((id) => inB.has(id));
    const y = b.order.filter((id) => inA.has(id));
    return x.some((id, i) => id !== y[i]);
  };
  const [first, second] = moved(base, mine) && !moved(base, theirs) ? [mine, theirs] : [theirs, mine];
  const out = [...first.order];
  const at = new Set(out);
  second.order.forEach((id, i) => {
    if (at.has(id)) return;
    at.add(id);
    const before = second.order[i - 1];
    const place = before === undefined ? 0 : out.indexOf(before) + 1;
    out.splice(place, 0, id);
  });
  return out;
}
