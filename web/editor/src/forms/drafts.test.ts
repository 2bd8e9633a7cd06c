import { beforeEach, expect, it } from 'vitest';
import { begin, bringBack, draftStore, edit, kept, rebase } from './drafts';

beforeEach(() => draftStore.setState({ drafts: {} }));
const type = (change: Record<string, string | Record<string, string>>) =>
  edit(
    'new',
    () => ({}),
    (rec) => ({ ...rec, ...change }),
  );
const reload = () => {
  const stored = structuredClone(kept());
  draftStore.setState({ drafts: {} });
  bringBack(stored);
  return JSON.stringify(stored);
};

it('keeps what was typed into a new config node over a reload, but no secret', () => {
  begin({ id: 'new', type: 'vonage', name: '' });
  type({ name: 'Shop', credentials: { apiKey: '${KEY}', apiSecret: 'hush' } });
  expect(reload()).not.toContain('hush');
  expect(draftStore.getState().drafts['new']).toMatchObject({
    isNew: true,
    rec: { id: 'new', type: 'vonage', name: 'Shop', credentials: { apiKey: '${KEY}' } },
    start: { id: 'new', type: 'vonage', name: '' },
  });
});

it('keeps no new one into which nothing was typed, or nothing but a secret', () => {
  begin({ id: 'new', type: 'vonage', name: '' });
  expect(kept()).toEqual({});
  type({ credentials: { apiSecret: 'hush' } });
  expect(kept()).toEqual({});
});

it('lets what is not edited follow the document, and keeps what is', () => {
  const was = { id: 'a', type: 'switch', name: 'A', text: 'old', old: 1, rules: [1], wires: [['x']] };
  edit(
    'a',
    () => was,
    (rec) => ({ ...rec, name: 'Mine' }),
    { rules: [0, -1] },
  );
  begin({ id: 'new', type: 'vonage', name: '' });
  const { old: _, ...rest } = was;
  rebase(() => ({ ...rest, name: 'Theirs', text: 'new', rules: [2], more: true }));
  const mine = { id: 'a', type: 'switch', text: 'new', more: true, rules: [1], wires: [['x']] };
  expect(draftStore.getState().drafts).toMatchObject({
    a: { base: { ...mine, name: 'A' }, rec: { ...mine, name: 'Mine' } },
  });
  expect(draftStore.getState().drafts['a']?.rec).not.toHaveProperty('old');
  expect(draftStore.getState().drafts['new']?.rec).toEqual({ id: 'new', type: 'vonage', name: '' });
  const { drafts } = draftStore.getState();
  rebase(() => undefined);
  expect(draftStore.getState().drafts).toBe(drafts);
});
