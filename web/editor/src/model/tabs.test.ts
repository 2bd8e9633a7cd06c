// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { decode } from './codec';
import { blankTab, firstTab } from './ops/tabs';
import { deployLines } from './summary';
import type { Rec } from './types';

const tab = (more: Rec = {}): Rec => ({ id: 't', type: 'tab', label: 'Flow 1', disabled: false, info: '', ...more });

describe('the tab of a new workspace', () => {
  it.each<[string, Rec[], string | undefined]>([
    ['as we make it', [tab()], 't'],
    ['as Node-RED makes it', [tab({ env: [] })], 't'],
    ['renamed', [tab({ label: 'Replies' })], undefined],
    ['described', [tab({ info: 'What it does' })], undefined],
    ['disabled', [tab({ disabled: true })], undefined],
    ['coloured', [tab({ style: { color: '#ff0000' } })], undefined],
    ['with a node', [tab(), { id: 'n', type: 'comment', z: 't', x: 1, y: 1, wires: [] }], undefined],
    ['beside an account', [tab(), { id: 'c', type: 'vonage' }], undefined],
    ['one of two', [tab(), tab({ id: 'u', label: 'Flow 2' })], undefined],
  ])('is blank or not: %s', (_, recs, id) => {
    expect(blankTab(decode(recs))).toBe(id);
  });

  it('is no loss when it goes, where the server never had it', () => {
    const made = decode([]);
    firstTab(made);
    const line = expect.objectContaining({ what: 'removed' });
    expect(deployLines(made, decode([]))).toEqual([]);
    expect(deployLines(decode([tab()]), decode([]))).toEqual([line]);
  });
});
