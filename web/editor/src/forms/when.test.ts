import { describe, expect, it } from 'vitest';
import { fieldsOf, type Property, type Rec } from './schema';
import { holds, parseWhen, shownFields } from './when';

const fields = fieldsOf({
  type: 'object',
  properties: {
    t: { type: 'string', default: 'set', 'x-ui': { aliases: ['op'] } },
    on: { type: 'boolean' },
    n: { type: 'integer', default: 3 },
    v: { format: 'typed', 'x-ui': { typeKey: 'vt', types: ['str', 'num'] } },
    rows: { type: 'array', items: { type: 'string' } },
  },
});

// The same cases as engine/node/when_test.go.
describe('conditions', () => {
  it.each<[string, Rec, boolean]>([
    ["t == 'set'", {}, true],
    ["t == 'set'", { t: '' }, true],
    ["t == 'set'", { op: 'move' }, false],
    ["t != 'set'", { op: 'move' }, true],
    ["t in ['set', 'move']", { t: 'move' }, true],
    ["t in ['set','move']", { t: 'x' }, false],
    ['on', {}, false],
    ['on', { on: true }, true],
    ['on', { on: 'true' }, true],
    ['on', { on: 'false' }, false],
    ['!on', { on: false }, true],
    ['!on', { on: 1 }, false],
    ["on == 'true'", { on: true }, true],
    ["n == '3'", {}, true],
    ["n == '4'", { n: 4 }, true],
    ["vt == 'str'", {}, true],
    ["vt == 'num'", { vt: 'num', v: '5' }, true],
    ["v == 'it is & || [x]'", { v: 'it is & || [x]' }, true],
    ['v', { v: [1] }, false],
    ['rows', { rows: { a: 1 } }, false],
    ["on && t == 'set'", { on: true }, true],
    ["on && t == 'set'", { on: true, t: 'x' }, false],
    ["on || t == 'set' && n == '4'", { on: true, t: 'x' }, true],
    ["on || t == 'set' && n == '4'", { n: 3 }, false],
  ])('%s of %j', (when, raw, want) => {
    expect(holds(parseWhen(when), fields, raw)).toBe(want);
  });

  it.each(["t = 'a'", 't == a', "t in 'a'", "t in ['a'", 't &', 't u', '', '!', "t == 'a"])('refuses %j', (when) => {
    expect(() => parseWhen(when)).toThrow();
  });

  it('hides a field and one that has nothing to choose', () => {
    const schema: Property = {
      type: 'object',
      properties: {
        kind: { type: 'string', enum: ['text'], default: 'text' },
        mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
        only: { type: 'string', 'x-ui': { when: "mode == 'b'" } },
      },
    };
    const keys = (raw: Rec) => shownFields(fieldsOf(schema), raw).map((f) => f.key);
    expect(keys({})).toEqual(['mode']);
    expect(keys({ mode: 'b', kind: 'mms' })).toEqual(['kind', 'mode', 'only']);
  });
});
