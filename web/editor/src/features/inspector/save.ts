/** What Done and Delete do to the document. */

import { changesOf, type Draft, draftOf, forget, moved } from '../../forms/drafts';
import { schemaOf } from '../../forms/objects';
import { fieldsOf, portsField } from '../../forms/schema';
import { t } from '../../i18n';
import { decodeObject, encodeObject, objectOf, put, take } from '../../model/codec';
import { commit, docStore } from '../../model/doc-store';
import { labelOf, nodeTypes, typeTitle } from '../../model/schema';
import type { FlowDoc, Id, Json, Rec } from '../../model/types';

/** titleOf is what an object is called in the history and the header. */
export function titleOf(rec: Rec, doc: FlowDoc): string {
  const name = rec['name'] || rec['label'];
  if (typeof name === 'string' && name !== '') return name;
  const r = objectOf(doc, String(rec['id']));
  if (r && 'kind' in r) return labelOf(r, doc);
  return typeTitle(String(rec['type']), doc);
}

/** portsOf says which property decides the outputs. */
function portsOf(rec: Rec): { key: string; each: boolean } | undefined {
  const schema = schemaOf(rec);
  const field = schema && portsField(fieldsOf(schema));
  return field && { key: field.key, each: field.ui.ports === 'each' };
}

const listed = (v: Json | undefined): string[] =>
  Array.isArray(v) ? v.filter((x): x is string => typeof x === 'string') : [];
const isLink = (type: string) => ['link-in', 'link-out'].includes(nodeTypes[type]?.type ?? '');

/** applied is the object with the draft's changes. */
export function applied(now: Rec, draft: Draft): Rec {
  const { set, outputs } = changesOf(draft, portsOf(draft.rec));
  const next: Rec = { ...now };
  for (const [key, v] of Object.entries(set)) {
    if (v === undefined) delete next[key];
    else next[key] = v;
  }
  if (outputs && 'wires' in next) {
    const wires = Array.isArray(next['wires']) ? next['wires'] : [];
    next['wires'] = moved<Json>(wires, outputs, () => []);
  }
  if (outputs && Array.isArray(next['outputLabels']))
    next['outputLabels'] = moved<Json>(next['outputLabels'], outputs, () => '');
  return next;
}

/** save makes one undo entry of a draft. */
export function save(id: Id): void {
  const draft = draftOf(id);
  if (!draft) return;
  const doc = docStore.getState().doc;
  const title = titleOf(draft.rec, doc);
  forget(id);
  if (draft.isNew) {
    commit(t('Add {{name}}', { name: title }), (d) => {
      put(d as FlowDoc, decodeObject(draft.rec, id));
      d.order.push(id);
    });
    return;
  }
  const was = objectOf(doc, id);
  if (!was) return;
  const before = encodeObject(was);
  const after = applied(before, draft);
  commit(t('Edit {{name}}', { name: title }), (d) => {
    put(d as FlowDoc, decodeObject(after, id));
    if (isLink(String(after['type'])) && draft.rec['links'] !== draft.base['links'])
      relink(d as FlowDoc, id, listed(after['links']));
  });
}

/** relink makes the other ends of a link node's links say the same. */
function relink(d: FlowDoc, id: Id, links: string[]): void {
  for (const n of Object.values(d.nodes)) {
    if (n.id === id || !isLink(n.type)) continue;
    const theirs = listed(n.rec['links']);
    if (links.includes(n.id) === theirs.includes(id)) continue;
    n.rec = { ...n.rec, links: links.includes(n.id) ? [...theirs, id] : theirs.filter((x) => x !== id) };
  }
}

/** contentsOf is an object with all that goes when it goes: what is in a flow, the instances of a subflow. */
function contentsOf(doc: FlowDoc, id: Id): Set<Id> {
  const all = new Set([id]);
  for (const n of Object.values(doc.nodes)) {
    if (id in doc.tabs || id in doc.subflows ? n.z === id || n.type === `subflow:${id}` : false) all.add(n.id);
  }
  for (const g of Object.values(doc.groups)) if (g.z === id) all.add(g.id);
  return all;
}

/** remove deletes an object with the wires to it, as one undo entry. What a group holds stays. */
export function remove(id: Id): void {
  const doc = docStore.getState().doc;
  const r = objectOf(doc, id);
  forget(id);
  if (!r) return;
  const gone = contentsOf(doc, id);
  commit(t('Delete {{name}}', { name: titleOf(encodeObject(r), doc) }), (d) => {
    for (const n of Object.values(d.nodes)) {
      if (gone.has(n.id)) continue;
      if (n.wires.some((w) => w.some((x) => gone.has(x)))) n.wires = n.wires.map((w) => w.filter((x) => !gone.has(x)));
      if (n.g !== undefined && gone.has(n.g)) delete n.g;
    }
    for (const g of Object.values(d.groups)) {
      if (g.nodes.some((x) => gone.has(x))) g.nodes = g.nodes.filter((x) => !gone.has(x));
      if (g.g !== undefined && gone.has(g.g)) delete g.g;
    }
    for (const x of gone) take(d as FlowDoc, x);
  });
}
