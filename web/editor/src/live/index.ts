import { useCallback, useSyncExternalStore } from 'react';
import { createStore } from 'zustand/vanilla';
import type { Id, Json, WireId } from '../model/types';
import { Keyed } from './keyed';

/** What runs right now. None of it is part of the document. */

export interface Status {
  fill?: string;
  shape?: string;
  text?: string;
}

/** What a node shows under itself, by its id. */
export const statuses = new Keyed<Status>();

/** How many messages went over a wire since the socket opened, and when the last ones did. */
export interface Activity {
  count: number;
  at: number;
  /** Messages a second, smoothed. */
  rate: number;
  error?: boolean;
}
export const activity = new Keyed<Activity>();
export const activityOf = (w: WireId): Activity | undefined => activity.get(w);

/** The last message at an output, `${node}:${port}`, or, as `${node}:in`, at an input. */
export interface PortValue {
  at: number;
  msgid?: string;
  /** As debug shows it, cut at 1,000 characters. */
  msg: string;
  format: string;
}
export const values = new Keyed<PortValue>();

/** The last whole message that was seen at a node, for previews. */
export const lastMessages = new Keyed<Json>();

/** Someone else who has this editor open. */
export interface Peer {
  id: string;
  name: string;
  tab?: Id;
  selection?: Id[];
  editing?: Id | null;
  cursor?: { x: number; y: number };
}
export const presence = createStore<{ peers: Peer[] }>(() => ({ peers: [] }));

/** Whether flows run, and why they do not. */
export const runtime = createStore<{
  state: 'start' | 'stop' | 'safe';
  error: string;
  text: string;
  missing: string[];
}>(() => ({
  state: 'start',
  error: '',
  text: '',
  missing: [],
}));

/** How the connection is. */
export type Online = 'connecting' | 'online' | 'offline';
export const connection = createStore<{ online: Online; retryAt: number; once: boolean }>(() => ({
  online: 'connecting',
  retryAt: 0,
  once: false,
}));

/** One key of a keyed store, in React. */
export function useKeyed<V>(store: Keyed<V>, key: string): V | undefined {
  const subscribe = useCallback((fn: () => void) => store.subscribe(key, fn), [store, key]);
  return useSyncExternalStore(subscribe, () => store.get(key));
}

export * from './ring';
