/** Config forms that are open on top of a node's form. */
import { create } from 'zustand';
import { begin, draftOf, forget } from '../../forms/drafts';
import { newId } from '../../model/ids';
import { defaultsOf, nodeTypes } from '../../model/schema';
import type { Id } from '../../model/types';
import { refAt } from './refs';

export interface Layer {
  id: Id;
  /** The element of that field: it has the focus when the form is gone. */
  field: string | undefined;
}

/** The layers above each node's form, kept while another node is looked at. */
export const useLayers = create<{ above: Record<Id, Layer[]> }>(() => ({ above: {} }));

const set = (root: Id, layers: Layer[]) => useLayers.setState(({ above }) => ({ above: { ...above, [root]: layers } }));
const of = (root: Id): Layer[] => useLayers.getState().above[root] ?? [];

/** openConfig puts the form of a config node, or of a new one for what the path leads to, on top. */
export function openConfig(root: Id, type: string, id: Id | undefined, path: string, field?: string): void {
  let top = id;
  if (top === undefined) {
    const canonical = nodeTypes[type]?.type ?? type;
    top = newId();
    const owner = of(root).at(-1)?.id ?? root;
    begin({ id: top, type: canonical, name: '', ...defaultsOf(canonical) }, { owner, path, was: refAt(owner, path) });
  }
  set(root, [...of(root), { id: top, field }]);
}

/** closeLayer takes the topmost form away; what was to become a new node is forgotten unless it was saved. */
export function closeLayer(root: Id): void {
  const top = of(root).at(-1);
  if (top && draftOf(top.id)?.isNew) forget(top.id);
  set(root, of(root).slice(0, -1));
  if (top?.field) focusField(top.field);
}

/** focusField gives the focus to a field as soon as it is there. */
function focusField(id: string, tries = 60): void {
  requestAnimationFrame(() => {
    const field = document.getElementById(id);
    if (field) field.focus();
    else if (tries > 0) focusField(id, tries - 1);
  });
}
