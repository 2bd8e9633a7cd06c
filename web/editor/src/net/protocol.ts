/** Frames of the live socket (editor.md §6). Both sides send JSON arrays of objects; "t" says what one is. */

export type Channel = 'runtime' | 'status' | 'debug' | 'log' | 'activity' | 'values' | 'presence' | `sim:${string}`;

export interface LiveEvent {
  ch: string;
  seq?: number;
  at?: number;
  node?: string;
  z?: string;
  msgid?: string;
  data?: unknown;
  [more: string]: unknown;
}

type Incoming = { t: string; ch?: string; [more: string]: unknown };

export interface Handlers {
  /** Gives a frame to the socket. */
  send(frame: string): void;
  /** The server knows us: what runs has this revision. */
  welcome(rev: string, resumed: boolean): void;
  event(e: LiveEvent): void;
  /** The state of a channel as a whole; what was known of it is void. */
  snap(ch: string, events: LiveEvent[]): void;
  /** Some events of a channel are lost. */
  gap(ch: string, dropped: number): void;
  deployed(e: { rev: string; by?: string; changed?: string[]; at?: number }): void;
  bye(reason: string): void;
  presence?(peers: unknown): void;
}

const version = 1;
/** Credit is topped up when so many events were drawn. */
export const topUp = 250;
const pongsMissed = 2;

/**
 * The client's half of the protocol, without socket and clock: what is subscribed outlives connections, and the
 * numbers of the last events let the server go on where the connection broke.
 */
export class Protocol {
  /** The server's process, whose numbers the events have. */
  session = '';
  private last: Record<string, number> = {};
  private subs = new Map<string, unknown>();
  private drawn = new Map<string, number>();
  private open = false;
  private greeted = false;
  private pings = 0;

  constructor(private readonly h: Handlers) {}

  /** The socket is open. */
  opened(token: string): void {
    this.open = true;
    this.greeted = false;
    this.pings = 0;
    this.drawn.clear();
    const hello = { t: 'hello', v: version, token, session: this.session, last: this.last };
    this.send([hello, ...[...this.subs].map(([ch, args]) => sub(ch, args))]);
  }

  closed(): void {
    this.open = false;
    this.greeted = false;
  }

  /** Wants a channel, or the same one with other args. */
  subscribe(ch: string, args?: unknown): void {
    if (this.subs.has(ch) && JSON.stringify(this.subs.get(ch)) === JSON.stringify(args)) return;
    this.subs.set(ch, args);
    if (this.open) this.send([sub(ch, args)]);
  }

  unsubscribe(ch: string): void {
    if (!this.subs.delete(ch)) return;
    delete this.last[ch];
    this.drawn.delete(ch);
    if (this.open) this.send([{ t: 'unsub', ch }]);
  }

  /** Says where this editor is, to the others. */
  tell(presence: Record<string, unknown>): void {
    if (this.greeted) this.send([{ t: 'presence', ...presence }]);
  }

  /** Called every so often. false: the server has been silent too long, the connection is dead. */
  ping(): boolean {
    if (!this.open) return true;
    if (this.pings >= pongsMissed) return false;
    this.pings++;
    this.send([{ t: 'ping' }]);
    return true;
  }

  receive(frame: string): void {
    let all: unknown;
    try {
      all = JSON.parse(frame);
    } catch {
      return; // not ours
    }
    this.pings = 0;
    for (const one of Array.isArray(all) ? all : [all]) {
      if (typeof one === 'object' && one !== null && typeof (one as Incoming).t === 'string') this.one(one as Incoming);
    }
  }

  private one(e: Incoming): void {
    const ch = typeof e.ch === 'string' ? e.ch : '';
    const seq = typeof e['seq'] === 'number' ? e['seq'] : undefined;
    switch (e.t) {
      case 'welcome':
        this.greeted = true;
        if (e['resumed'] !== true) this.last = {};
        this.session = String(e['session'] ?? '');
        this.h.welcome(String(e['rev'] ?? ''), e['resumed'] === true);
        return;
      case 'bye':
        this.h.bye(String(e['reason'] ?? ''));
        return;
      case 'presence':
        this.h.presence?.(e['peers']);
        return;
    }
    if (!this.subs.has(ch)) return; // it was on its way when we left
    // What comes twice, after a reconnect, is seen once.
    if (seq !== undefined && e.t !== 'snap' && e.t !== 'gap') {
      const known = this.last[ch];
      if (known !== undefined && seq <= known) return;
      this.last[ch] = seq;
    }
    switch (e.t) {
      case 'ev':
        this.h.event(e as unknown as LiveEvent);
        this.credit(ch);
        return;
      case 'deployed':
        this.h.deployed(e as unknown as { rev: string; by?: string; changed?: string[] });
        return;
      case 'snap':
        if (seq !== undefined) this.last[ch] = seq;
        this.h.snap(ch, Array.isArray(e['data']) ? (e['data'] as LiveEvent[]) : []);
        return;
      case 'gap':
        if (typeof e['to'] === 'number') this.last[ch] = e['to'];
        this.h.gap(ch, Number(e['dropped'] ?? 0));
        return;
    }
  }

  private credit(ch: string): void {
    const n = (this.drawn.get(ch) ?? 0) + 1;
    if (n < topUp) {
      this.drawn.set(ch, n);
      return;
    }
    this.drawn.set(ch, 0);
    this.send([{ t: 'credit', ch, n }]);
  }

  private send(all: unknown[]): void {
    this.h.send(JSON.stringify(all));
  }
}

const sub = (ch: string, args: unknown) => (args === undefined ? { t: 'sub', ch } : { t: 'sub', ch, args });
