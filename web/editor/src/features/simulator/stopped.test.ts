import { afterEach, beforeEach, expect, it } from 'vitest';
import { activity } from '../../live';
import { decode } from '../../model/codec';
import type { Rec } from '../../model/types';
import { counts, noReply } from './stopped';

const node = (id: string, type: string, wires: string[][]): Rec => ({ id, type, z: 't', name: id, x: 9, y: 9, wires });
const doc = decode([
  { id: 't', type: 'tab' },
  node('in', 'http-in', [['ok', 'keyword?', 'wait']]),
  node('ok', 'http-response', []),
  node('keyword?', 'switch', [['open'], ['shut']]),
  node('open', 'send-sms', [[]]),
  node('shut', 'switch', [['open'], []]),
  node('wait', 'delay', [['open']]),
]);
const goes = (wire: string, at: number) => {
  activity.set(wire, { count: (activity.get(wire)?.count ?? 0) + 1, at, rate: 1 });
};

beforeEach(() => goes('in:0>keyword?', 1));
afterEach(() => activity.clear());

it('names the switch of which no branch matched, whatever else waits', () => {
  const since = counts();
  goes('in:0>ok', 2);
  goes('in:0>keyword?', 2);
  goes('in:0>wait', 3);
  expect(noReply(doc, since)).toEqual({
    text: 'No reply: stopped at keyword? (no branch matched).',
    node: 'keyword?',
    name: 'keyword?',
  });
});

it('says no more than it knows where a branch leads nowhere, or a node holds the message', () => {
  const since = counts();
  goes('in:0>keyword?', 2);
  goes('keyword?:1>shut', 2);
  expect(noReply(doc, since)).toMatchObject({ text: 'No reply: stopped at shut.', node: 'shut' });
  goes('shut:0>open', 3);
  goes('in:0>wait', 3);
  expect(noReply(doc, since)).toMatchObject({ text: 'No reply: stopped at wait.', node: 'wait' });
});

it('names none where nothing went over the wires since, or all came to an end', () => {
  const nothing = { text: 'No reply yet. Look at the debug panel to see how far the message came.' };
  const since = counts();
  expect(noReply(doc, since)).toEqual(nothing);
  goes('in:0>ok', 2);
  expect(noReply(doc, since)).toEqual(nothing);
});
