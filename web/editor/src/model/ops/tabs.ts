import type { Draft } from 'immer';
import { decodeObject, encodeObject, objectOf, put, take } from '../codec';
import type { FlowDoc, Id, Rec, TabRec } from '../types';
import { freshId, removeNodes } from './nodes';

type D = Draft<FlowDoc>;

export const tabIds = (d: FlowDoc): Id[] => d.order.filter((id) => id in d.tabs);

/** A new tab after the last one; its id. */
export function addTab(d: D, label?: string, id = freshId(d as FlowDoc)): Id {
  const doc = d as FlowDoc;
  const tabs = tabIds(doc);
  const taken = new Set(tabs.map((t) => doc.tabs[t]!.label));
  let n = tabs.length + 1;
  while (taken.has(`Flow ${n}`)) n++;
  put(doc, decodeObject({ id, type: 'tab', label: label ?? `Flow ${n}`, disabled: false, info: '' }));
  const last = tabs.at(-1);
  d.order.splice(last === undefined ? 0 : d.order.indexOf(last) + 1, 0, id);
  return id;
}

/** A document without a tab gets one to begin with: always the same, for what is kept of it must fit it after a reload. */
export function firstTab(doc: FlowDoc): void {
  if (tabIds(doc).length > 0) return;
  const id = addTab(doc, undefined, 'f100000000000001');
  doc.tabs[id]!.made = true;
}

/** The tab of a document that holds nothing else, if nobody has touched it: as a new workspace has it. */
export function blankTab(doc: FlowDoc): Id | undefined {
  const [id, ...more] = doc.order.filter((x) => objectOf(doc, x));
  const tab = id === undefined ? undefined : doc.tabs[id];
  if (!tab || more.length > 0) return undefined;
  const { id: _, type: __, label, ...rest } = encodeObject(tab);
  const bare = Object.values(rest).every((v) => v === false || v === '' || (Array.isArray(v) && v.length === 0));
  return bare && label === 'Flow 1' ? id : undefined;
}

/** Takes a tab away with all that is in it. */
export function removeTab(d: D, id: Id): void {
  removeInside(d, id);
  take(d as FlowDoc, id);
}

export function removeInside(d: D, z: Id): void {
  removeNodes(
    d,
    Object.values(d.nodes)
      .filter((n) => n.z === z)
      .map((n) => n.id),
  );
  for (const g of Object.values(d.groups)) if (g.z === z) take(d as FlowDoc, g.id);
}

/** Puts a tab before another one, or last. */
export function moveTab(d: D, id: Id, before: Id | null): void {
  if (id === before) return;
  const doc = d as FlowDoc;
  const last = tabIds(doc)
    .filter((t) => t !== id)
    .at(-1);
  const from = d.order.indexOf(id);
  if (from < 0) return;
  d.order.splice(from, 1);
  const to = before !== null ? d.order.indexOf(before) : last === undefined ? 0 : d.order.indexOf(last) + 1;
  d.order.splice(to < 0 ? d.order.length : to, 0, id);
}

export function updateTab(d: D, id: Id, change: Partial<Pick<TabRec, 'label' | 'disabled' | 'locked'>>): void {
  const t = d.tabs[id];
  if (t) Object.assign(t, change);
}

const styleOf = ({ style }: Rec): Rec => (style && typeof style === 'object' && !Array.isArray(style) ? style : {});

/** A tab's colour, '' if it has none or one that is not written as #rrggbb. */
export function tabColour(t: TabRec): string {
  const { color } = styleOf(t.rec);
  return typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : '';
}

/** Gives a tab a colour, or with '' takes it away: style.color in the file, where groups have theirs. */
export function colourTab(d: D, id: Id, colour: string): void {
  const t = (d as FlowDoc).tabs[id];
  if (!t) return;
  const { color: _, ...others } = styleOf(t.rec);
  const style = colour === '' ? others : { ...others, color: colour };
  const { style: __, ...rest } = t.rec;
  t.rec = Object.keys(style).length > 0 ? { ...t.rec, style } : rest;
}
