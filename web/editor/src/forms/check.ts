/** What the server finds wrong with a draft while it is typed. */
import { useEffect, useState } from 'react';
import { encodeObject } from '../model/codec';
import { docStore } from '../model/doc-store';
import { equal } from '../model/equal';
import type { FlowDoc, Id, Json, Problem, Rec } from '../model/types';
import * as api from '../net/api';

const pause = 500; // ms without a key

/** aroundOf is what a node needs to be judged by itself: its flow, the config nodes and whatever it names. */
export function aroundOf(doc: FlowDoc, rec: Rec): Rec[] {
  const named = new Set<string>();
  const collect = (v: Json): void => {
    if (typeof v === 'string') named.add(v);
    else if (typeof v === 'object' && v !== null) for (const x of Object.values(v)) collect(x);
  };
  collect({ ...rec, wires: [] });
  const id = rec['id'];
  const all: Rec[] = [];
  const flow = typeof rec['z'] === 'string' ? (doc.tabs[rec['z']] ?? doc.subflows[rec['z']]) : undefined;
  if (flow) all.push(encodeObject(flow));
  for (const n of Object.values(doc.nodes)) {
    if (n.id === id || (n.kind !== 'config' && !named.has(n.id))) continue;
    const other = encodeObject(n);
    all.push('wires' in other ? { ...other, wires: [] } : other);
  }
  return [...all, 'wires' in rec ? { ...rec, wires: [] } : rec];
}

/** changedAt tells whether the property that a problem names was edited since. */
export function changedAt(base: Rec, rec: Rec, property: string): boolean {
  const key = /^[^.[]+/.exec(property)?.[0] ?? '';
  return key !== '' && !equal(base[key], rec[key]);
}

/** useCheck is the server's word on this draft; undefined while there is none. */
export function useCheck(id: Id, rec: Rec | undefined): Problem[] | undefined {
  const [said, setSaid] = useState<{ rec: Rec; problems: Problem[] }>();
  useEffect(() => {
    const type = rec?.['type'];
    if (!rec || type === 'tab' || type === 'group' || type === 'subflow') return;
    let gone = false;
    const soon = setTimeout(() => {
      api.check(aroundOf(docStore.getState().doc, rec)).then(
        ({ problems }) => {
          // What concerns the flow as a whole cannot be seen from one node.
          if (!gone)
            setSaid({ rec, problems: problems.filter((p) => p.node === id && p.property && p.severity === 'error') });
        },
        () => {}, // away, or not allowed: the browser's own checks stand
      );
    }, pause);
    return () => {
      gone = true;
      clearTimeout(soon);
    };
  }, [id, rec]);
  if (!said || !rec) return undefined;
  // Of what was typed since there is no word yet; the rest stands.
  return said.rec === rec ? said.problems : said.problems.filter((p) => !changedAt(said.rec, rec, p.property ?? ''));
}
