import { describe, expect, it } from 'vitest';
import { inWords, lineOf, planOf } from './cron';
import { pathsOf } from './paths';
import { blankRow, reorder } from './rules/rows';
import { fieldsOf, type Property, type Rec } from './schema';
import { differs, effective, read, spelled, typeIn, variable, write } from './values';

const [from, count, v, rules] = fieldsOf({
  type: 'object',
  properties: {
    from: { type: 'string', format: 'template', 'x-ui': { aliases: ['fr'] } },
    count: { type: 'integer', default: 3 },
    v: { format: 'typed', default: 'payload', 'x-ui': { typeKey: 'vt', types: ['msg', 'str'] } },
    rules: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          t: { type: 'string', default: 'eq' },
          v: { format: 'typed', 'x-ui': { typeKey: 'vt', types: ['str'] } },
        },
      },
    },
  },
}) as [never, never, never, never];

describe('spelling', () => {
  it('writes under the name the file uses', () => {
    expect(write({ id: 'a', fr: '1' }, from, '2')).toEqual({ id: 'a', fr: '2' });
    expect(write({ id: 'a', fr: '' }, from, '2')).toEqual({ id: 'a', fr: '2' });
    expect(write({ id: 'a' }, from, '2')).toEqual({ id: 'a', from: '2' });
    expect(read({ from: null, fr: 'x' }, from)).toBe('x');
    expect(Object.keys(write({ a: 1, fr: 'x', z: 2 }, from, 'y'))).toEqual(['a', 'fr', 'z']);
  });

  it('keeps numbers text where they are text', () => {
    expect(spelled('5', 6)).toBe('6');
    expect(spelled(5, 6)).toBe(6);
    expect(spelled(undefined, 6)).toBe(6);
    expect(spelled(5, '6x')).toBe('6x');
  });

  it('takes the default for what is empty', () => {
    expect(effective({ count: '' }, count)).toBe(3);
    expect(effective({ count: 0 }, count)).toBe(0);
    expect(typeIn({}, v)).toBe('msg');
    expect(typeIn({ vt: 'str' }, v)).toBe('str');
  });

  it('knows variables', () => {
    expect(variable('${NAME}')).toBe('NAME');
    expect(variable('$(OLD)')).toBe('OLD');
    expect(variable('x${NAME}')).toBeUndefined();
  });
});

it('a new row has the defaults of its columns', () => {
  expect(blankRow(rules)).toEqual({ t: 'eq', v: '', vt: 'str' });
  expect(reorder(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
});

it('the paths of a message are those one can write', () => {
  const leaves = pathsOf({ payload: { text: 'hi', 'content-type': 1, list: [{ id: 7 }] }, _msgid: 'x' });
  expect(leaves.map((l) => l.path)).toEqual([
    'payload',
    'payload.text',
    'payload["content-type"]',
    'payload.list',
    'payload.list[0]',
    'payload.list[0].id',
  ]);
  expect(leaves[1]).toMatchObject({ sample: 'hi', kind: 'text' });
  const deep: never[] = [];
  let at = deep;
  for (let i = 0; i < 10_000; i++) {
    const below: never[] = [];
    at.push(below as never);
    at = below;
  }
  expect(pathsOf(deep).length).toBeLessThan(20);
});

describe('calendar lines', () => {
  it.each([
    ['0 9 * * 1-5', 'Monday to Friday at 09:00'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['30 18 * * sun', 'Every Sunday at 18:30'],
    ['0 * * * *', 'Every hour, on the hour'],
    ['0 0 1 * *', 'On day 1 of every month at 00:00'],
    ['0 0 1 1 *', ''],
    ['nonsense', ''],
  ])('%s', (line, words) => {
    expect(inWords(line)).toBe(words);
    if (words && !/[a-z]/.test(line)) expect(lineOf(planOf(line))).toBe(line);
  });
});

describe('differs', () => {
  const field = (p: Property) => fieldsOf({ type: 'object', properties: { x: p } })[0]!;
  it.each<[Property, Rec, boolean]>([
    [{ type: 'number', default: 30 }, {}, false],
    [{ type: 'number', default: 30 }, { x: 30 }, false],
    [{ type: 'number', default: 30 }, { x: '30' }, false],
    [{ type: 'number', default: 30 }, { x: 31 }, true],
    [{ type: 'number', default: 30, 'x-ui': { initial: 5 } }, { x: 5 }, false],
    [{ type: 'boolean' }, { x: false }, false],
    [{ type: 'boolean' }, { x: true }, true],
    [{ type: 'boolean', default: true }, { x: false }, true],
    [{ type: 'string' }, { x: '' }, false],
    [{ type: 'string' }, { x: 'a' }, true],
    [{ type: 'array', items: { type: 'string' } }, { x: [] }, false],
    [{ type: 'array', items: { type: 'string' } }, { x: ['a'] }, true],
  ])('of %j with %j is %j', (p, raw, is) => {
    expect(differs(raw, field(p))).toBe(is);
  });
});
