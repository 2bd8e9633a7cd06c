import { createStore } from 'zustand/vanilla';
import { load } from '../model/doc-store';
import { firstTab } from '../model/ops/tabs';
import { setNodeTypes } from '../model/schema';
import type { FlowDoc, Id } from '../model/types';
import * as api from '../net/api';
import { backoff } from '../net/backoff';
import { ApiError, authStore, findToken } from '../net/http';
import { useSession } from './session';

/** How far the start has come. */
export const bootStore = createStore<{
  state: 'loading' | 'ready' | 'failed';
  error: string;
  /** It is the server that is missing: it is asked again and again. */
  away: boolean;
  settings: api.Settings | null;
}>(() => ({
  state: 'loading',
  error: '',
  away: false,
  settings: null,
}));

const later: (() => void | Promise<void>)[] = [];
/** Has something done once, when the flows are there. */
export function onReady(f: () => void | Promise<void>): void {
  later.push(f);
}

export const tabsOf = (doc: FlowDoc): Id[] => doc.order.filter((id) => id in doc.tabs);

export async function boot(): Promise<void> {
  findToken();
  await start();
}

let tries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Gets all that the editor needs. Without a token it waits for one, without a server it tries again by itself. */
export async function start(quiet = false): Promise<void> {
  clearTimeout(retry);
  if (!quiet) bootStore.setState({ state: 'loading', error: '' });
  try {
    const [doc, types, settings] = await Promise.all([api.getFlows(), api.getNodes(), api.getSettings()]);
    setNodeTypes(types);
    firstTab(doc);
    load(doc);
    const { tab } = useSession.getState();
    if (!(tab in doc.tabs) && !(tab in doc.subflows)) useSession.setState({ tab: tabsOf(doc)[0] ?? '' });
    for (const f of later.splice(0)) {
      try {
        await f();
      } catch (e) {
        console.error(e); // one that fails keeps none of the others
      }
    }
    bootStore.setState({ state: 'ready', settings });
  } catch (e) {
    if (authStore.getState().asked) return;
    const away = e instanceof ApiError && (e.status === 0 || e.status >= 502);
    if (away) retry = setTimeout(() => void start(true), Math.max(1000, backoff(tries++)));
    bootStore.setState({
      state: 'failed',
      away,
      error: e instanceof ApiError || e instanceof Error ? e.message : String(e),
    });
  }
}
