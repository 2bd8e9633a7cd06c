import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../schema';
import { carried, menuOf, switched, valueType, wrong } from './types';

const field = fieldsOf({
  type: 'object',
  properties: {
    v: {
      format: 'typed',
      'x-ui': {
        typeKey: 'vt',
        types: ['str', 'num', 'msg', 'flow', 'len'],
        ownTypes: { len: { label: 'fixed length of', as: 'num' } },
      },
    },
  },
})[0]!;

describe('typed values', () => {
  it('offer what the node takes, its own types and the one the file has', () => {
    expect(menuOf(field, 'str').map((t) => t.label)).toEqual([
      'Text',
      'Number',
      'Message property',
      'Flow context',
      'Fixed length of',
    ]);
    expect(menuOf(field, 'jsonata').at(-1)?.name).toBe('jsonata');
    expect(valueType(field, 'len').editor).toBe('number');
    expect(valueType(field, 'strange')).toMatchObject({ label: 'strange', editor: 'text' });
  });

  it('change type when a prefix is typed', () => {
    expect(switched(field, 'str', 'msg.payload')).toEqual({ type: 'msg', value: 'payload' });
    expect(switched(field, 'str', 'global.x')).toBeUndefined(); // not on offer
    expect(switched(field, 'str', 'say msg.')).toBeUndefined();
    expect(switched(field, 'num', 'msg.')).toBeUndefined();
  });

  it('keep what makes sense in another type', () => {
    expect(carried('text', 'path', 'payload')).toBe('payload');
    expect(carried('text', 'number', '12')).toBe('12');
    expect(carried('text', 'number', 'twelve')).toBe('');
    expect(carried('text', 'bool', 'false')).toBe('false');
    expect(carried('path', 'none', 'payload')).toBe('');
    expect(carried('date', 'text', 'iso')).toBe('');
  });

  it('say what is wrong', () => {
    expect(wrong('regex', '(')).toMatch(/^Not a regular expression/);
    expect(wrong('json', '')).toBeUndefined();
    expect(wrong('path', 'payload["a]b"].c')).toBeUndefined();
    expect(wrong('path', 'payload.')).toBeDefined();
    expect(wrong('number', '${N}')).toBeUndefined();
  });
});
