import { beforeEach, describe, expect, it } from 'vitest';
import { decode } from '../model/codec';
import { commit, docStore, load, undo } from '../model/doc-store';
import { setNodeTypes } from '../model/schema';
import type { FlowDoc, Id } from '../model/types';
import { align, distribute } from './align';
import { addGroup, fitGroups, joinGroup, ungroup } from './edits/groups';
import { moveAndFit, removeAll } from './edits/nodes';
import { addWire, link, removeWire, splice } from './edits/wires';
import { closest, inOrder, toward } from './focus';
import { snapMove } from './guides';
import { hitTest } from './hit';
import { Scene } from './scene';
import { short, statusLook } from './status';
import { Viewport } from './viewport';

const type = (name: string, inputs: number, outputs: string[]) => ({
  type: name,
  category: 'common',
  icon: 'box',
  inputs,
  outputs,
  schema: {},
});

beforeEach(() => {
  setNodeTypes([
    type('inject', 0, ['out']),
    type('change', 1, ['out']),
    type('debug', 1, []),
    type('link-in', 0, ['out']),
    type('link-out', 1, []),
  ]);
  load(
    decode([
      { id: 't', type: 'tab', label: 'T' },
      { id: 'g', type: 'group', z: 't', name: 'G', nodes: ['b'], x: 200, y: 40, w: 200, h: 120 },
      { id: 'a', type: 'inject', z: 't', name: 'A', x: 100, y: 100, wires: [['b']] },
      { id: 'b', type: 'change', z: 't', g: 'g', name: 'B', x: 300, y: 100, wires: [['c']] },
      { id: 'c', type: 'debug', z: 't', name: 'C', x: 500, y: 100, wires: [] },
      { id: 'n', type: 'change', z: 't', name: 'N', x: 200, y: 300, wires: [[]] },
      { id: 'j', type: 'junction', z: 't', x: 100, y: 500, wires: [[]] },
      {
        id: 's',
        type: 'subflow',
        name: 'S',
        in: [{ x: 40, y: 40, wires: [{ id: 'i' }] }],
        out: [{ x: 400, y: 40, wires: [{ id: 'i', port: 0 }] }],
      },
      { id: 'i', type: 'change', z: 's', name: 'I', x: 200, y: 40, wires: [[]] },
      { id: 'si', type: 'subflow:s', z: 't', name: '', x: 500, y: 300, wires: [['c']] },
    ]),
  );
});

const doc = (): FlowDoc => docStore.getState().doc;
function scene(tab = 't'): Scene {
  const s = new Scene();
  s.sync(doc(), tab);
  return s;
}
const sizes = (s: Scene) => (id: Id) => s.nodes.get(id);

describe('the scene', () => {
  it('has nodes, junctions, instances and wires of its tab only', () => {
    const s = scene();
    expect([...s.nodes.keys()].sort()).toEqual(['a', 'b', 'c', 'j', 'n', 'si']);
    expect([...s.wires.keys()].sort()).toEqual(['a:0>b', 'b:0>c', 'si:0>c']);
    expect(s.nodes.get('si')).toMatchObject({ label: 'S', inputs: 1, outputs: 1 });
  });
  it('makes only what changed anew', () => {
    const s = scene();
    const [a, b] = [s.nodes.get('a'), s.nodes.get('b')];
    commit('move', (d) => {
      d.nodes['b']!.x = 320;
    });
    expect([...s.sync(doc(), 't')]).toEqual(['b']);
    expect(s.nodes.get('a')).toBe(a);
    expect(s.nodes.get('b')).not.toBe(b);
    expect(s.wires.get('a:0>b')?.target.x).toBe(320);
  });
  it('goes back to the document after a drag that was given up', () => {
    const s = scene();
    s.place([['b', { x: 900, y: 900 }]]);
    expect(s.nodesIn({ x0: 850, y0: 850, x1: 950, y1: 950 }).map((n) => n.id)).toEqual(['b']);
    s.sync(doc(), 't');
    expect(s.nodes.get('b')).toMatchObject({ x: 300, y: 100 });
  });
  it('shows the ends of a subflow, wired', () => {
    const s = scene('s');
    expect([...s.nodes.keys()].sort()).toEqual(['i', 's/in/0', 's/out/0']);
    expect([...s.wires.keys()].sort()).toEqual(['i:0>s/out/0', 's/in/0:0>i']);
  });
});

describe('what is under the pointer', () => {
  const at = (x: number, y: number, zoom = 1) => hitTest(scene(), { x, y }, { zoom });
  it('is a port at the edge, the body within, the wire between', () => {
    expect(at(150, 100)).toMatchObject({ kind: 'output', port: 0, node: { id: 'a' } });
    expect(at(250, 100)).toMatchObject({ kind: 'input', node: { id: 'b' } });
    expect(at(100, 100)).toMatchObject({ kind: 'node', node: { id: 'a' } });
    expect(at(200, 105)).toMatchObject({ kind: 'wire', wire: { id: 'a:0>b' } });
    expect(at(200, 130)).not.toMatchObject({ kind: 'wire' });
  });
  it('is the button beside the node, the head of the group, or nothing', () => {
    expect(at(32, 100)).toMatchObject({ kind: 'button', node: { id: 'a' } });
    expect(at(300, 50)).toMatchObject({ kind: 'group', part: 'title' });
    expect(at(300, 140)).toMatchObject({ kind: 'group', part: 'body' });
    expect(at(-400, -400)).toBeNull();
  });
  it('has no ports when all is tiny', () => {
    expect(at(150, 100, 0.2)).toMatchObject({ kind: 'node' });
  });
});

describe('edits', () => {
  it('splice a node into a wire, and undo restores it', () => {
    const before = doc();
    commit('splice', (d) => splice(d, { source: 'a', port: 0, target: 'b' }, 'n'));
    expect(doc().nodes['a']?.wires).toEqual([['n']]);
    expect(doc().nodes['n']?.wires).toEqual([['b']]);
    undo();
    expect(doc()).toEqual(before);
  });
  it('heal the wire around what is removed, and forget it in its group', () => {
    commit('remove', (d) => removeAll(d, new Set(['b']), new Set(), true));
    expect(doc().nodes['a']?.wires).toEqual([['c']]);
    expect(doc().groups['g']?.nodes).toEqual([]);
    expect(doc().order).not.toContain('b');
  });
  it('remove a group with what is in it', () => {
    commit('remove', (d) => removeAll(d, new Set(), new Set(['g']), false));
    expect(doc().groups).toEqual({});
    expect('b' in doc().nodes).toBe(false);
    expect(doc().nodes['a']?.wires).toEqual([[]]);
  });
  it('wire and unwire the ends of a subflow in its record', () => {
    commit('unwire', (d) => removeWire(d, { source: 's/in/0', port: 0, target: 'i' }));
    expect(doc().subflows['s']?.rec['in']).toEqual([{ x: 40, y: 40, wires: [] }]);
    commit('through', (d) => addWire(d, { source: 's/in/0', port: 0, target: 's/out/0' }));
    expect(doc().subflows['s']?.rec['out']).toMatchObject([
      {
        wires: [
          { id: 'i', port: 0 },
          { id: 's', port: 0 },
        ],
      },
    ]);
  });
  it('take an output of a subflow from its instances too', () => {
    commit('remove', (d) => removeAll(d, new Set(['s/out/0']), new Set(), false));
    expect(doc().subflows['s']?.rec['out']).toEqual([]);
    expect(doc().nodes['si']?.wires).toEqual([]);
  });
  it('do not make the same wire twice', () => {
    const before = doc();
    commit('wire', (d) => addWire(d, { source: 'a', port: 0, target: 'b' }));
    expect(doc()).toBe(before);
  });
  it('link both ends', () => {
    commit('link', (d) => link(d, 'a', 'c'));
    expect(doc().nodes['a']?.rec['links']).toEqual(['c']);
    expect(doc().nodes['c']?.rec['links']).toEqual(['a']);
  });
});

describe('groups', () => {
  it('grow with what is moved in them and never shrink', () => {
    const s = scene();
    commit('move', (d) => moveAndFit(d, new Map([['b', { x: 500, y: 300 }]]), sizes(s)));
    const g = doc().groups['g']!;
    expect(g).toMatchObject({ x: 200, y: 40 });
    expect(g.x + g.w).toBe(570); // 500 + 50 + 20
    expect(g.y + g.h).toBe(335);
    commit('back', (d) => moveAndFit(d, new Map([['b', { x: 300, y: 100 }]]), sizes(s)));
    expect(doc().groups['g']).toMatchObject({ w: g.w, h: g.h });
  });
  it('nest, refuse to hold themselves, and come apart', () => {
    const s = scene();
    commit('group', (d) => addGroup(d, 'o', 't', ['g', 'a'], sizes(s)));
    expect(doc().groups['o']?.nodes).toEqual(['g', 'a']);
    expect(doc().groups['g']?.g).toBe('o');
    commit('loop', (d) => joinGroup(d, 'o', 'g', sizes(s)));
    expect(doc().groups['o']?.g).toBeUndefined();
    commit('fit', (d) => fitGroups(d, ['b'], sizes(s)));
    commit('ungroup', (d) => ungroup(d, ['g']));
    expect(doc().groups['o']?.nodes).toEqual(['b', 'a']);
    expect(doc().nodes['b']?.g).toBe('o');
  });
});

describe('moving about', () => {
  const at = (id: string, x: number, y: number) => ({ id, x, y });
  const all = [at('m', 0, 0), at('far', 400, 0), at('near', 100, 60), at('up', 10, -80), at('left', -90, 5)];
  it('prefers what lies straight ahead', () => {
    expect(toward(all[0]!, all, 'right', 'm')?.id).toBe('near');
    expect(toward(all[0]!, all, 'up', 'm')?.id).toBe('up');
    expect(toward(all[0]!, all, 'left', 'm')?.id).toBe('left');
    expect(toward(all[4]!, all, 'left', 'left')).toBeUndefined();
  });
  it('finds the nearest, and reads row by row', () => {
    expect(closest({ x: 380, y: 3 }, all)?.id).toBe('far');
    expect(inOrder(all).map((n) => n.id)).toEqual(['up', 'left', 'm', 'far', 'near']);
  });
});

describe('snapping', () => {
  const box = { x0: 0, y0: 0, x1: 100, y1: 30 };
  it('goes to the grid by the anchor', () => {
    expect(snapMove(box, { x: 50, y: 15 }, 17, 3, [])).toEqual({ dx: 10, dy: 5, guides: [] });
  });
  it('goes in line with a neighbour that is nearer', () => {
    const s = snapMove(box, { x: 50, y: 15 }, 203, 44, [{ x0: 199, y0: 200, x1: 340, y1: 230 }]);
    expect(s.dx).toBe(199);
    expect(s.guides).toHaveLength(1);
    expect(s.guides[0]).toMatchObject({ x0: 199, x1: 199 });
  });
});

describe('in line', () => {
  const n = (id: string, x: number, w = 100) => ({ id, x, y: 0, w, h: 30 });
  it('aligns edges, not centres, and spreads gaps evenly', () => {
    expect([...align([n('a', 100), n('b', 300, 200)], 'left').values()].map((p) => p.x)).toEqual([100, 150]);
    expect(distribute([n('a', 0), n('b', 110, 60), n('c', 400)], 'x').get('b')?.x).toBe(200);
  });
});

describe('the view', () => {
  it('zooms about a point, within bounds', () => {
    const v = new Viewport(() => {});
    v.resize(800, 600);
    const before = v.toFlow(300, 200);
    v.zoomAt(300, 200, 1.7);
    expect(v.toFlow(300, 200).x).toBeCloseTo(before.x);
    v.zoomAt(0, 0, 99);
    expect(v.zoom).toBe(2);
    v.zoomAt(0, 0, 0.001);
    expect(v.zoom).toBe(0.05);
  });
  it('fits boxes into itself, never larger than life', () => {
    const v = new Viewport(() => {});
    v.resize(800, 600);
    expect(v.placeOf([{ x0: 0, y0: 0, x1: 100, y1: 100 }])).toEqual({ x: -350, y: -250, zoom: 1 });
    expect(v.placeOf([{ x0: 0, y0: 0, x1: 1408, y1: 100 }]).zoom).toBeCloseTo(0.5);
    expect(v.placeOf([])).toEqual({ x: 0, y: 0, zoom: 1 });
  });
});

describe('a status', () => {
  it('has a shape beside its colour', () => {
    expect(statusLook({ fill: 'green', shape: 'dot', text: 'on' }).kind).toBe('ok');
    expect(statusLook({ fill: 'red', shape: 'dot', text: '' }).kind).toBe('error');
    expect(statusLook({ fill: 'yellow', shape: 'ring' }).kind).toBe('waiting');
    expect(statusLook({ fill: 'purple', shape: 'dot' }).colour).toBe('purple');
    expect(statusLook({ fill: 'url(x)', shape: 'dot' }).colour).toBeUndefined();
  });
  it('is cut at 40 characters, not in the middle of one', () => {
    expect([...short('😀'.repeat(60))]).toHaveLength(40);
  });
});
