import { beforeEach, describe, expect, it } from 'vitest';
import { backoff } from './backoff';
import { Protocol, topUp } from './protocol';

type Frame = { t: string; [k: string]: unknown }[];
let sent: Frame[];
let seen: string[];
let p: Protocol;

beforeEach(() => {
  sent = [];
  seen = [];
  p = new Protocol({
    send: (f) => sent.push(JSON.parse(f) as Frame),
    welcome: (rev, resumed) => seen.push(`welcome ${rev} ${resumed}`),
    event: (e) => seen.push(`${e.ch} ${e.seq} ${JSON.stringify(e.data)}`),
    snap: (ch, events) => seen.push(`snap ${ch} ${events.length}`),
    gap: (ch, n) => seen.push(`gap ${ch} ${n}`),
    deployed: (e) => seen.push(`deployed ${e.rev}`),
    bye: (reason) => seen.push(`bye ${reason}`),
  });
});
const receive = (...all: object[]) => p.receive(JSON.stringify(all));
const welcome = (resumed = false) => receive({ t: 'welcome', session: 's1', rev: 'r1', resumed });

describe('the live protocol', () => {
  it('says hello with its token, then what it wants', () => {
    p.subscribe('debug', { flows: ['t1'] });
    p.subscribe('status');
    expect(sent).toEqual([]);
    p.opened('tok');
    expect(sent).toEqual([
      [
        { t: 'hello', v: 1, token: 'tok', session: '', last: {} },
        { t: 'sub', ch: 'debug', args: { flows: ['t1'] } },
        { t: 'sub', ch: 'status' },
      ],
    ]);
  });

  it('goes on after a break where it was, and sees nothing twice', () => {
    p.subscribe('debug');
    p.opened('');
    welcome();
    receive({ t: 'snap', ch: 'debug', seq: 10, data: [{}, {}] }, { t: 'ev', ch: 'debug', seq: 11, data: 1 });
    p.closed();
    p.opened('');
    expect(sent.at(-1)?.[0]).toMatchObject({ session: 's1', last: { debug: 11 } });
    welcome(true);
    receive({ t: 'ev', ch: 'debug', seq: 11, data: 1 }, { t: 'ev', ch: 'debug', seq: 12, data: 2 });
    expect(seen).toEqual(['welcome r1 false', 'snap debug 2', 'debug 11 1', 'welcome r1 true', 'debug 12 2']);
  });

  it('forgets its numbers when the server is another one', () => {
    p.subscribe('debug');
    p.opened('');
    welcome();
    receive({ t: 'ev', ch: 'debug', seq: 500, data: 1 });
    p.closed();
    p.opened('');
    welcome(false);
    receive({ t: 'snap', ch: 'debug', seq: 2, data: [] }, { t: 'ev', ch: 'debug', seq: 3, data: 'x' });
    expect(seen.at(-1)).toBe('debug 3 "x"');
  });

  it('tells of gaps and goes on behind them', () => {
    p.subscribe('debug');
    p.opened('');
    welcome();
    receive(
      { t: 'ev', ch: 'debug', seq: 1, data: 1 },
      { t: 'gap', ch: 'debug', from: 2, to: 9, dropped: 8 },
      { t: 'ev', ch: 'debug', seq: 10, data: 2 },
      { t: 'ev', ch: 'debug', seq: 5, data: 'late' },
    );
    expect(seen.slice(1)).toEqual(['debug 1 1', 'gap debug 8', 'debug 10 2']);
  });

  it('gives credit for what it has drawn', () => {
    p.subscribe('debug');
    p.opened('');
    welcome();
    for (let i = 1; i <= 2 * topUp + 1; i++) receive({ t: 'ev', ch: 'debug', seq: i, data: i });
    const credits = sent.flat().filter((m) => m.t === 'credit');
    expect(credits).toEqual([
      { t: 'credit', ch: 'debug', n: topUp },
      { t: 'credit', ch: 'debug', n: topUp },
    ]);
  });

  it('asks again only for other args, and leaves a channel', () => {
    p.opened('');
    p.subscribe('activity', { flows: ['a'] });
    p.subscribe('activity', { flows: ['a'] });
    p.subscribe('activity', { flows: ['b'] });
    p.unsubscribe('activity');
    p.unsubscribe('activity');
    expect(sent.slice(1).flat()).toEqual([
      { t: 'sub', ch: 'activity', args: { flows: ['a'] } },
      { t: 'sub', ch: 'activity', args: { flows: ['b'] } },
      { t: 'unsub', ch: 'activity' },
    ]);
    receive({ t: 'ev', ch: 'activity', seq: 1, data: [] });
    expect(seen).toEqual([]);
  });

  it('gives up a connection that is silent for two pings', () => {
    p.opened('');
    expect([p.ping(), p.ping(), p.ping()]).toEqual([true, true, false]);
    p.opened('');
    p.ping();
    receive({ t: 'pong' });
    expect([p.ping(), p.ping(), p.ping()]).toEqual([true, true, false]);
  });

  it('survives garbage', () => {
    p.subscribe('debug');
    p.opened('');
    for (const bad of [
      '',
      'no json',
      '1',
      'null',
      '[null, 3, "x", {}]',
      '[{"t":7}]',
      '{"t":"ev"}',
      '[{"t":"ev","ch":"none","seq":1}]',
      '[{"t":"snap","ch":"debug","data":5}]',
    ])
      p.receive(bad);
    expect(seen).toEqual(['snap debug 0']);
  });

  it('hears goodbye and deploys', () => {
    p.subscribe('runtime');
    p.opened('');
    welcome();
    receive({ t: 'deployed', ch: 'runtime', seq: 4, rev: 'r9' }, { t: 'bye', reason: 'unauthorized' });
    expect(seen.slice(1)).toEqual(['deployed r9', 'bye unauthorized']);
  });
});

describe('backing off', () => {
  it('starts at once, doubles to fifteen seconds, and varies by 30 %', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 20].map((n) => backoff(n, () => 0.5))).toEqual([
      0, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000,
    ]);
    expect(backoff(1, () => 0)).toBe(350);
    expect(backoff(1, () => 1)).toBe(650);
  });
});
