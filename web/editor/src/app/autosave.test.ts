import { beforeEach, describe, expect, it } from 'vitest';
import { decode, encode } from '../model/codec';
import { commit, docStore, load } from '../model/doc-store';
import { removeNodes } from '../model/ops/nodes';
import { addTab, removeTab } from '../model/ops/tabs';
import type { Rec } from '../model/types';
import { applyDraft, draftOf } from './autosave';
import { idbDelete, idbGet, idbKeys, idbPut } from './idb';
import { conflictStore } from './sync';

const flows: Rec[] = [
  { id: 't', type: 'tab', label: 'T' },
  { id: 'u', type: 'tab', label: 'U' },
  { id: 'a', type: 'debug', z: 't', x: 1, y: 1, wires: [] },
  { id: 'b', type: 'debug', z: 't', x: 2, y: 2, wires: [] },
];
const now = () => docStore.getState();
const open = (recs: Rec[], rev: string) => load(decode(structuredClone(recs), rev));

beforeEach(() => {
  open(flows, 'r1');
  conflictStore.setState({ conflicts: [] });
});

const edit = () =>
  commit('edit', (d) => {
    d.nodes['a']!.name = 'mine';
    removeNodes(d, ['b']);
    removeTab(d, 'u');
    addTab(d, 'New');
  });

describe('a draft', () => {
  it('brings back all that was changed after a reload', () => {
    edit();
    const before = JSON.stringify(encode(now().doc));
    const draft = structuredClone(draftOf(now().base, now().doc));
    open(flows, 'r1');
    expect(applyDraft(draft)).toBe(4);
    expect(JSON.stringify(encode(now().doc))).toBe(before);
    expect(now().undo).toHaveLength(1);
  });

  it('goes on top of what others deployed meanwhile, and tells where both changed', () => {
    edit();
    const draft = structuredClone(draftOf(now().base, now().doc));
    open(
      flows
        .map((r) => (r['id'] === 'a' ? { ...r, x: 50 } : r))
        .concat({ id: 'c', type: 'debug', z: 't', x: 3, y: 3, wires: [] }),
      'r2',
    );
    applyDraft(draft);
    const { doc } = now();
    expect(doc.rev).toBe('r2');
    expect(doc.nodes['a']).toMatchObject({ name: 'mine', x: 1 });
    expect(doc.nodes['c']).toBeDefined();
    expect(doc.nodes['b']).toBeUndefined();
    expect(conflictStore.getState().conflicts.map((c) => c.id)).toEqual(['a']);
  });
});

describe('secrets', () => {
  it('are not kept in the browser; whose they were is', () => {
    commit('edit', (d) => {
      d.nodes['a']!.rec = { ...d.nodes['a']!.rec, credentials: { key: '${KEY}', secret: 'hush', old: '' } };
      d.nodes['b']!.rec = { ...d.nodes['b']!.rec, credentials: { key: '${KEY}' } };
    });
    const draft = draftOf(now().base, now().doc);
    expect(JSON.stringify(draft)).not.toContain('hush');
    expect(draft.secrets).toEqual(['a']);
    open(flows, 'r1');
    applyDraft(draft);
    expect(now().doc.nodes['a']?.rec['credentials']).toEqual({ key: '${KEY}', old: '' });
    expect(now().doc.nodes['b']?.rec['credentials']).toEqual({ key: '${KEY}' });
  });
});

describe('the store in the browser', () => {
  it('keeps, finds and forgets', async () => {
    await idbPut('k', { a: 1 });
    expect(await idbGet('k')).toEqual({ a: 1 });
    expect(await idbKeys()).toContain('k');
    await idbDelete('k');
    expect(await idbGet('k')).toBeUndefined();
  });
});
