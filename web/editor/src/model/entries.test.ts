import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../i18n';
import { entries, find } from './entries';
import { type NodeType, setNodeTypes } from './schema';
import type { FlowDoc } from './types';

const type = (name: string, category: string, help = ''): NodeType => ({
  type: name,
  category,
  help,
  inputs: 1,
  outputs: ['out'],
  schema: { type: 'object', properties: {} },
});
const types = [
  type('switch', 'function', 'Sends messages on by **rules**.'),
  type('delay', 'function'),
  type('http-in', 'network'),
  type('http-request', 'network'),
  type('junction', 'common'),
  type('vonage', 'config'),
];
const doc = { tabs: {}, nodes: {}, groups: {}, subflows: {}, order: [], rev: '' } as FlowDoc;
setNodeTypes(types);
const all = entries(types, doc);
const found = (query: string) => find(all, query).map((e) => e.type);

afterEach(() => speak('en'));

describe('what can be added', () => {
  it('is neither a config node nor a junction, and says what it does', () => {
    expect(all.map((e) => e.type)).toEqual(['switch', 'delay', 'http-in', 'http-request']);
    expect(all[0]?.hint).toBe('Sends messages on by rules.');
  });

  it('is found by its name first, then by other words, then by what is said of it', () => {
    expect(found('http')).toEqual(['http-in', 'http-request']);
    expect(found('throttle')).toEqual(['delay']);
    expect(found('condition')).toEqual(['switch']);
    expect(found('rules mess')).toEqual(['switch']);
    expect(found('nothing of that')).toEqual([]);
    expect(found('')).toHaveLength(4);
  });

  it('comes first where what was typed says most of it', () => {
    const some = ['comment', 'template', 'send-sms'].map((n) => type(n, 'common'));
    expect(find(entries(some, doc), 'text').map((e) => e.type)).toEqual(['template', 'send-sms', 'comment']);
  });

  it('is found by the words of the language that is spoken, and by the English ones', async () => {
    expect(found('bedingung')).toEqual([]);
    await speak('de');
    expect(found('bedingung')).toEqual(['switch']);
    expect(found('condition')).toEqual(['switch']);
    expect(found('empfangen')).toEqual(['http-in']);
  });
});
