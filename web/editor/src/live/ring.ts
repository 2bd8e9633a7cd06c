import { createStore } from 'zustand/vanilla';
import type { Id } from '../model/types';
import { onFrame } from './keyed';

/** One line of the debug panel. */
export interface DebugEntry {
  /** Unique here, grows. */
  key: number;
  at: number;
  kind: 'debug' | 'log' | 'gap';
  level: 'error' | 'warning' | '';
  /** The node as it runs, and as it stands in the file (an instance's inner nodes differ). */
  node: Id;
  alias: Id;
  z: Id;
  name: string;
  type: string;
  property: string;
  topic: string;
  format: string;
  msg: string;
  msgid: string;
  /** Where the server has the whole value of a message that shows less: its session, the number there, bytes. */
  whole?: { session: string; seq: number; bytes: number };
  /** How many equal ones came in a row. */
  count: number;
}

const size = 5000;

/** What debug nodes showed and what went wrong: the latest 5,000. `version` counts changes, once per frame. */
export const debugStore = createStore<{ version: number; paused: boolean; held: number }>(() => ({
  version: 0,
  paused: false,
  held: 0,
}));

let entries: DebugEntry[] = [];
let waiting: DebugEntry[] = [];
let scheduled = false;
let lastKey = 0;

/** Oldest first. The list is shared: do not change it. */
export const debugEntries = (): readonly DebugEntry[] => entries;

export const nextKey = (): number => ++lastKey;

export function addDebug(e: DebugEntry): void {
  waiting.push(e);
  if (waiting.length > 2 * size) waiting.splice(0, waiting.length - size);
  if (scheduled) return;
  scheduled = true;
  onFrame(flush);
}

const same = (a: DebugEntry, b: DebugEntry): boolean =>
  a.kind === b.kind &&
  a.node === b.node &&
  a.level === b.level &&
  a.msg === b.msg &&
  a.property === b.property &&
  a.format === b.format &&
  a.topic === b.topic &&
  a.whole?.bytes === b.whole?.bytes;

function flush(): void {
  scheduled = false;
  if (waiting.length === 0) return;
  if (debugStore.getState().paused) {
    if (waiting.length > size) waiting.splice(0, waiting.length - size);
    debugStore.setState({ held: waiting.length });
    return;
  }
  const out = entries.length + waiting.length > size ? entries.slice(waiting.length) : [...entries];
  for (const e of waiting) {
    const last = out.at(-1);
    if (last && e.kind !== 'gap' && same(last, e)) out[out.length - 1] = { ...e, key: last.key, count: last.count + 1 };
    else out.push(e);
  }
  waiting = [];
  entries = out.length > size ? out.slice(-size) : out;
  debugStore.setState((s) => ({ version: s.version + 1, held: 0 }));
}

export function pauseDebug(paused: boolean): void {
  debugStore.setState({ paused });
  if (!paused) flush();
}

export function clearDebug(): void {
  entries = [];
  waiting = [];
  debugStore.setState((s) => ({ version: s.version + 1, held: 0 }));
}
