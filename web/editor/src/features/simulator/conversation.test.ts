import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { prefs } from '../../app/prefs';
import * as api from '../../net/api';
import { socket } from '../../net/live';
import { follow, text } from './conversation';
import { pairOf, talkOf, talks } from './talks';

const pair = { from: '447700900001', to: '447700900000' };
const key = pairOf(pair);
const ch = `sim:${pair.from}`;

const entry = (id: string, text: string, status = 'accepted', from = pair.to) => ({
  ...{ api: 'sms', id, text, status, from, to: pair.from, channel: 'sms', type: 'text', parts: 1 },
  time: `2026-11-20T18:00:0${id}Z`,
});
const receive = (...frames: object[]) => socket.protocol.receive(JSON.stringify(frames));
const comes = (seq: number, data: object) => receive({ t: 'ev', ch, seq, at: 1, data });
const said = () => talkOf(key).bubbles.map((b) => [b.kind, b.text, b.status]);

let stop = () => {};
beforeEach(() => {
  prefs.setState({ simulator: pair });
  talks.setState({ byPair: {} });
  socket.protocol.opened('');
  stop = follow();
});
afterEach(() => {
  stop();
  socket.protocol.closed();
});

describe('the phone', () => {
  it('shows what came before, what comes, and what becomes of it, each once', () => {
    receive({ t: 'snap', ch, seq: 0, data: [{ at: 1, data: { kind: 'sent', entry: entry('1', 'one') } }] });
    comes(1, { kind: 'sent', entry: entry('1', 'one') });
    comes(2, { kind: 'sent', entry: entry('2', 'two', 'accepted', 'Flowrill') });
    comes(3, { kind: 'receipt', entry: entry('1', 'one', 'delivered') });
    expect(said()).toEqual([
      ['reply', 'one', 'delivered'],
      ['reply', 'two', 'accepted'],
    ]);
  });

  it('is empty when another has cleared it', () => {
    comes(1, { kind: 'sent', entry: entry('1', 'one') });
    comes(2, { kind: 'cleared' });
    expect(said()).toEqual([]);
  });

  it('asks again when something was missed', () => {
    const sub = vi.spyOn(socket.protocol, 'subscribe');
    comes(1, { kind: 'missed' });
    receive({ t: 'gap', ch, from: 2, to: 9, dropped: 8 });
    expect(sub.mock.calls).toEqual([[ch], [ch]]);
    sub.mockRestore();
  });

  it('follows another number when that is chosen, and none when it is closed', () => {
    const sub = vi.spyOn(socket.protocol, 'subscribe');
    const unsub = vi.spyOn(socket.protocol, 'unsubscribe');
    prefs.setState({ simulator: { ...pair, from: '447700900002' } });
    expect(unsub.mock.calls).toEqual([[ch]]);
    expect(sub.mock.calls).toEqual([['sim:447700900002']]);
    comes(1, { kind: 'sent', entry: entry('1', 'too late') });
    expect(said()).toEqual([]);
    stop();
    expect(unsub.mock.calls).toEqual([[ch], ['sim:447700900002']]);
    vi.restoreAllMocks();
  });

  it('says why there is no reply, to whom waits for one', () => {
    socket.protocol.subscribe('log');
    const error = { level: 20, id: 'n1', name: 'Reply', type: 'send-sms', msg: 'to is empty', format: 'string[11]' };
    receive({ t: 'ev', ch: 'log', seq: 1, at: 1, data: error });
    expect(said()).toEqual([]);
    talks.setState({ byPair: { [key]: { bubbles: [], typing: true, past: [] } } });
    receive({ t: 'ev', ch: 'log', seq: 2, at: 1, data: { ...error, level: 30 } });
    expect(talkOf(key).typing).toBe(true);
    receive({ t: 'ev', ch: 'log', seq: 3, at: 1, data: error });
    expect(talkOf(key)).toMatchObject({
      typing: false,
      bubbles: [{ kind: 'note', text: 'No reply: to is empty', node: 'n1', name: 'Reply' }],
    });
    socket.protocol.unsubscribe('log');
  });

  const from = (ref: string, text: string, type = 'text') => ({
    ...pair,
    ref,
    text,
    type,
    time: '2026-11-20T18:00:00Z',
  });
  const states = () => talkOf(key).bubbles.map((b) => [b.kind, b.text, b.state, b.millis]);

  it('shows what the person texts from elsewhere, once, and how that went', () => {
    receive({ t: 'snap', ch, seq: 0, data: [{ at: 1, data: { kind: 'texted', text: from('a', 'before') } }] });
    expect(talkOf(key).typing).toBe(false); // that is over
    comes(1, { kind: 'texted', text: from('a', 'before') });
    comes(2, { kind: 'texted', text: from('b', '', 'image') });
    expect(talkOf(key).typing).toBe(true);
    comes(3, { kind: 'inbound', text: from('a', 'before'), webhook: { url: '/sms', status: 200, ms: 7 } });
    comes(4, { kind: 'inbound', text: from('b', '', 'image'), webhook: { url: '/sms', status: 404, ms: 1 } });
    expect(talkOf(key).typing).toBe(false);
    expect(states()).toEqual([
      ['mine', 'before', 'sent', 7],
      ['mine', '[image]', 'failed', 1],
    ]);
  });

  it('shows its own texts once, though it is told of them, too', async () => {
    let ref = '';
    vi.spyOn(api, 'sendInbound').mockImplementation(async (m) => {
      ref = m.ref ?? '';
      comes(1, { kind: 'texted', text: from(ref, 'hi') });
      comes(2, { kind: 'inbound', text: from(ref, 'hi'), webhook: { url: '/sms', status: 500, ms: 3 } });
      return { url: '/sms', status: 200, ms: 5 };
    });
    await text(pair, 'hi');
    expect(states()).toEqual([['mine', 'hi', 'sent', 5]]);
    expect(ref).not.toBe('');
    vi.restoreAllMocks();
  });
});
