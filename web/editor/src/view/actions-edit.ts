/** Changing nodes by key: open, remove, nudge, disable, press, align. */

import type { Action } from '../actions/registry';
import { edit, noSelection, session } from '../app/session';
import { en, t } from '../i18n';
import { commit, docStore } from '../model/doc-store';
import { GRID } from '../model/geometry';
import { setDisabled } from '../model/ops/nodes';
import type { Id } from '../model/types';
import { undoable } from '../ui/undoable';
import { announce } from './a11y-tree';
import { hasSelection, subjects } from './actions-move';
import { type Alignment, align, distribute, type Placed } from './align';
import { membersOf } from './edits/groups';
import { moveAndFit, type Places, removeAll } from './edits/nodes';
import { removeWire } from './edits/wires';
import type { FlowView } from './flow-view';
import { neighbour } from './focus';
import { pressButton } from './selecting';

/** Removes what is selected at once and offers the way back. */
export function removeSelected(v: FlowView, mend: boolean): void {
  const { selection } = session.getState();
  const { groups } = selection;
  const nodes = hasSelection() ? selection.nodes : subjects(v);
  const wires = [...selection.wires].map((id) => v.wire(id)).filter((w) => w !== undefined);
  const n = nodes.size + groups.size;
  if (n + wires.length === 0) return;
  const next = n > 0 ? neighbour(v.scene, nodes) : v.focused;
  const label =
    n === 0 ? t('Remove {{count}} wires', { count: wires.length }) : t('Remove {{count}} nodes', { count: n });
  commit(label, (d) => {
    for (const w of wires) removeWire(d, { source: w.source.id, port: w.port, target: w.target.id });
    if (n > 0) removeAll(d, nodes, groups, mend);
  });
  session.setState((s) => ({
    selection: noSelection(),
    editing: s.editing && nodes.has(s.editing) ? null : s.editing,
  }));
  v.sync();
  v.setFocus(next, false);
  const said =
    n === 0 ? t('Removed {{count}} wires', { count: wires.length }) : t('Removed {{count}} nodes', { count: n });
  announce(said);
  if (n > 0) undoable(said);
}

/** Moves the selection, groups with what is in them. */
function nudge(v: FlowView, dx: number, dy: number): void {
  v.sync(); // keys may be faster than frames: the last step counts
  const { groups } = session.getState().selection;
  const inside = membersOf(docStore.getState().doc, groups);
  const places: Places = new Map();
  for (const id of new Set([...subjects(v), ...inside.nodes])) {
    const n = v.scene.nodes.get(id);
    if (n) places.set(id, { x: n.x + dx, y: n.y + dy });
  }
  for (const g of v.scene.groups) if (inside.groups.has(g.id)) places.set(g.id, { x: g.x + dx, y: g.y + dy });
  if (places.size === 0) return;
  commit(t('Move {{count}} nodes', { count: places.size }), (d) => moveAndFit(d, places, sizesOf(v)), {
    merge: 'nudge',
  });
}

const sizesOf = (v: FlowView) => (id: Id) => v.scene.nodes.get(id);

function disable(v: FlowView): void {
  const ids = [...subjects(v)].filter((id) => v.scene.nodes.get(id)?.rec);
  const off = ids.some((id) => !v.scene.nodes.get(id)!.disabled);
  commit(off ? t('Disable') : t('Enable'), (d) => setDisabled(d, ids, off));
  announce(off ? t('disabled') : t('enabled'));
}

function arrange(v: FlowView, label: string, how: (list: Placed[]) => Places): void {
  const list = [...session.getState().selection.nodes]
    .map((id) => v.scene.nodes.get(id))
    .filter((n) => n !== undefined);
  if (list.length < 2) return;
  const places = how(list);
  commit(label, (d) => moveAndFit(d, places, sizesOf(v)));
}

export function editing(v: FlowView): Action[] {
  const free = () => !v.locked;
  const any = () => subjects(v).size > 0;
  const arrows: [key: string, dx: number, dy: number, step: string, jump: string][] = [
    ['Left', -1, 0, en('Move 1 px left'), en('Move 20 px left')],
    ['Right', 1, 0, en('Move 1 px right'), en('Move 20 px right')],
    ['Up', 0, -1, en('Move 1 px up'), en('Move 20 px up')],
    ['Down', 0, 1, en('Move 1 px down'), en('Move 20 px down')],
  ];
  const alignments: [Alignment, string, string][] = [
    ['left', 'L', en('Align left')],
    ['centre', 'C', en('Align centres')],
    ['right', 'R', en('Align right')],
    ['top', 'T', en('Align top')],
    ['middle', 'M', en('Align middles')],
    ['bottom', 'B', en('Align bottom')],
  ];
  const several = () => free() && session.getState().selection.nodes.size > 1;
  return [
    {
      id: 'canvas.open',
      title: 'Open the form',
      icon: 'pencil',
      keys: 'Enter',
      canvas: true,
      when: () => any() && !v.wiring,
      run: () => {
        const id = v.focused !== undefined && subjects(v).has(v.focused) ? v.focused : [...subjects(v)][0];
        if (id && v.scene.nodes.get(id)?.kind === 'node') edit(id);
      },
    },
    {
      ...{ id: 'canvas.remove', title: 'Remove', icon: 'trash-2', keys: ['Delete', 'Backspace'], canvas: true },
      when: () => free() && (hasSelection() || any()) && !v.wiring,
      run: () => removeSelected(v, false),
    },
    {
      ...{
        id: 'canvas.remove-heal',
        title: 'Remove and join the wires',
        keys: ['Mod+Delete', 'Mod+Backspace'],
        canvas: true,
      },
      when: () => free() && any(),
      run: () => removeSelected(v, true),
    },
    {
      ...{
        id: 'canvas.toggle-enabled',
        title: 'Enable or disable',
        icon: 'power',
        keys: 'E',
        canvas: true,
        words: 'off',
      },
      when: () => free() && any(),
      run: () => disable(v),
    },
    {
      ...{
        id: 'canvas.press',
        title: 'Press the node’s button',
        icon: 'play',
        keys: 'I',
        canvas: true,
        words: 'inject trigger',
      },
      when: () => [...subjects(v)].some((id) => v.scene.nodes.get(id)?.button),
      run: () => {
        for (const id of subjects(v)) {
          const n = v.scene.nodes.get(id);
          if (n?.button) pressButton(n);
        }
      },
    },
    ...arrows.flatMap(([key, dx, dy, step, jump]): Action[] => [
      {
        ...{ id: `canvas.step-${key.toLowerCase()}`, title: step, keys: `Shift+${key}` },
        ...{ canvas: true, hidden: true, when: () => free() && any(), run: () => nudge(v, dx, dy) },
      },
      {
        ...{
          id: `canvas.jump-${key.toLowerCase()}`,
          title: jump,
          keys: `Mod+${key}`,
        },
        ...{ canvas: true, hidden: true, when: () => free() && any(), run: () => nudge(v, dx * GRID, dy * GRID) },
      },
    ]),
    ...alignments.map(
      ([how, _, title]): Action => ({
        ...{ id: `canvas.align-${how}`, title, section: 'Arrange', when: several },
        run: () => arrange(v, t(title), (list) => align(list, how)),
      }),
    ),
    {
      ...{ id: 'canvas.distribute-h', title: 'Distribute horizontally', section: 'Arrange', when: several },
      run: () => arrange(v, t('Distribute'), (list) => distribute(list, 'x')),
    },
    {
      ...{ id: 'canvas.distribute-v', title: 'Distribute vertically', section: 'Arrange', when: several },
      run: () => arrange(v, t('Distribute'), (list) => distribute(list, 'y')),
    },
    {
      id: 'canvas.align',
      title: 'Align (then l c r t m b h v)',
      section: 'Arrange',
      keys: 'Alt+A',
      canvas: true,
      hidden: true,
      when: several,
      run: () => {
        announce(t('Align: l left, c centre, r right, t top, m middle, b bottom, h and v distribute'));
        v.nextKey = (key) => {
          const hit = alignments.find(([, k]) => k === key.toUpperCase());
          if (hit) arrange(v, t(hit[2]), (list) => align(list, hit[0]));
          else if (key === 'h') arrange(v, t('Distribute'), (list) => distribute(list, 'x'));
          else if (key === 'v') arrange(v, t('Distribute'), (list) => distribute(list, 'y'));
        };
      },
    },
  ];
}
