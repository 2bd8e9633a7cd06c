import { createStore } from 'zustand/vanilla';
import { prefs, setPref } from '../../app/prefs';
import { t } from '../../i18n';
import { activity } from '../../live';
import * as api from '../../net/api';
import { ApiError, root } from '../../net/http';
import { onLive } from '../../net/live';

export interface Bubble {
  key: string;
  kind: 'mine' | 'reply' | 'note';
  text: string;
  at: number;
  /** Of a reply: its fate at the provider. */
  status?: string;
  parts?: number;
  type?: string;
  channel?: string;
  /** Of a message of mine: on its way, taken, or refused. */
  state?: 'sending' | 'sent' | 'failed';
  /** How long the flow took to answer the webhook. */
  millis?: number;
  from?: string;
}

export interface Conversation {
  bubbles: Bubble[];
  /** The flow was texted and has not replied yet. */
  typing: boolean;
  /** Times at which the person texted, newest last: ↑ brings them back. */
  past: string[];
}

const place = (): string => `flowrill.talks ${root().pathname}`;
const mostKept = 50; // bubbles of a conversation

export const talks = createStore<{ byPair: Record<string, Conversation>; error: string }>(() => ({
  byPair: kept(),
  error: '',
}));

/** What was said before the page was loaded again: the server knows only the replies, and those not for ever. */
function kept(): Record<string, Conversation> {
  try {
    const all = JSON.parse(sessionStorage.getItem(place()) ?? '{}') as Record<string, Bubble[]>;
    const talk = ([pair, bubbles]: [string, Bubble[]]): [string, Conversation] => {
      const past = bubbles.filter((b) => b.kind === 'mine').map((b) => b.text);
      const own = (b: Bubble): Bubble => (b.kind === 'reply' ? b : { ...b, key: `old ${b.key}` });
      return [pair, { bubbles: bubbles.map(own), typing: false, past }];
    };
    return Object.fromEntries(Object.entries(all).map(talk));
  } catch {
    return {};
  }
}

talks.subscribe(({ byPair }, was) => {
  if (byPair === was.byPair) return;
  const ended = Object.entries(byPair).map(([pair, c]) => [
    pair,
    c.bubbles.filter((b) => b.state !== 'sending').slice(-mostKept),
  ]);
  try {
    sessionStorage.setItem(place(), JSON.stringify(Object.fromEntries(ended)));
  } catch {
    // full or forbidden: it holds for this page
  }
});

const none: Conversation = { bubbles: [], typing: false, past: [] };
export const pairOf = (p: { from: string; to: string }): string => `${p.from} ${p.to}`;
export const talkOf = (pair: string): Conversation => talks.getState().byPair[pair] ?? none;
export { none as noTalk };

const maxBubbles = 500;
const patience = 6000; // ms until "no reply"

function change(pair: string, f: (c: Conversation) => Conversation): void {
  talks.setState((s) => {
    const next = f(s.byPair[pair] ?? none);
    return { byPair: { ...s.byPair, [pair]: { ...next, bubbles: next.bubbles.slice(-maxBubbles) } } };
  });
}

let n = 0;

/** How a text comes, other than as one webhook. */
export type How = Pick<api.Inbound, 'copies' | 'split' | 'shuffle'>;

/** Texts the flow. */
export async function text(pair: { from: string; to: string }, message: string, how: How = {}): Promise<void> {
  const key = pairOf(pair);
  const id = `mine ${++n}`;
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
    const answer = await api.sendInbound({ ...pair, text: message, ...how });
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
    settle({ state: 'sent', ...(h.millis !== undefined ? { millis: h.millis } : {}) });
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
  void refresh();
  setTimeout(() => quiet(key, id), patience);
}

/** After some time without a reply it says so, once. */
function quiet(pair: string, id: string): void {
  const c = talkOf(pair);
  const at = c.bubbles.findIndex((b) => b.key === id);
  if (at < 0 || !c.typing || c.bubbles.slice(at + 1).some((b) => b.kind !== 'note')) return;
  change(pair, (x) => ({
    ...x,
    typing: false,
    bubbles: [
      ...x.bubbles,
      {
        key: `note ${++n}`,
        kind: 'note',
        text: t('No reply yet. Look at the debug panel to see how far the message came.'),
        at: Date.now(),
      },
    ],
  }));
}

let cleared = 0;

/** Gets what the flows sent. */
export async function refresh(): Promise<void> {
  let sent: api.Sent[];
  try {
    sent = await api.outbox();
    if (talks.getState().error) talks.setState({ error: '' });
  } catch (e) {
    talks.setState({ error: e instanceof Error ? e.message : String(e) });
    return;
  }
  const known = new Map<string, Set<string>>();
  for (const s of sent) {
    const at = Date.parse(s.time) || Date.now();
    if (at <= cleared) continue;
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
    const c = talkOf(pair);
    if (!known.has(pair)) known.set(pair, new Set(c.bubbles.map((b) => b.key)));
    if (known.get(pair)!.has(s.id)) {
      if (c.bubbles.some((b) => b.key === s.id && b.status !== s.status))
        change(pair, (x) => ({ ...x, bubbles: x.bubbles.map((b) => (b.key === s.id ? bubble : b)) }));
      continue;
    }
    known.get(pair)!.add(s.id);
    change(pair, (x) => ({ ...x, typing: false, bubbles: insert(x.bubbles, bubble) }));
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
  change(pair, () => none);
  await api.clearOutbox().catch(() => {});
}

export function setPair(p: Partial<{ from: string; to: string }>): void {
  setPref({ simulator: { ...prefs.getState().simulator, ...p } });
}

const slow = 2000; // ms
const fast = 300;

/** Follows the outbox while somebody looks: quickly while a reply is due. The answer stops it. */
export function follow(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let stopped = false;
  const tick = async () => {
    if (!document.hidden) await refresh();
    if (stopped) return;
    const due = Object.values(talks.getState().byPair).some((c) => c.typing);
    timer = setTimeout(tick, due ? fast : slow);
  };
  void tick();
  // Something moved in a flow: a reply may be on its way.
  const off = onLive({ event: (e) => (e.ch === 'sim' || e.ch.startsWith('sim:')) && void refresh() });
  const unpulse = activity.subscribeAll(() => {});
  return () => {
    stopped = true;
    clearTimeout(timer);
    off();
    unpulse();
  };
}
