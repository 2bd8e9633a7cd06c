import { beforeEach, expect, it } from 'vitest';
import { begin, bringBack, draftStore, edit, kept } from './drafts';

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
