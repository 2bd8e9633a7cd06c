import { beforeEach, expect, it } from 'vitest';
import { decode } from '../model/codec';
import { commit, docStore, load } from '../model/doc-store';
import { toastStore } from './toast';
import { undoable } from './undoable';

const toasts = () => toastStore.getState().toasts;
const rename = (name: string) =>
  commit(name, (d) => {
    d.nodes['a']!.name = name;
  });

beforeEach(() => {
  load(decode([{ id: 'a', type: 'debug', x: 1, y: 1, wires: [] }]));
  toastStore.setState({ toasts: [] });
});

it('takes back what it tells of', () => {
  rename('one');
  undoable('Renamed');
  toasts()[0]?.action?.run();
  expect(docStore.getState().doc.nodes['a']?.name).toBeUndefined();
  expect(toasts()).toEqual([]);
});

it('is gone when undo would take back something else', () => {
  rename('one');
  undoable('Renamed');
  rename('two');
  expect(toasts()).toEqual([]);
});
