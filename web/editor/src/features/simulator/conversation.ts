import { prefs, setPref } from '../../app/prefs';
import { t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import type { Id } from '../../model/types';
import * as api from '../../net/api';
import { ApiError } from '../../net/http';
import { onLive, socket } from '../../net/live';
import type { LiveEvent } from '../../net/protocol';
import { type Counts, counts, noReply } from './stopped';
import { type Bubble, change, noTalk, pairOf, talkOf, talks } from './talks';

const patience = 6000; // ms until "no reply"

let n = 0;
const page = crypto.getRandomValues(new Uint32Array(1))[0]; // names of our texts are like no other's
/** What is told of these by those who sent them. */
const ours = new Set<string>();

/** How a text comes, other than as one webhook. */
export type How = Pick<api.Inbound, 'copies' | 'split' | 'shuffle'>;

/** Texts the flow. */
export async function text(pair: { from: string; to: string }, message: string, how: How = {}): Promise<void> {
  const key = pairOf(pair);
  const id = `mine ${page} ${++n}`;
  const since = counts();
  ours.add(id);
  change(key, (c) => ({
    typing: true,
    past: [...c.past.filter((x) => x !== message), message].slice(-50),
    bubbles: [...c.bubbles, { key: id, kind: 'mine', text: message, at: Date.now(), state: 'sending' }],
  }));
  const settle = (b: Partial<Bubble>, note?: string) =>
    change(key, (c) => ({
      ...c,
      typing: note === undefined && c.typing,
      bubbles: [
        ...c.bubbles.map((x) => (x.key === id ? { ...x, ...b } : x)),
        ...(note === undefined ? [] : [{ key: `note ${++n}`, kind: 'note' as const, text: note, at: Date.now() }]),
      ],
    }));
  try {
    const answer = await api.sendInbound({ ...pair, text: message, ref: id, ...how });
    // Of several webhooks the worst answer counts.
    const h = [answer].flat().reduce((a, b) => ((b.status ?? 0) > (a.status ?? 0) ? b : a));
    const status = h.status ?? 0;
    if (status >= 400) {
      const why =
        status === 404 || status === 405
          ? t('No flow listens at {{path}}. Add an http in node with that path, and deploy.', {
              path: new URL(h.url).pathname,
            })
          : status === 504
            ? t('The flow got the text but never answered: it needs an http response.')
            : t('The flow answered with {{status}}.', { status });
      settle({ state: 'failed' }, why);
      return;
    }
    settle({ state: 'sent', ...(h.ms !== undefined ? { millis: h.ms } : {}) });
  } catch (e) {
    const gone = e instanceof ApiError && e.status === 0;
    settle(
      { state: 'failed' },
      gone
        ? t('The server cannot be reached.')
        : t('Not delivered: {{reason}}', { reason: e instanceof Error ? e.message : String(e) }),
    );
    return;
  }
  setTimeout(() => quiet(key, id, since), patience);
}

/** After some time without a reply it says so, once, and where the message stayed. */
function quiet(pair: string, id: string, since: Counts): void {
  const c = talkOf(pair);
  const at = c.bubbles.findIndex((b) => b.key === id);
  if (at < 0 || !c.typing || c.bubbles.slice(at + 1).some((b) => b.kind !== 'note')) return;
  change(pair, (x) => ({
    ...x,
    typing: false,
    bubbles: [
      ...x.bubbles,
      { key: `note ${++n}`, kind: 'note', at: Date.now(), ...noReply(docStore.getState().doc, since) },
    ],
  }));
}

let cleared = 0;

/** A flow sent this, or its fate is known now. */
function show(s: api.Sent): void {
  const at = Date.parse(s.time) || Date.now();
  if (at <= cleared) return;
  const pair = `${s.to} ${ownNumber(s)}`;
  const bubble: Bubble = {
    key: s.id,
    kind: 'reply',
    text: s.text,
    at,
    status: s.status,
    parts: s.parts,
    type: s.type,
    channel: s.channel,
    from: s.from,
  };
  const known = talkOf(pair).bubbles.find((b) => b.key === s.id);
  if (!known) change(pair, (x) => ({ ...x, typing: false, bubbles: insert(x.bubbles, bubble) }));
  else if (known.status !== s.status)
    change(pair, (x) => ({ ...x, bubbles: x.bubbles.map((b) => (b.key === s.id ? bubble : b)) }));
}

/** Somebody texts the flow from elsewhere; live: just now. */
function texted(s: api.Texted, live: boolean): void {
  const pair = `${s.from} ${s.to}`;
  if (ours.has(s.ref) || talkOf(pair).bubbles.some((b) => b.key === s.ref)) return;
  const bubble: Bubble = {
    key: s.ref,
    kind: 'mine',
    text: s.text || `[${s.type}]`,
    at: Date.parse(s.time) || Date.now(),
    state: 'sent',
  };
  change(pair, (c) => ({ ...c, typing: c.typing || live, bubbles: [...c.bubbles, bubble] }));
  if (!live) return;
  const since = counts();
  setTimeout(() => quiet(pair, s.ref, since), patience);
}

/** How that went. */
function arrived(s: api.Texted, h: api.Webhook): void {
  if (ours.has(s.ref)) return;
  const pair = `${s.from} ${s.to}`;
  const failed = (h.status ?? 0) === 0 || (h.status ?? 0) >= 400;
  const said = {
    state: failed ? ('failed' as const) : ('sent' as const),
    ...(h.ms !== undefined ? { millis: h.ms } : {}),
  };
  change(pair, (c) => ({
    ...c,
    typing: c.typing && !failed,
    bubbles: c.bubbles.map((b) => (b.key === s.ref ? { ...b, ...said } : b)),
  }));
}

/** An error while the flow is at work: that may be why there is no reply. */
function failed(node: Id, name: string, why: string): void {
  const { byPair } = talks.getState();
  for (const pair of Object.keys(byPair)) {
    if (!byPair[pair]?.typing) continue;
    change(pair, (c) => ({
      ...c,
      typing: false,
      bubbles: [
        ...c.bubbles,
        {
          key: `note ${++n}`,
          kind: 'note',
          text: t('No reply: {{reason}}', { reason: why }),
          at: Date.now(),
          node,
          name,
        },
      ],
    }));
  }
}

/** The conversation a reply belongs to: that with its sender, or the open one if the sender is a name. */
function ownNumber(s: api.Sent): string {
  const { simulator } = prefs.getState();
  return s.to === simulator.from ? simulator.to : s.from;
}

function insert(all: Bubble[], b: Bubble): Bubble[] {
  // The clocks of server and browser may differ: a reply never stands before what it answers.
  let at = all.length;
  while (at > 0 && all[at - 1]!.at > b.at && all[at - 1]!.kind === 'reply') at--;
  return [...all.slice(0, at), b, ...all.slice(at)];
}

export async function clear(pair: string): Promise<void> {
  cleared = Math.max(Date.now(), ...talkOf(pair).bubbles.map((b) => b.at));
  change(pair, () => noTalk);
  await api.clearOutbox().catch(() => {});
}

export function setPair(p: Partial<{ from: string; to: string }>): void {
  setPref({ simulator: { ...prefs.getState().simulator, ...p } });
}

const isTexted = (v: unknown): v is api.Texted => typeof v === 'object' && v !== null && 'ref' in v && 'from' in v;
const isSent = (v: unknown): v is api.Sent => typeof v === 'object' && v !== null && 'id' in v && 'to' in v;

function take(e: LiveEvent): void {
  const d = (e.data ?? {}) as Record<string, unknown>;
  if (e.ch === 'log' && d['level'] === 20) {
    const node = String(d['_alias'] ?? d['id'] ?? '');
    failed(node, String(d['name'] || d['type'] || ''), String(d['msg'] ?? ''));
    return;
  }
  if (!e.ch.startsWith('sim:')) return;
  if (isSent(d['entry'])) show(d['entry']);
  else if (isTexted(d['text'])) {
    if (d['kind'] === 'texted') texted(d['text'], e.seq !== undefined);
    else arrived(d['text'], (d['webhook'] ?? {}) as api.Webhook);
  } else if (d['kind'] === 'missed') again(e.ch);
  else if (d['kind'] === 'cleared') {
    const phone = `${e.ch.slice('sim:'.length)} `;
    for (const pair of Object.keys(talks.getState().byPair)) if (pair.startsWith(phone)) change(pair, () => noTalk);
  }
}

/** Is shown once more what came until now. */
function again(ch: string): void {
  socket.protocol.unsubscribe(ch);
  socket.protocol.subscribe(ch);
}

/** Follows what comes to the phone of the person while somebody looks. The answer stops it. */
export function follow(): () => void {
  const off = onLive({ event: take, gap: (ch) => ch.startsWith('sim:') && again(ch) });
  let ch = '';
  const listen = (from: string) => {
    const next = from === '' ? '' : `sim:${from}`;
    if (next === ch) return;
    if (ch !== '') socket.protocol.unsubscribe(ch);
    if (next !== '') socket.protocol.subscribe(next);
    ch = next;
  };
  listen(prefs.getState().simulator.from);
  const stop = prefs.subscribe((p) => listen(p.simulator.from));
  return () => {
    stop();
    off();
    listen('');
  };
}
