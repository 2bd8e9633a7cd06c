import { beforeEach, expect, it } from 'vitest';
import { decode, encode } from '../model/codec';
import { docStore, isDirty, load, undo } from '../model/doc-store';
import { tabColour } from '../model/ops/tabs';
import type { Rec } from '../model/types';
import type { Item } from '../ui';
import { colourItems } from './tab-colours';

const tab = { id: 't', type: 'tab', label: 'T', info: '', style: { own: 1 } };
beforeEach(() => load(decode([tab, { id: 'u', type: 'tab', label: 'U' }], 'r1')));

const rows = (id: string) =>
  colourItems(id).filter((i) => typeof i === 'object' && 'run' in i) as Exclude<Item, string | { heading: string }>[];
const choose = (id: string, label: string) =>
  rows(id)
    .find((r) => r.label === label)
    ?.run();
const ticked = (id: string) =>
  rows(id)
    .filter((r) => r.checked)
    .map((r) => r.label);
const written = (): Rec[] => encode(docStore.getState().doc);

it('is written to the flow, and undone', () => {
  expect(ticked('t')).toEqual(['No colour']);
  choose('t', 'Green');
  expect(written()[0]).toEqual({ ...tab, style: { own: 1, color: '#16a34a' } });
  expect(ticked('t')).toEqual(['Green']);
  undo();
  expect(written()[0]).toEqual(tab);
  expect(ticked('t')).toEqual(['No colour']);
});

it('leaves nothing behind when it is taken away', () => {
  choose('u', 'Red');
  expect(written()[1]).toEqual({ id: 'u', type: 'tab', label: 'U', style: { color: '#dc2626' } });
  choose('u', 'No colour');
  expect(written()[1]).toEqual({ id: 'u', type: 'tab', label: 'U' });
  expect(isDirty()).toBe(false);
});

it('is one entry of the history, none when it is the same', () => {
  choose('t', 'Blue');
  choose('t', 'Blue');
  expect(docStore.getState().undo).toHaveLength(1);
});

it('is only what is plainly a colour', () => {
  const colour = (style: unknown) => {
    const doc = decode([{ id: 't', type: 'tab', style } as Rec]);
    return tabColour(doc.tabs['t']!);
  };
  expect(colour({ color: '#16A34A' })).toBe('#16A34A');
  for (const odd of [{ color: 'url(http://x)' }, { color: 7 }, 'red', null, [], undefined])
    expect(colour(odd)).toBe('');
});
