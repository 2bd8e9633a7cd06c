import { describe, expect, it } from 'vitest';
import { decode } from '../../model/codec';
import { setNodeTypes } from '../../model/schema';
import { parseQuery, search } from './query';

setNodeTypes([
  { type: 'switch', category: 'function', inputs: 1, outputs: ['a'], schema: {} },
  { type: 'debug', category: 'common', inputs: 1, outputs: [], schema: {} },
  { type: 'vonage', category: 'config', schema: {} },
]);
const doc = decode([
  { id: 't', type: 'tab', label: 'Greetings' },
  { id: 'sw', type: 'switch', z: 't', x: 0, y: 0, name: 'keyword?', rules: [{ v: 'STOP' }], wires: [['db']] },
  { id: 'db', type: 'debug', z: 't', x: 0, y: 0, d: true, wires: [] },
  { id: 'lost', type: 'debug', z: 't', x: 0, y: 0, acc: 'v1', wires: [] },
  { id: 'v1', type: 'vonage', name: 'Account' },
  { id: 'odd', type: 'no such', z: 't', x: 0, y: 0, wires: [['db']] },
]);
const find = (q: string) =>
  search(parseQuery(q), { doc, problems: { db: [{ severity: 'error', message: 'x' }] }, changed: new Set(['sw']) }).map(
    (f) => f.id,
  );

describe('search', () => {
  it('parses words, quotes and flags', () => {
    expect(parseQuery('type:switch "two words" is:unused uses:"My account"')).toEqual({
      words: ['two words'],
      type: ['switch'],
      is: ['unused'],
      uses: ['my account'],
    });
  });
  it('finds names, properties, ids and flows', () => {
    expect(find('KEYWORD')).toEqual(['sw']);
    expect(find('stop')).toEqual(['sw']);
    expect(find('lost')).toEqual(['lost']);
    expect(find('greet')).toEqual(['t']);
    expect(find('nothing at all')).toEqual([]);
    expect(find('')).toEqual([]);
  });
  it('says where in a property', () => {
    expect(search(parseQuery('stop'), { doc, problems: {}, changed: new Set() })[0]?.match).toBe('rules.0.v: STOP');
  });
  it('filters', () => {
    expect(find('type:debug')).toEqual(['db', 'lost']);
    expect(find('type:debug is:unused')).toEqual(['lost']);
    expect(find('is:disabled')).toEqual(['db']);
    expect(find('is:unknown')).toEqual(['odd']);
    expect(find('is:invalid')).toEqual(['db']);
    expect(find('is:changed')).toEqual(['sw']);
    expect(find('is:config')).toEqual(['v1']);
    expect(find('uses:account')).toEqual(['lost']);
  });
});
