import { expect, it } from 'vitest';
import { fieldOf, overridden } from './InstanceEnvField';

it('a variable is drawn as its subflow asks', () => {
  expect(fieldOf({ name: 'A', type: 'str', value: 'x' })).toMatchObject({ kind: 'typed', label: 'A' });
  expect(
    fieldOf({
      name: 'A',
      type: 'str',
      ui: { type: 'select', label: { 'en-US': 'Tone' }, opts: { opts: [{ l: { 'en-US': 'Kind' }, v: 'k' }] } },
    }),
  ).toMatchObject({ kind: 'enum', label: 'Tone', prop: { enum: ['k'] }, ui: { enumLabels: { k: 'Kind' } } });
  expect(fieldOf({ name: 'A', type: 'num', ui: { type: 'spinner', opts: { min: '1', max: 5 } } })).toMatchObject({
    kind: 'number',
    prop: { minimum: 1, maximum: 5 },
  });
  expect(fieldOf({ name: 'A', ui: { type: 'hide' } })).toBeUndefined();
});

it('an instance keeps only what differs from the subflow', () => {
  const v = { name: 'A', type: 'str', value: 'x' };
  const other = { name: 'B', type: 'num', value: '1' };
  expect(overridden([other], v, { type: 'str', value: 'y' })).toEqual([other, { name: 'A', type: 'str', value: 'y' }]);
  expect(overridden([{ name: 'A', type: 'str', value: 'y', odd: 1 }, other], v, { type: 'num', value: '2' })).toEqual([
    { name: 'A', type: 'num', value: '2', odd: 1 },
    other,
  ]);
  expect(overridden([{ name: 'A', type: 'str', value: 'y' }, other], v, { type: 'str', value: 'x' })).toEqual([other]);
});
