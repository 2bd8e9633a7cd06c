import { t } from '../i18n';
import {
  activity,
  addDebug,
  type DebugEntry,
  lastMessages,
  nextKey,
  type Peer,
  presence,
  runtime,
  type Status,
  statuses,
  values,
} from '../live';
import type { Json } from '../model/types';
import type { LiveEvent } from './protocol';
import { Socket } from './socket';

type Deployed = { rev: string; by?: string; changed?: string[] };
type Listener = {
  welcome?: (rev: string) => void;
  deployed?: (e: Deployed) => void;
  event?: (e: LiveEvent) => void;
  gap?: (ch: string) => void;
};
const listeners = new Set<Listener>();

/** Hears of deploys and of channels that are nobody else's. */
export function onLive(l: Listener): () => void {
  listeners.add(l);
  return () => listeners.delete(l);
}

export const socket = new Socket({
  welcome: (rev) => {
    for (const l of listeners) l.welcome?.(rev);
  },
  deployed: (e) => {
    for (const l of listeners) l.deployed?.(e);
  },
  event: take,
  snap: (ch, events) => {
    if (ch === 'status') statuses.clear();
    for (const e of events) take({ ...e, ch });
  },
  gap: (ch, dropped) => {
    if (ch === 'debug' || ch === 'log') addDebug(gapEntry(dropped));
    for (const l of listeners) l.gap?.(ch);
  },
  presence: (peers) => {
    presence.setState({ peers: Array.isArray(peers) ? (peers as Peer[]) : [] });
  },
});

const text = (v: unknown): string =>
  typeof v === 'string' ? v : v === undefined || v === null ? '' : JSON.stringify(v);

function take(e: LiveEvent): void {
  const data = (typeof e.data === 'object' && e.data !== null ? e.data : {}) as Record<string, unknown>;
  switch (e.ch) {
    case 'status': {
      const s = data as Status;
      statuses.set(e.node ?? '', s.text || s.fill || s.shape ? s : undefined);
      break;
    }
    case 'debug':
    case 'log':
      addDebug(debugEntry(e, data));
      break;
    case 'runtime':
      runtime.setState({
        // What runs is not held up by types that are missing, whatever Node-RED's tools are told.
        state:
          data['error'] !== 'missing-types' && (data['state'] === 'stop' || data['state'] === 'safe')
            ? data['state']
            : 'start',
        error: text(data['error']),
        text: text(data['text']),
        missing: Array.isArray(data['types']) ? data['types'].map(text) : [],
      });
      break;
    case 'activity':
      if (Array.isArray(e.data))
        for (const one of e.data)
          if (Array.isArray(one)) moved(text(one[0]), Number(one[1]), e.at ?? Date.now(), one[2] === true);
      break;
    case 'values': {
      const port = text(data['port']);
      values.set(port, {
        at: e.at ?? Date.now(),
        msg: text(data['msg']),
        format: text(data['format']),
        ...(e.msgid ? { msgid: e.msgid } : {}),
      });
      if (data['full'] !== undefined) lastMessages.set(port, data['full'] as Json);
      break;
    }
  }
  for (const l of listeners) l.event?.(e);
}

function moved(wire: string, n: number, at: number, error: boolean): void {
  const was = activity.get(wire);
  const gone = was ? Math.max(at - was.at, 1) : 1000;
  const rate = (was?.rate ?? 0) * Math.exp(-gone / 1000) + n;
  activity.set(wire, { count: (was?.count ?? 0) + n, at, rate, ...(error ? { error } : {}) });
}

function debugEntry(e: LiveEvent, d: Record<string, unknown>): DebugEntry {
  const level = d['level'] === 20 ? 'error' : d['level'] === 30 ? 'warning' : '';
  return {
    key: nextKey(),
    at: e.at ?? Date.now(),
    kind: e.ch === 'log' ? 'log' : 'debug',
    level,
    node: text(d['id']),
    alias: text(d['_alias']) || text(d['id']),
    z: text(d['z']),
    name: text(d['name']),
    type: text(d['type']),
    property: text(d['property']),
    topic: text(d['topic']),
    format: text(d['format']),
    msg: text(d['msg']),
    msgid: e.msgid ?? '',
    count: 1,
    ...(typeof e['whole'] === 'number' && e.seq !== undefined
      ? { whole: { session: socket.protocol.session, seq: e.seq, bytes: e['whole'] } }
      : {}),
  };
}

const gapEntry = (dropped: number): DebugEntry => ({
  key: nextKey(),
  at: Date.now(),
  kind: 'gap',
  level: 'warning',
  node: '',
  alias: '',
  z: '',
  name: '',
  type: '',
  property: '',
  topic: '',
  format: '',
  msg: t('{{count}} messages are not shown: they came too fast', { count: dropped }),
  msgid: '',
  count: 1,
});
