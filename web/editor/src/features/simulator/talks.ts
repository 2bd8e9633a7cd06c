import { createStore } from 'zustand/vanilla';
import type { Id } from '../../model/types';
import { root } from '../../net/http';

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
  /** Of a note: the node it is about, and what that is called. */
  node?: Id;
  name?: string;
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

export const talks = createStore<{ byPair: Record<string, Conversation> }>(() => ({ byPair: kept() }));

/** What was said before the page was loaded again: the server knows only the replies, and those not for ever. */
function kept(): Record<string, Conversation> {
  try {
    const all = JSON.parse(sessionStorage.getItem(place()) ?? '{}') as Record<string, Bubble[]>;
    const talk = ([pair, bubbles]: [string, Bubble[]]): [string, Conversation] => {
      const past = bubbles.filter((b) => b.kind === 'mine').map((b) => b.text);
      const own = (b: Bubble): Bubble => (b.kind === 'note' ? { ...b, key: `old ${b.key}` } : b);
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

export const noTalk: Conversation = { bubbles: [], typing: false, past: [] };
export const pairOf = (p: { from: string; to: string }): string => `${p.from} ${p.to}`;
export const talkOf = (pair: string): Conversation => talks.getState().byPair[pair] ?? noTalk;

const maxBubbles = 500;

export function change(pair: string, f: (c: Conversation) => Conversation): void {
  talks.setState((s) => {
    const next = f(s.byPair[pair] ?? noTalk);
    return { byPair: { ...s.byPair, [pair]: { ...next, bubbles: next.bubbles.slice(-maxBubbles) } } };
  });
}
