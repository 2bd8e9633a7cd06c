import { expect, it } from 'vitest';
import type { Entry } from '../../model/entries';
import { sectionsOf } from './sections';

const entry = (type: string, category: Entry['category']): Entry => ({
  ...{ type, category, title: type.replaceAll('-', ' '), hint: '', inputs: 1, outputs: 1 },
});
const all = [
  entry('inject', 'common'),
  entry('debug', 'common'),
  entry('send-sms', 'messaging'),
  entry('switch', 'function'),
  entry('change', 'function'),
  entry('delay', 'function'),
  entry('http-in', 'network'),
];
const shown = (query: string, favourites: string[], recent: string[]) =>
  sectionsOf(all, query, favourites, recent)
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => [name, ...list.map((e) => e.type)]);

it('has favourites first, then the five types added last, then the categories', () => {
  const recent = ['delay', 'gone', 'switch', 'debug', 'inject', 'change', 'http-in'];
  expect(shown('', ['send-sms'], recent)).toEqual([
    ['favourite', 'send-sms'],
    ['recent', 'delay', 'switch', 'debug', 'inject', 'change'],
    ['common', 'inject', 'debug'],
    ['messaging', 'send-sms'],
    ['function', 'switch', 'change', 'delay'],
    ['network', 'http-in'],
  ]);
});

it('has only what is found while one looks for something', () => {
  expect(shown('send sms', ['debug'], ['delay'])).toEqual([['found', 'send-sms']]);
});
