/** Clicks that select, and the buttons on nodes. */
import { noSelection, type Selection, select, session } from '../app/session';
import { t } from '../i18n';
import { commit, docStore } from '../model/doc-store';
import type { Id } from '../model/types';
import * as api from '../net/api';
import { complain } from '../ui';
import type { FlowView } from './flow-view';
import type { Hit } from './hit';
import type { SceneNode } from './scene';

function toggled<T>(set: ReadonlySet<T>, v: T): Set<T> {
  const out = new Set(set);
  if (!out.delete(v)) out.add(v);
  return out;
}

/** A click that did not become a drag. */
export function clickSelect(v: FlowView, hit: Hit | null, e: MouseEvent): void {
  const { selection } = session.getState();
  const add = e.shiftKey || e.ctrlKey || e.metaKey;
  const set = (s: Partial<Selection>) => session.setState({ selection: { ...selection, ...s } });
  switch (hit?.kind) {
    case 'button':
      pressButton(hit.node);
      return;
    case 'node':
      v.setFocus(hit.node.id, false);
      if (add) set({ nodes: toggled(selection.nodes, hit.node.id) });
      else select({ nodes: new Set([hit.node.id]) });
      break;
    case 'output':
    case 'input':
      v.setFocus(hit.node.id, false);
      select({ nodes: new Set([hit.node.id]) });
      break;
    case 'wire':
      if (add) set({ wires: toggled(selection.wires, hit.wire.id) });
      else select({ wires: new Set([hit.wire.id]) });
      break;
    case 'group':
    case 'corner':
      if (add) set({ groups: toggled(selection.groups, hit.group.id) });
      else select({ groups: new Set([hit.group.id]) });
      break;
    default:
      if (!add) session.setState({ selection: noSelection() });
  }
}

/** Puts a node into the selection or out of it. */
export function toggleNode(id: Id): void {
  session.setState((s) => ({ selection: { ...s.selection, nodes: toggled(s.selection.nodes, id) } }));
}

/** What the button at a node's side does: inject sends now, debug listens or not. */
export function pressButton(n: SceneNode): void {
  if (!n.rec || n.disabled) return;
  if (n.button === 'left') {
    api.inject(n.id).catch((e: unknown) => complain(t('{{name}} could not be triggered', { name: n.label }), e));
    return;
  }
  const on = !n.pressed;
  commit(on ? t('Switch debug on') : t('Switch debug off'), (d) => {
    const rec = d.nodes[n.id]?.rec;
    if (rec) rec['active'] = on;
  });
  // The running node follows at once; one that is not deployed yet needs not.
  if (n.id in docStore.getState().base.nodes) {
    api.debug(n.id, on).catch((e: unknown) => complain(t('{{name}} could not be switched', { name: n.label }), e));
  }
}

/** The item of a node got the focus from outside: by a screen reader, say. */
export function enter(v: FlowView, id: Id): void {
  v.root.scrollTo(0, 0);
  v.setFocus(id);
  if (session.getState().selection.nodes.size <= 1) select({ nodes: new Set([id]) });
}
