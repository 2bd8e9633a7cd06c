import { describe, expect, it } from 'vitest';
import { fieldsOf, labelIn } from '../schema';
import { carried, menuOf, settled, switched, valueType, wrong } from './types';

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

// As the change and the switch node have it.
const rule = fieldsOf({
  type: 'object',
  properties: {
    t: { type: 'string', enum: ['set', 'move', 'istype'] },
    v: {
      format: 'typed',
      'x-ui': {
        typeKey: 'vt',
        types: ['str', 'num', 'msg', 'flow'],
        typesWhen: { str: "t != 'move'", num: "t != 'move'" },
        valuesWhen: { string: "t == 'istype'", number: "t == 'istype'" },
        labelWhen: { 'is of type': "t == 'istype'" },
      },
    },
  },
});
const value = rule[1]!;

describe('typed values that depend on their siblings', () => {
  const set = { t: 'set', v: 'payload', vt: 'str' };

  it('offer only the types that make sense', () => {
    const names = (t: string, type = 'msg') => menuOf(value, type, { t }).map((x) => x.name);
    expect(names('set')).toEqual(['str', 'num', 'msg', 'flow']);
    expect(names('move')).toEqual(['msg', 'flow']);
    expect(names('move', 'str')).toEqual(['msg', 'flow', 'str']); // what the file has
  });

  it('take one of them when the sibling changes', () => {
    expect(settled(rule, set, { ...set, t: 'move' })).toEqual({ t: 'move', v: 'payload', vt: 'msg' });
    const flow = { ...set, vt: 'flow' };
    expect(settled(rule, flow, { ...flow, t: 'move' })).toEqual({ ...flow, t: 'move' });
  });

  it('leave alone what a file has, right or wrong', () => {
    const wrongly = { t: 'move', v: 'payload', vt: 'str' };
    expect(settled(rule, wrongly, { ...wrongly, v: 'topic' })).toEqual({ ...wrongly, v: 'topic' });
    const strange = { t: 'set', v: 'x', vt: 'strange' };
    expect(settled(rule, strange, { ...strange, v: 'y' })).toEqual({ ...strange, v: 'y' });
  });

  it('become a word, which is the type, too, and no word again', () => {
    const word = settled(rule, set, { ...set, t: 'istype' });
    expect(word).toEqual({ t: 'istype', v: 'string', vt: 'string' });
    expect(value.values?.(word)).toEqual(['string', 'number']);
    expect(settled(rule, word, { ...word, v: 'number', vt: 'number' })).toEqual({
      t: 'istype',
      v: 'number',
      vt: 'number',
    });
    expect(settled(rule, word, { ...word, t: 'set' })).toEqual({ t: 'set', v: '', vt: 'str' });
    expect(settled(rule, word, { ...word, t: 'move' })).toEqual({ t: 'move', v: '', vt: 'msg' });
  });

  it('are called by what they mean there', () => {
    expect(labelIn(value, { t: 'istype' })).toBe('is of type');
    expect(labelIn(value, set)).toBe('V');
  });
});

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
