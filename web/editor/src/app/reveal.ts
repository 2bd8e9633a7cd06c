import { docStore } from '../model/doc-store';
import type { Id } from '../model/types';
import { current } from '../view/canvas-view';
import { edit, openTab, select, setPanels, useSession } from './session';
import { flash } from './sync';

/**
 * Opens the flow that an object is in, selects it and brings it into sight. An inner node of an instance is found by
 * its alias or, from its path, by the instance.
 */
export function reveal(id: Id, o: { focus?: boolean; open?: boolean } = {}): boolean {
  const { doc } = docStore.getState();
  setPanels({ small: 'flow' });
  if (id in doc.tabs || id in doc.subflows) {
    openTab(id);
    requestAnimationFrame(() => current.view?.focus?.());
    return true;
  }
  const group = doc.groups[id];
  const n = doc.nodes[id] ?? instanceOf(id);
  const r = n ?? group;
  if (!r) return false;
  if (n?.kind === 'config') {
    edit(n.id);
    return true;
  }
  openTab(r.z);
  if (n) select({ nodes: new Set([n.id]) });
  else select({ groups: new Set([r.id]) });
  if (o.open || useSession.getState().editing !== null) if (n) edit(n.id);
  requestAnimationFrame(() => {
    current.view?.reveal(r.id);
    flash([r.id]);
    // A form that was asked for takes the focus itself, and a name that is being typed meanwhile keeps it.
    const renaming = document.activeElement?.matches('[role=application] input');
    if ((o.focus ?? !o.open) && !renaming) current.view?.focus?.();
  });
  return true;
}

/** Ids of what runs in an instance are `<instance>-<inner>`. */
function instanceOf(id: Id) {
  const { doc } = docStore.getState();
  for (let at = id.lastIndexOf('-'); at > 0; at = id.lastIndexOf('-', at - 1)) {
    const inner = doc.nodes[id.slice(at + 1)];
    if (inner) return inner;
    const outer = doc.nodes[id.slice(0, at)];
    if (outer) return outer;
  }
  return undefined;
}
