import { createStore } from 'zustand/vanilla';
import { bringBack, draftStore, type Draft as FormDraft, kept, withoutSecrets } from '../forms/drafts';
import { t } from '../i18n';
import { copyDoc, decodeObject, encodeObject, objectOf, put } from '../model/codec';
import { changesBetween } from '../model/diff';
import { adopt, commit, docStore, isDirty, replace } from '../model/doc-store';
import { merge3 } from '../model/merge3';
import { wordsFor } from '../model/summary';
import type { FlowDoc, Id, Rec } from '../model/types';
import { root } from '../net/http';
import { toast } from '../ui/toast';
import { idbDelete, idbGet, idbKeys, idbPut } from './idb';
import { conflictStore } from './sync';
import { nameWindow, openWindows } from './windows';

/** Undeployed changes as they are kept in the browser. null: the object was not there, or is gone. */
export interface Draft {
  baseRev: string;
  at: number;
  changed: { key: Id; base: Rec | null; mine: Rec | null }[];
  order: Id[];
  /** Objects whose secrets were typed here: those are kept nowhere but on the server. */
  secrets?: Id[];
  /** What was typed into forms and not taken by Done. */
  forms?: Record<Id, FormDraft>;
}

/** Whether what is changed here survives a reload. */
export const savingStore = createStore<{ works: boolean }>(() => ({ works: true }));

const prefix = (): string => `${root().href} `;

/** What differs from the base, object by object. */
export function draftOf(base: FlowDoc, doc: FlowDoc): Draft {
  const c = changesBetween(base, doc);
  const rec = (d: FlowDoc, id: Id): Rec | null => {
    const r = objectOf(d, id);
    return r ? encodeObject(r) : null;
  };
  const secrets: Id[] = [];
  const changed = [...c.added, ...c.changed, ...c.removed].map((key) => {
    const whole = rec(doc, key);
    const mine = whole && withoutSecrets(whole);
    if (mine !== whole) secrets.push(key);
    return { key, base: rec(base, key), mine };
  });
  return { baseRev: base.rev, at: Date.now(), changed, order: doc.order, secrets };
}

/** The draft's base and what was made of it, with the server's flows for all that it does not name. */
export function documentsOf(draft: Draft, server: FlowDoc): { base: FlowDoc; mine: FlowDoc } {
  const build = (which: 'base' | 'mine'): FlowDoc => {
    const d = copyDoc(server);
    for (const one of draft.changed) {
      for (const t of ['tabs', 'nodes', 'groups', 'subflows'] as const) delete d[t][one.key];
      const rec = one[which];
      if (rec) put(d, decodeObject(rec, one.key));
    }
    const order = which === 'mine' ? draft.order : d.order;
    const rest = [...d.order, ...draft.changed.map((x) => x.key)].filter((id) => !order.includes(id));
    d.order = [...order, ...new Set(rest)].filter((id) => objectOf(d, id));
    return d;
  };
  return { base: build('base'), mine: build('mine') };
}

/** Puts a draft on top of what the server has now. */
export function applyDraft(draft: Draft): number {
  const { base: server } = docStore.getState();
  const { base, mine } = documentsOf(draft, server);
  if (draft.baseRev === server.rev) {
    commit(t('Restored changes'), (d) => replace(d as FlowDoc, mine, server));
  } else {
    const merged = merge3(base, mine, server);
    commit(t('Restored changes'), (d) => replace(d as FlowDoc, merged.doc, server));
    conflictStore.setState({ conflicts: merged.conflicts });
  }
  const c = changesBetween(server, docStore.getState().doc);
  return c.added.length + c.changed.length + c.removed.length;
}

let timer: ReturnType<typeof setTimeout> | undefined;
let key = '';
let stored = false;

async function save(): Promise<void> {
  timer = undefined;
  const { doc, base } = docStore.getState();
  const forms = kept();
  try {
    if (isDirty() || Object.keys(forms).length > 0) {
      const before = stored;
      stored = true;
      await idbPut(key, { ...draftOf(base, doc), forms }).catch((e) => {
        stored = before;
        throw e;
      });
    } else if (stored) {
      stored = false;
      await idbDelete(key);
    }
    savingStore.setState({ works: true });
  } catch {
    if (savingStore.getState().works)
      toast({
        kind: 'error',
        title: t('This browser keeps no undeployed changes'),
        detail: t('Its storage is full or switched off. Deploy before you leave the page.'),
      });
    savingStore.setState({ works: false });
  }
}

/** A draft of this window, or one that a window left behind. */
async function findDraft(): Promise<{ key: string; draft: Draft } | undefined> {
  const mine = await idbGet<Draft>(key);
  if (mine) return { key, draft: mine };
  const keys = (await idbKeys()).filter((k) => k.startsWith(prefix()));
  if (keys.length === 0) return undefined;
  const open = await openWindows();
  let best: { key: string; draft: Draft } | undefined;
  for (const k of keys) {
    if (open.has(k)) continue;
    const draft = await idbGet<Draft>(k);
    if (draft && draft.at > (best?.draft.at ?? 0)) best = { key: k, draft };
  }
  return best;
}

const minute = 60_000;
const old = 14 * 24 * 60 * minute;

/** Brings back what was not deployed, and from now on keeps what is not. */
export async function startAutosave(): Promise<void> {
  key = await nameWindow(prefix()).catch(() => `${prefix()}window`);
  try {
    const found = await findDraft();
    if (found && Date.now() - found.draft.at < old) restore(found.draft);
    if (found && found.key !== key) {
      // It is ours from now on, and nobody else's.
      await idbPut(key, found.draft);
      await idbDelete(found.key);
    }
    if (found) stored = true;
  } catch {
    // said when there is something to keep
  }
  const soon = () => {
    timer ??= setTimeout(save, 250);
  };
  docStore.subscribe((s, was) => {
    if (s.doc !== was.doc || s.base !== was.base) soon();
  });
  draftStore.subscribe(soon);
  const now = () => {
    if (!timer) return;
    clearTimeout(timer);
    void save();
  };
  document.addEventListener('visibilitychange', now);
  window.addEventListener('pagehide', now);
  window.addEventListener('beforeunload', (e) => {
    if (!savingStore.getState().works && isDirty()) e.preventDefault();
  });
}

function restore(draft: Draft): void {
  if (draft.forms) bringBack(draft.forms);
  const n = applyDraft(draft);
  const { doc } = docStore.getState();
  const names = (draft.secrets ?? []).flatMap((id) => {
    const r = objectOf(doc, id);
    return r ? [wordsFor(r, doc).label] : [];
  });
  const detail = t('Secrets are not kept in the browser. Type those of {{names}} again.', { names: names.join(', ') });
  if (n === 0 && names.length > 0) toast({ title: t('Some changes are not restored'), detail });
  if (n === 0) return;
  toast({
    ...(names.length > 0 ? { detail } : {}),
    title: t('Restored {{count}} undeployed changes', { count: n }),
    action: {
      label: t('Discard'),
      run: () => {
        const { base } = docStore.getState();
        conflictStore.setState({ conflicts: [] });
        adopt(base, base, t('Discard undeployed changes'));
      },
    },
  });
}
