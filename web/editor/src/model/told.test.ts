import { beforeEach, expect, it } from 'vitest';
import { setNodeTypes } from './schema';
import { fieldOf, lineOf } from './told';
import type { Problem } from './types';

beforeEach(() => {
  const properties = { to: { 'x-ui': { label: 'To' } }, rules: { 'x-ui': { label: 'Rules' } } };
  setNodeTypes([{ type: 'send-sms', aliases: ['sendsms'], category: 'messaging', schema: { properties } }]);
});

const about = (property?: string, type?: string): Problem => ({
  severity: 'error',
  message: 'is required',
  ...(property ? { property } : {}),
  ...(type ? { type } : {}),
});

it('names the field as the form does, with the row within', () => {
  expect(lineOf(about('to', 'send-sms'))).toBe('To is required');
  expect(lineOf(about('to'), 'sendsms')).toBe('To is required');
  expect(lineOf(about('rules[1].v'), 'send-sms')).toBe('Rules 2 is required');
});

it('parts the field from what is a sentence of its own', () => {
  const p = { ...about('to', 'send-sms'), message: 'SyntaxError: Unexpected token' };
  expect(lineOf(p)).toBe('To: SyntaxError: Unexpected token');
  expect(lineOf({ ...p, message: 'island is no country' })).toBe('To: island is no country');
});

it('names none that the form does not have', () => {
  expect(fieldOf(about('wires[0]', 'send-sms'))).toBe('');
  expect(lineOf(about(undefined, 'send-sms'))).toBe('is required');
  expect(lineOf(about('to', 'ui-chart'))).toBe('is required');
});
