import { describe, expect, it } from 'vitest';
import { copyText, linesOf, nested, pathText, quoted, shown } from './shown';

describe('values as debug shows them', () => {
  it('keep their kind', () => {
    const cases: [string, string, string, string][] = [
      ['hello', 'string[5]', 'string', 'hello'],
      ['1e+21', 'number', 'number', '1e+21'],
      ['true', 'boolean', 'boolean', 'true'],
      ['(undefined)', 'null', 'null', 'null'],
      ['(undefined)', 'undefined', 'undefined', 'undefined'],
      ['0102ff', 'buffer[3]', 'buffer', 'buffer[3] 0102ff'],
      ['[1,2]', 'array[2]', 'array', '[1, 2]'],
      ['{"a":{"b":"x"}}', 'Object', 'object', '{ a: { b: "x" } }'],
      ['{"__enc__":true,"type":"error","data":{"name":"Error","message":"no"}}', 'error', 'error', 'Error: no'],
      ['{"__enc__":true,"type":"bigint","data":"12345678901234567890"}', 'bigint', 'number', '12345678901234567890'],
      ['no json', 'Object', 'other', 'no json'],
    ];
    for (const [msg, format, kind, text] of cases) expect(shown(msg, format)).toMatchObject({ kind, text });
    const big = { __enc__: true, type: 'bigint', data: '9' } as const;
    expect(shown(big, 'bigint')).toMatchObject({ kind: 'number', text: '9' });
  });
  it('keep the direction of writing to themselves', () => {
    expect(quoted('abc', 60)).toBe('"abc"');
    expect(quoted('\u202eabc\u0000', 60)).toBe('"\\u202eabc\\u0000"');
    expect(quoted('שלום', 60)).toBe('\u2068"שלום"\u2069');
    expect(nested({ a: '\u2067x', b: 1 }).text).toBe('{ a: "\\u2067x", b: 1 }');
    expect(quoted('ab😀', 3)).toBe('"ab…"');
  });
  it('know how much was cut off', () => {
    expect(shown('abc...', 'string[2000]').length).toBe(2000);
    expect(shown('{"__enc__":true,"type":"array","data":[1],"length":9}', 'array[9]')).toMatchObject({
      length: 9,
      children: [['0', 1]],
    });
  });
  it('decode what JSON cannot say', () => {
    expect(nested({ __enc__: true, type: 'undefined' }).kind).toBe('undefined');
    expect(nested({ __enc__: true, type: 'number', data: 'NaN' }).text).toBe('NaN');
    expect(copyText({ a: { __enc__: true, type: 'number', data: 'NaN' }, b: [1] })).toBe(
      '{\n  "a": "NaN",\n  "b": [\n    1\n  ]\n}',
    );
  });
  it('write a path as an expression does', () => {
    expect(pathText(['msg', 'payload', 'items', '0', 'a b'], [false, false, false, true, false])).toBe(
      'msg.payload.items[0]["a b"]',
    );
  });
});

describe('values at a glance', () => {
  it('have a line for each member', () => {
    expect(linesOf(`{"to":"447700900000","n":1,"a":{"b":[1]},"long":"${'x'.repeat(80)}"}`, 'Object')).toEqual([
      'to: "447700900000"',
      'n: 1',
      'a: { b: [1] }',
      `long: "${'x'.repeat(60)}…"`,
    ]);
    expect(linesOf('[1,2,3]', 'array[3]', 2)).toEqual(['0: 1', '1: 2', '… +1']);
  });

  it('are one line without members', () => {
    expect(linesOf('hello', 'string[5]')).toEqual(['hello']);
    expect(linesOf('{}', 'Object')).toEqual(['{ }']);
    expect(linesOf('{"cut":"at a thousa', 'Object')).toEqual(['{"cut":"at a thousa']);
  });
});
