import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decode, encode } from './codec';
import { adopt, changedIds, commit, docStore, isDirty, load, redo, sealMerge, travel, undo } from './doc-store';
import { collect, paste } from './ops/copy';
import { addConfig, addNode, removeNodes, setDisabled, splice, unwire, wire } from './ops/nodes';
import { addTab, moveTab, removeTab, tabIds, updateTab } from './ops/tabs';
import { setNodeTypes } from './schema';
import type { Rec } from './types';

const start: Rec[] = [
  { id: 't1', type: 'tab', label: 'One' },
  { id: 't2', type: 'tab', label: 'Two', disabled: true },
  { id: 'in', type: 'inject', z: 't1', x: 100, y: 40, wires: [['sw']] },
  { id: 'sw', type: 'switch', z: 't1', x: 300, y: 40, wires: [['out'], ['out', 'gone']] },
  { id: 'out', type: 'debug', z: 't1', x: 500, y: 40, wires: [] },
  { id: 'g1', type: 'group', z: 't1', name: '', nodes: ['in'], x: 0, y: 0, w: 10, h: 10 },
  { id: 'c1', type: 'vonage', name: 'Account' },
];

setNodeTypes([
  { type: 'inject', category: 'common', inputs: 0, outputs: ['out'], schema: {} },
  { type: 'switch', category: 'function', inputs: 1, outputs: ['a', 'b'], schema: {} },
  { type: 'debug', category: 'common', inputs: 1, outputs: [], schema: {} },
  { type: 'vonage', category: 'config', schema: {} },
  {
    type: 'send-sms',
    category: 'messaging',
    schema: {
      required: ['vonage', 'text'],
      properties: { vonage: { format: 'ref', 'x-ui': { ref: 'vonage' } }, text: {} },
    },
  },
]);

const now = () => docStore.getState();
const text = () => JSON.stringify(encode(now().doc));

beforeEach(() => {
  vi.useRealTimers();
  load(decode(structuredClone(start), 'r1'));
});

/** Any of the things people do, picked by numbers. */
function act(kind: number, a: number, b: number): void {
  commit(`act ${kind}`, (d) => {
    const ids = Object.keys(d.nodes);
    const one = ids[a % Math.max(1, ids.length)] ?? '';
    const other = ids[b % Math.max(1, ids.length)] ?? '';
    const tabs = tabIds(d as typeof d & { order: string[] });
    const tab = tabs[a % Math.max(1, tabs.length)] ?? '';
    switch (kind) {
      case 0:
        addNode(d, ['inject', 'switch', 'debug', 'junction'][b % 4] ?? 'debug', tab, a, b);
        break;
      case 1:
        removeNodes(d, [one, other], a % 2 === 0);
        break;
      case 2:
        if (d.nodes[one]) {
          d.nodes[one].x = a;
          d.nodes[one].name = String(b);
        }
        break;
      case 3:
        wire(d, { source: one, port: b % 3, target: other });
        break;
      case 4:
        unwire(d, { source: one, port: b % 2, target: d.nodes[one]?.wires[b % 2]?.[0] ?? '' });
        break;
      case 5:
        addTab(d);
        break;
      case 6:
        removeTab(d, tab);
        break;
      case 7:
        moveTab(d, tab, tabs[b % Math.max(1, tabs.length)] ?? null);
        break;
      case 8:
        updateTab(d, tab, { label: String(b), disabled: a % 2 === 0 });
        break;
      case 9:
        setDisabled(d, [one, other], b % 2 === 0);
        break;
      case 10:
        paste(d, collect(now().doc, [one, other, 'g1']), { z: tab, fresh: true, by: { x: 20, y: 20 } });
        break;
      case 11:
        splice(d, one, { source: 'in', port: 0, target: d.nodes['in']?.wires[0]?.[0] ?? '' });
        break;
    }
  });
}

const acts = fc.array(fc.tuple(fc.integer({ min: 0, max: 11 }), fc.nat(1000), fc.nat(1000)), { maxLength: 25 });

describe('the document store', () => {
  it('undoes anything back to the start, and redoes it', () => {
    fc.assert(
      fc.property(acts, (list) => {
        load(decode(structuredClone(start), 'r1'));
        const before = text();
        for (const [kind, a, b] of list) act(kind, a, b);
        const after = text();
        const steps = now().undo.length;
        while (now().undo.length > 0) undo();
        expect(text()).toBe(before);
        expect(isDirty()).toBe(false);
        while (now().redo.length > 0) redo();
        expect(text()).toBe(after);
        expect(now().undo).toHaveLength(steps);
      }),
      { numRuns: 200 },
    );
  });

  it('makes no entry when nothing changes', () => {
    commit('nothing', () => {});
    commit('the same', (d) => {
      d.nodes['in']!.x = 100;
    });
    expect(now().undo).toHaveLength(0);
  });

  it('merges what is typed into one field until a pause, another field or a seal', () => {
    vi.useFakeTimers();
    const type = (name: string, merge: string) =>
      commit(
        'Rename',
        (d) => {
          d.nodes['in']!.name = name;
        },
        { merge },
      );
    type('h', 'in name');
    type('he', 'in name');
    expect(now().undo).toHaveLength(1);
    vi.advanceTimersByTime(1500);
    type('hel', 'in name');
    expect(now().undo).toHaveLength(2);
    type('help', 'other');
    expect(now().undo).toHaveLength(3);
    sealMerge();
    type('helpe', 'other');
    expect(now().undo).toHaveLength(4);
    travel(0);
    expect(now().doc.nodes['in']?.name).toBeUndefined();
    vi.useRealTimers();
  });

  it('is clean again when a change is taken back by hand', () => {
    commit('move', (d) => {
      d.nodes['in']!.x = 1;
    });
    expect([...changedIds()]).toEqual(['in']);
    commit('move back', (d) => {
      d.nodes['in']!.x = 100;
    });
    expect(isDirty()).toBe(false);
  });

  it('knows the deployed state across undo, redo and another branch', () => {
    commit('one', (d) => {
      d.nodes['in']!.x = 1;
    });
    adopt({ ...now().doc, rev: 'r2' }, now().doc, 'Deploy');
    expect([isDirty(), now().deployedAt, now().doc.rev]).toEqual([false, 1, 'r2']);
    expect(now().undo).toHaveLength(1);
    undo();
    expect(isDirty()).toBe(true);
    commit('other', (d) => {
      d.nodes['in']!.x = 2;
    });
    expect(now().deployedAt).toBe(-1);
  });

  it('takes a removed node out of wires and groups', () => {
    commit('remove', (d) => removeNodes(d, ['in', 'out']));
    const { doc } = now();
    expect(doc.nodes['sw']?.wires).toEqual([[], ['gone']]);
    expect(doc.groups['g1']?.nodes).toEqual([]);
  });

  it('heals the wires around a removed node', () => {
    commit('remove', (d) => removeNodes(d, ['sw'], true));
    expect(now().doc.nodes['in']?.wires).toEqual([['out']]);
  });

  it('gives a new node the only account that it can mean', () => {
    let first = '';
    let second = '';
    commit('add', (d) => {
      first = addNode(d, 'send-sms', 't1', 0, 0);
    });
    commit('add', (d) => addConfig(d, 'vonage', { z: 't2' }));
    commit('add', (d) => {
      second = addNode(d, 'send-sms', 't1', 0, 0);
    });
    expect(now().doc.nodes[first]?.rec['vonage']).toBe('c1');
    expect(now().doc.nodes[second]?.rec['vonage']).toBe('c1'); // the other one is another flow's
    commit('add', (d) => addConfig(d, 'vonage'));
    commit('add', (d) => {
      first = addNode(d, 'send-sms', 't1', 0, 0);
    });
    expect(now().doc.nodes[first]?.rec['vonage']).toBeUndefined(); // of two, people choose
  });

  it('puts a node into a wire', () => {
    let id = '';
    commit('splice', (d) => {
      id = addNode(d, 'switch', 't1', 0, 0);
      splice(d, id, { source: 'in', port: 0, target: 'sw' });
    });
    const { doc } = now();
    expect(doc.nodes['in']?.wires).toEqual([[id]]);
    expect(doc.nodes[id]?.wires).toEqual([['sw'], []]);
  });

  it('wires nothing into what has no input', () => {
    commit('wire', (d) => {
      wire(d, { source: 'sw', port: 0, target: 'in' });
    });
    expect(now().undo).toHaveLength(0);
  });
});
