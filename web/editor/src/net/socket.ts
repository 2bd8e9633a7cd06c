import { connection } from '../live';
import { backoff } from './backoff';
import { authStore, dropToken, root } from './http';
import { type Handlers, Protocol } from './protocol';

const pingEvery = 15_000; // ms
const stable = 5_000; // a connection that lasts so long was a good one

/** The one live connection: it opens, answers, breaks and comes back by itself. */
export class Socket {
  readonly protocol: Protocol;
  private ws: WebSocket | null = null;
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pinger: ReturnType<typeof setInterval> | undefined;
  private wanted = false;
  private refused = false;
  private token = ''; // that the server was greeted with

  constructor(handlers: Omit<Handlers, 'send' | 'bye'>) {
    this.protocol = new Protocol({
      ...handlers,
      send: (frame) => {
        if (this.ws?.readyState === WebSocket.OPEN) this.ws.send(frame);
      },
      bye: (reason) => {
        // With another token meanwhile the next try is a better one.
        if (reason !== 'unauthorized' || this.token !== authStore.getState().token) return;
        this.refused = true;
        dropToken(this.token);
      },
    });
  }

  start(): void {
    if (this.wanted && !this.refused) return;
    this.wanted = true;
    this.refused = false;
    window.addEventListener('online', this.now);
    document.addEventListener('visibilitychange', this.seen);
    this.open();
  }

  stop(): void {
    this.wanted = false;
    window.removeEventListener('online', this.now);
    document.removeEventListener('visibilitychange', this.seen);
    clearTimeout(this.retry);
    this.ws?.close();
  }

  /** Tries at once instead of waiting. */
  now = (): void => {
    if (this.ws || !this.wanted) return;
    clearTimeout(this.retry);
    this.open();
  };

  private seen = (): void => {
    if (!document.hidden) this.now();
  };

  private open(): void {
    const url = new URL('live', root());
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const ws = new WebSocket(url);
    this.ws = ws;
    const opened = Date.now();
    ws.onopen = () => {
      this.token = authStore.getState().token;
      this.protocol.opened(this.token);
      this.pinger = setInterval(() => {
        if (!this.protocol.ping()) ws.close();
      }, pingEvery);
    };
    ws.onmessage = (e) => {
      if (typeof e.data !== 'string') return;
      if (connection.getState().online !== 'online') connection.setState({ online: 'online', once: true });
      this.protocol.receive(e.data);
    };
    ws.onclose = () => {
      if (this.ws !== ws) return;
      this.ws = null;
      clearInterval(this.pinger);
      this.protocol.closed();
      if (Date.now() - opened > stable) this.tries = 0;
      if (!this.wanted || this.refused) return;
      const wait = backoff(this.tries++);
      connection.setState((s) => ({
        online: s.once || wait > 0 ? 'offline' : 'connecting',
        retryAt: Date.now() + wait,
      }));
      this.retry = setTimeout(() => this.open(), wait);
    };
  }
}
