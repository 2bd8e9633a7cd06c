/** Looking around, focus and selection. */

import type { Action } from '../actions/registry';
import { noSelection, select, session } from '../app/session';
import { en } from '../i18n';
import { docStore } from '../model/doc-store';
import { WireIndex } from '../model/index';
import type { Id } from '../model/types';
import type { FlowView } from './flow-view';
import { closest, inOrder, toward, type Way } from './focus';

/** Goes to the nearest node in that direction, from the focused one or the middle of the view. */
export function moveFocus(v: FlowView, way: Way): void {
  const at = v.focused === undefined ? undefined : v.scene.nodes.get(v.focused);
  const next = at ? toward(at, v.scene.nodes.values(), way, at.id) : closest(v.centre(), v.scene.nodes.values());
  if (!next) return;
  v.setFocus(next.id);
  // With one or none selected the selection goes along; a larger one is kept.
  if (session.getState().selection.nodes.size <= 1) select({ nodes: new Set([next.id]) });
}

/** Follows a wire, the first one there is. */
function follow(v: FlowView, way: 'up' | 'down'): void {
  if (!v.focused) {
    moveFocus(v, 'right');
    return;
  }
  const wires = way === 'down' ? v.scene.out(v.focused) : v.scene.into(v.focused);
  const ends = inOrder(wires.map((w) => (way === 'down' ? w.target : w.source)));
  const next = ends[0];
  if (!next) return;
  v.setFocus(next.id);
  select({ nodes: new Set([next.id]) });
}

function reach(v: FlowView, way: 'up' | 'down' | 'both'): void {
  const { nodes } = session.getState().selection;
  const from = nodes.size > 0 ? nodes : v.focused ? [v.focused] : [];
  const { doc } = docStore.getState();
  const here = Object.values(doc.nodes).filter((n) => n.z === v.scene.tab);
  select({ nodes: new WireIndex(here).reach(from, way) });
}

export function selectAll(v: FlowView): void {
  session.setState({
    selection: {
      nodes: new Set(v.scene.nodes.keys()),
      wires: new Set(),
      groups: new Set(v.scene.groups.map((g) => g.id)),
    },
  });
}

export function moving(v: FlowView): Action[] {
  const some = () => v.scene.nodes.size > 0;
  const arrows: [way: Way, key: string, title: string][] = [
    ['left', 'Left', en('Go to the node on the left')],
    ['right', 'Right', en('Go to the node on the right')],
    ['up', 'Up', en('Go to the node above')],
    ['down', 'Down', en('Go to the node below')],
  ];
  return [
    ...arrows.map(
      ([way, key, title]): Action => ({
        id: `canvas.focus-${way}`,
        title,
        keys: key,
        canvas: true,
        hidden: true,
        when: () => some() && !v.wiring,
        run: () => moveFocus(v, way),
      }),
    ),
    {
      id: 'canvas.upstream',
      title: 'Go upstream',
      keys: 'Alt+Left',
      canvas: true,
      when: some,
      run: () => follow(v, 'up'),
    },
    {
      id: 'canvas.downstream',
      title: 'Go downstream',
      keys: 'Alt+Right',
      canvas: true,
      when: some,
      run: () => follow(v, 'down'),
    },
    { id: 'canvas.select-all', title: 'Select all', keys: 'Mod+A', canvas: true, when: some, run: () => selectAll(v) },
    {
      id: 'canvas.select-none',
      title: 'Select none',
      keys: 'Escape',
      canvas: true,
      hidden: true,
      when: () => !v.wiring && hasSelection(),
      run: () => session.setState({ selection: noSelection() }),
    },
    {
      id: 'canvas.select-upstream',
      title: 'Select all upstream',
      keys: 'Alt+U',
      canvas: true,
      when: some,
      run: () => reach(v, 'up'),
    },
    {
      id: 'canvas.select-downstream',
      title: 'Select all downstream',
      keys: 'Alt+N',
      canvas: true,
      when: some,
      run: () => reach(v, 'down'),
    },
    {
      id: 'canvas.select-connected',
      title: 'Select all connected',
      keys: 'Alt+C',
      canvas: true,
      when: some,
      run: () => reach(v, 'both'),
    },
    {
      id: 'canvas.zoom-in',
      title: 'Zoom in',
      section: 'View',
      keys: ['+', '=', 'Mod++', 'Mod+='],
      canvas: true,
      run: () => v.view.zoomBy(1.2),
    },
    {
      id: 'canvas.zoom-out',
      title: 'Zoom out',
      section: 'View',
      keys: ['-', 'Mod+-'],
      canvas: true,
      run: () => v.view.zoomBy(1 / 1.2),
    },
    {
      id: 'canvas.zoom-100',
      title: 'Zoom to 100 %',
      section: 'View',
      keys: 'Mod+0',
      canvas: true,
      run: () => v.view.zoomBy(1 / v.view.zoom),
    },
    {
      id: 'canvas.fit',
      title: 'Show the whole flow',
      section: 'View',
      keys: 'Mod+1',
      words: 'fit overview',
      run: () => v.fit(),
    },
    {
      id: 'canvas.fit-selection',
      title: 'Show the selection',
      section: 'View',
      keys: 'Mod+2',
      words: 'fit',
      run: () => v.fit(true),
    },
    { id: 'canvas.focus', title: 'Go to the canvas', section: 'View', words: 'focus flow', run: () => v.focus() },
  ];
}

export const hasSelection = (): boolean => {
  const { nodes, wires, groups } = session.getState().selection;
  return nodes.size + wires.size + groups.size > 0;
};

/** What an action is about: the selected nodes, or the focused one. */
export function subjects(v: FlowView): Set<Id> {
  const { nodes } = session.getState().selection;
  if (nodes.size > 0) return nodes;
  return new Set(v.focused === undefined ? [] : [v.focused]);
}
