import { describe, expect, it } from 'vitest';
import { isPinned, leadsToPin, type Pin, pinned, pinsOf, togglePin } from './pins';
import { shown } from './shown';

const text = ['msg', 'payload', 'items', '0', 'text'];
const value = (v: unknown) => shown(JSON.stringify(v), 'Object');
const lines = (v: unknown, base: string[], paths: string[][]) =>
  pinned(value(v), base, paths).map(([name, x]) => `${name} = ${x.text}`);

describe('pinned paths', () => {
  it('are pinned and unpinned, each node its own', () => {
    let pins = togglePin([], 'a', text);
    pins = togglePin(pins, 'b', text);
    pins = togglePin(pins, 'a', ['msg', 'topic']);
    expect(pinsOf(pins, 'a', ['msg'])).toEqual([text, ['msg', 'topic']]);
    expect(pinsOf(pins, 'a', ['msg', 'payload'])).toEqual([text]);
    expect(pinsOf(pins, 'a', text)).toEqual([]); // that is the value itself
    pins = togglePin(pins, 'a', text);
    expect(pins).toEqual([
      { node: 'b', path: text },
      { node: 'a', path: ['msg', 'topic'] },
    ]);
  });

  it('are at most 200, the latest', () => {
    let pins: Pin[] = [];
    for (let i = 0; i < 203; i++) pins = togglePin(pins, 'a', ['msg', String(i)]);
    expect(pins).toHaveLength(200);
    expect(pins[0]?.path).toEqual(['msg', '3']);
  });

  it('are told from those that lead there', () => {
    expect(leadsToPin([text], ['msg', 'payload'])).toBe(true);
    expect(isPinned([text], ['msg', 'payload'])).toBe(false);
    expect(isPinned([text], text)).toBe(true);
    expect(leadsToPin([text], ['msg', 'pay'])).toBe(false);
    expect(leadsToPin([text], [...text, 'x'])).toBe(false);
  });

  it('give the values that are there, in their one-line form', () => {
    const v = { payload: { items: [{ text: 'hi' }], 'a b': { c: 1 } } };
    const paths = [text, ['msg', 'payload', 'a b'], ['msg', 'payload', 'gone', 'x']];
    expect(lines(v, ['msg'], paths)).toEqual(['payload.items[0].text = hi', 'payload["a b"] = { c: 1 }']);
    expect(lines(v.payload, ['msg', 'payload'], [text])).toEqual(['items[0].text = hi']);
    expect(lines({ payload: 'text' }, ['msg'], paths)).toEqual([]);
  });
});
