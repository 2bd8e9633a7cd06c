import { createStore } from 'zustand/vanilla';
import { draftOf, rebase } from '../forms/drafts';
import { t } from '../i18n';
import { encodeObject, objectOf, put, take } from '../model/codec';
import { changedProps, changesBetween } from '../model/diff';
import { adopt, commit, docStore, isDirty } from '../model/doc-store';
import { type Conflict, house, merge3 } from '../model/merge3';
import { wordsFor } from '../model/summary';
import type { FlowDoc, Id } from '../model/types';
import * as api from '../net/api';
import { onLive, socket } from '../net/live';
import { toast } from '../ui/toast';
import { watchValues } from '../view/watch';
import { tabsOf } from './boot';
import { useSession } from './session';

/** Objects that others changed while they were changed here. */
export const conflictStore = createStore<{ conflicts: Conflict[]; open: boolean }>(() => ({
  conflicts: [],
  open: false,
}));

/** While a deploy of our own is under way, what the server tells of it is no news. */
export const deploying = {
  now: false,
  /** One waits for the server: it looks itself at what runs when that is back. */
  waits: false,
  /** What was sent when no answer came: it may have arrived. */
  sent: null as FlowDoc | null,
};

let pulling: Promise<void> | null = null;
let again = false;

/** Gets what others deployed and puts our changes on top. */
export function pull(by?: string, quiet = false): Promise<void> {
  if (pulling) {
    again = true;
    return pulling;
  }
  pulling = (async () => {
    try {
      do {
        again = false;
        take3(await api.getFlows(), by, quiet);
      } while (again);
    } catch {
      // The bar below the header tells; the next welcome asks again.
    } finally {
      pulling = null;
    }
  })();
  return pulling;
}

/** Whether both say the same, but for secrets, which the server does not give back. */
function sameFlows(a: FlowDoc, b: FlowDoc): boolean {
  const c = changesBetween(a, b);
  if (c.reordered || c.added.length + c.removed.length > 0) return false;
  return c.changed.every((id) => {
    const { props, moved, wired } = changedProps(objectOf(a, id)!, objectOf(b, id)!);
    return !moved && !wired && props.every((k) => k === 'credentials');
  });
}

/** Puts our changes since the base on top of the server's flows. true: they are what was sent without an answer. */
export function take3(theirs: FlowDoc, by?: string, quiet = false): boolean {
  const { doc, base } = docStore.getState();
  if (theirs.rev === base.rev) return false;
  const { sent } = deploying;
  deploying.sent = null;
  if (sent && sameFlows(sent, theirs)) {
    adopt(theirs, merge3(sent, doc, theirs).doc, t('Deploy'));
    toast({ kind: 'ok', title: t('Deployed'), detail: t('The connection broke before the server could say so.') });
    return true;
  }
  const changed = changesBetween(base, theirs);
  const ids = [...changed.added, ...changed.changed];
  const mineToo = isDirty();
  const typed = changed.removed.filter((id) => draftOf(id) !== undefined);
  const { doc: merged, conflicts } = merge3(base, doc, theirs);
  adopt(
    theirs,
    merged,
    quiet ? (by ?? t('Deploy')) : by ? t('Deployed by {{name}}', { name: by }) : t('Deployed by someone else'),
  );
  keepTab();
  flash(ids);
  conflictStore.setState((s) => ({
    conflicts: [...s.conflicts.filter((c) => !conflicts.some((x) => x.id === c.id)), ...conflicts],
  }));
  const n = ids.length + changed.removed.length;
  if (n === 0 || quiet) return false;
  const title = by
    ? t('{{name}} deployed {{count}} changes', { name: by, count: n })
    : t('Someone else deployed {{count}} changes', { count: n });
  if (conflicts.length > 0)
    toast({
      title,
      detail: t('{{count}} of them you changed too. Yours are kept until you choose.', { count: conflicts.length }),
    });
  else if (typed.length > 0)
    toast({
      title,
      detail: t('What you typed into {{names}} is kept: undo brings it back.', {
        names: typed.map((id) => wordsFor(objectOf(base, id)!, base).label).join(', '),
      }),
    });
  else
    toast({
      title,
      ...(mineToo ? { detail: t('Your undeployed changes are on top of them.') } : {}),
    });
  return false;
}

/** A flow that others removed was there for what was kept of it: without that it goes, too. */
function leave(d: FlowDoc, z: Id, base: FlowDoc): void {
  const here = [...Object.values(d.nodes), ...Object.values(d.groups)].some((r) => r.z === z);
  if (!here && !objectOf(base, z)) take(d, z);
}

/** Settles one conflict: mine stays, or theirs takes its place. */
export function settle(id: Id, keep: 'mine' | 'theirs'): void {
  const c = conflictStore.getState().conflicts.find((x) => x.id === id);
  if (!c) return;
  const { base } = docStore.getState();
  if (keep === 'theirs')
    commit(t('Take the deployed version'), (draft) => {
      const d = draft as FlowDoc;
      const order = d.order.indexOf(id);
      take(d, id);
      if (c.theirs) {
        put(d, c.theirs);
        d.order.splice(order < 0 ? d.order.length : order, 0, id);
        house(d, base);
      } else if (c.base && 'z' in c.base) leave(d, c.base.z, base);
    });
  conflictStore.setState((s) => {
    const conflicts = s.conflicts.filter((x) => x.id !== id);
    return { conflicts, open: s.open && conflicts.length > 0 };
  });
}

/** The open tab may be gone. */
export function keepTab(): void {
  const { doc } = docStore.getState();
  const { tab } = useSession.getState();
  if (!(tab in doc.tabs) && !(tab in doc.subflows)) useSession.setState({ tab: tabsOf(doc)[0] ?? '' });
  const { selection, editing } = useSession.getState();
  const gone = (id: Id) => !objectOf(doc, id);
  if ([...selection.nodes, ...selection.groups].some(gone))
    useSession.setState({
      selection: {
        nodes: new Set([...selection.nodes].filter((id) => !gone(id))),
        groups: new Set([...selection.groups].filter((id) => !gone(id))),
        wires: new Set(),
      },
    });
  if (editing !== null && gone(editing)) useSession.setState({ editing: null });
}

/** Outlines nodes for two seconds. */
export function flash(ids: Id[]): void {
  if (ids.length === 0) return;
  const set = new Set(ids);
  useSession.setState({ flash: set });
  setTimeout(() => {
    if (useSession.getState().flash === set) useSession.setState({ flash: new Set() });
  }, 2000);
}

let told: ReturnType<typeof setTimeout> | undefined;
const tellAfter = 200; // ms of rest

/** Says to the others where this editor is. */
function tellWhere(): void {
  clearTimeout(told);
  told = setTimeout(() => {
    const { tab, selection, editing } = useSession.getState();
    socket.protocol.tell({ tab, selection: [...selection.nodes].slice(0, 50), editing: editing ?? '' });
  }, tellAfter);
}

let unwatch = () => {};

/** The form that is open shows what came to its node last, and what it sent. */
function watchEdited(id: Id | null): void {
  unwatch();
  unwatch = () => {};
  const { doc } = docStore.getState();
  const n = id === null ? undefined : doc.nodes[id];
  if (!n || n.kind === 'config') return;
  const sources = Object.values(doc.nodes).flatMap((from) =>
    from.wires.flatMap((out, port) => (out.includes(n.id) ? [`${from.id}:${port}`] : [])),
  );
  unwatch = watchValues([`${n.id}:in`, ...sources, ...n.wires.map((_, port) => `${n.id}:${port}`)]);
}

/** Opens the live channels and follows what others deploy. */
export function startSync(): void {
  for (const ch of ['runtime', 'status', 'log', 'debug', 'presence']) socket.protocol.subscribe(ch);
  const news = (rev: string) => !deploying.now && !deploying.waits && rev !== docStore.getState().base.rev;
  onLive({
    welcome: (rev) => {
      tellWhere();
      if (rev !== '' && news(rev)) void pull();
    },
    deployed: (e) => {
      if (news(e.rev)) void pull(e.by);
    },
  });
  docStore.subscribe((s, was) => {
    if (s.doc === was.doc) return;
    keepTab();
    rebase((id) => {
      const r = objectOf(s.doc, id);
      return r && r !== objectOf(was.doc, id) ? encodeObject(r) : undefined;
    });
  });
  useSession.subscribe((s, was) => {
    if (s.tab !== was.tab || s.selection !== was.selection || s.editing !== was.editing) tellWhere();
    if (s.editing !== was.editing) watchEdited(s.editing);
  });
  socket.start();
}
