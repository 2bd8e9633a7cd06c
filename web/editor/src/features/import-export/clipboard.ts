import { select, useSession } from '../../app/session';
import { t } from '../../i18n';
import { readFlows, take } from '../../model/codec';
import { commit, docStore } from '../../model/doc-store';
import { collect, paste } from '../../model/ops/copy';
import { removeNodes, unwire } from '../../model/ops/nodes';
import { type FlowDoc, type Rec, wireParts } from '../../model/types';
import { complain, toast } from '../../ui';
import { current } from '../../view/canvas-view';

/** What was copied last, where the browser lets nobody read its clipboard. */
let last = '';
let offset = 0;

/** What is copied: the selection, or the node that has the focus where nothing is selected. */
const selected = () => {
  const { nodes, groups } = useSession.getState().selection;
  const focused = current.view?.focused;
  return nodes.size + groups.size === 0 && focused !== undefined ? [focused] : [...nodes, ...groups];
};

/** The selection as plain JSON. */
export function selectionJson(): string {
  const ids = selected();
  return ids.length === 0 ? '' : JSON.stringify(collect(docStore.getState().doc, ids));
}

export function copySelection(e?: ClipboardEvent): boolean {
  const text = selectionJson();
  if (text === '') return false;
  last = text;
  offset = 0;
  if (e?.clipboardData) {
    e.clipboardData.setData('text/plain', text);
    e.preventDefault();
  } else void navigator.clipboard?.writeText(text).catch(() => {}); // kept here all the same
  return true;
}

export function deleteSelection(heal = false, cut = false): void {
  const { nodes, groups, wires } = useSession.getState().selection;
  const { doc } = docStore.getState();
  const inside = [...groups].flatMap((g) => doc.groups[g]?.nodes ?? []);
  const count = nodes.size + groups.size;
  commit(cut ? t('Cut {{count}} nodes', { count }) : t('Delete {{count}} nodes', { count }), (d) => {
    removeNodes(d, [...nodes, ...inside.filter((id) => id in d.nodes)], heal);
    for (const g of groups) take(d as FlowDoc, g);
    for (const w of wires) unwire(d, wireParts(w));
  });
  select({});
}

export function cutSelection(e?: ClipboardEvent): boolean {
  if (!copySelection(e)) return false;
  const { nodes, groups } = useSession.getState().selection;
  if (nodes.size + groups.size === 0) select({ nodes: new Set(selected()) });
  deleteSelection(false, true);
  return true;
}

/** The nodes in a text; none where it is something else. */
function nodesIn(text: string): Rec[] {
  try {
    return readFlows(JSON.parse(text)).flows;
  } catch {
    return [];
  }
}

/** Puts copied nodes into the open flow. Of anything else it says that it is none. */
export function pasteText(text: string): boolean {
  const flows = nodesIn(text);
  if (flows.length === 0) {
    toast({ title: t('There are no nodes on the clipboard') });
    return false;
  }
  offset = text === last ? offset + 40 : 0;
  last = text;
  const z = useSession.getState().tab;
  if (z === '') return false;
  const here = offset > 0 && flows.some((r) => r['z'] === z);
  let made = { nodes: [] as string[], groups: [] as string[], tabs: [] as string[] };
  try {
    commit(t('Paste {{count}} nodes', { count: flows.length }), (d) => {
      made = paste(d, flows, {
        z,
        fresh: true,
        ...(here ? { by: { x: offset, y: offset } } : { at: current.view?.toFlow?.() ?? { x: 300, y: 200 } }),
      });
    });
  } catch (e) {
    complain(t('Not pasted'), e);
    return false;
  }
  select({ nodes: new Set(made.nodes), groups: new Set(made.groups) });
  current.view?.focus?.();
  return true;
}

/** Paste by menu or command: the browser may ask first. */
export async function pasteFromClipboard(): Promise<void> {
  let text = last;
  try {
    text = (await navigator.clipboard.readText()) || last;
  } catch {
    // not allowed: what was copied here
  }
  pasteText(text);
}

export function duplicate(): void {
  const { doc } = docStore.getState();
  const ids = selected();
  if (ids.length === 0) return;
  const z = useSession.getState().tab;
  try {
    let made = { nodes: [] as string[], groups: [] as string[], tabs: [] as string[] };
    commit(t('Duplicate {{count}} nodes', { count: ids.length }), (d) => {
      made = paste(d, collect(doc, ids, false), { z, fresh: true, by: { x: 40, y: 40 } });
    });
    select({ nodes: new Set(made.nodes), groups: new Set(made.groups) });
  } catch (e) {
    complain(t('Not duplicated'), e);
  }
}

const inText = (e: EventTarget | null) =>
  e instanceof HTMLElement && (e.isContentEditable || e.matches('input,textarea,select,.cm-content'));

/** The browser's own copy, cut and paste, wherever no text field has the focus. */
export function startClipboard(): void {
  const busy = (e: Event) =>
    inText(e.target) ||
    document.querySelector('[role=dialog][data-open]') !== null ||
    (getSelection()?.toString() ?? '') !== '';
  document.addEventListener('copy', (e) => {
    if (!busy(e)) copySelection(e);
  });
  document.addEventListener('cut', (e) => {
    if (!busy(e)) cutSelection(e);
  });
  document.addEventListener('paste', (e) => {
    if (inText(e.target) || document.querySelector('[role=dialog][data-open]')) return;
    e.preventDefault();
    pasteText(e.clipboardData?.getData('text/plain') ?? '');
  });
}
