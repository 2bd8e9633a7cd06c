/** Wires by key. */
import type { Action } from '../actions/registry';
import { select, session } from '../app/session';
import { t } from '../i18n';
import { commit } from '../model/doc-store';
import { addNode } from '../model/ops/nodes';
import type { Id } from '../model/types';
import { announce } from './a11y-tree';
import { subjects } from './actions-move';
import { addWire, link, removeWire } from './edits/wires';
import type { FlowView } from './flow-view';
import { inOrder } from './focus';
import { KeyWire } from './key-wire';
import { plainType } from './scene-parts';

/** Each selected node to the next one on its right. */
function series(v: FlowView): void {
  const list = [...session.getState().selection.nodes]
    .map((id) => v.scene.nodes.get(id))
    .filter((n) => n !== undefined);
  const sorted = list.sort((a, b) => a.x - b.x || a.y - b.y);
  let made = 0;
  commit(t('Wire in series'), (d) => {
    for (let i = 1; i < sorted.length; i++) {
      const a = sorted[i - 1]!;
      const b = sorted[i]!;
      if (a.outputs === 0 || b.inputs === 0) continue;
      addWire(d, { source: a.id, port: 0, target: b.id });
      made++;
    }
  });
  announce(t('{{count}} wires', { count: made }));
}

/** A debug node on the first output of the focused node. */
function debugHere(v: FlowView): void {
  const n = v.scene.nodes.get([...subjects(v)][0] ?? '');
  if (!n || n.outputs === 0) return;
  let id: Id = '';
  commit(t('Add debug'), (d) => {
    id = addNode(d, 'debug', v.scene.tab, n.x + n.w / 2 + 140, n.y + n.h / 2 + 45);
    addWire(d, { source: n.id, port: 0, target: id });
  });
  v.sync();
  select({ nodes: new Set([id]) });
  v.setFocus(id);
}

/** Selected link nodes: every out with every in. */
function linkSelected(v: FlowView): void {
  const list = inOrder(
    [...session.getState().selection.nodes].map((id) => v.scene.nodes.get(id)).filter((n) => n !== undefined),
  );
  const ins = list.filter((n) => plainType(n.type) === 'link-in');
  const outs = list.filter((n) => plainType(n.type) === 'link-out' || plainType(n.type) === 'link-call');
  commit(t('Link'), (d) => {
    for (const o of outs) for (const i of ins) link(d, o.id, i.id);
  });
}

export function wiring(v: FlowView): Action[] {
  const free = () => !v.locked && !v.wiring;
  const one = () => v.scene.nodes.get([...subjects(v)][0] ?? '');
  return [
    {
      ...{ id: 'canvas.wire', title: 'Draw a wire from this node', keys: 'L', canvas: true, icon: 'spline' },
      when: () => free() && (one()?.outputs ?? 0) > 0,
      run: () => {
        v.wiring = new KeyWire(v, one()!);
        v.focus();
      },
    },
    {
      ...{ id: 'canvas.wire-series', title: 'Wire the selection in series', keys: 'Shift+L', canvas: true },
      when: () => free() && session.getState().selection.nodes.size > 1,
      run: () => series(v),
    },
    {
      ...{ id: 'canvas.unwire', title: 'Remove all wires of the node', canvas: true },
      when: () => free() && subjects(v).size > 0,
      run: () =>
        commit(t('Remove wires'), (d) => {
          for (const id of subjects(v)) {
            for (const w of v.scene.wiresOf(id)) {
              if (!w.virtual) removeWire(d, { source: w.source.id, port: w.port, target: w.target.id });
            }
          }
        }),
    },
    {
      ...{ id: 'canvas.debug-here', title: 'Put a debug node on the output', keys: 'D', canvas: true, icon: 'bug' },
      when: () => free() && (one()?.outputs ?? 0) > 0,
      run: () => debugHere(v),
    },
    {
      ...{ id: 'canvas.link', title: 'Link the selected link nodes', canvas: true, words: 'virtual wire' },
      when: () =>
        free() &&
        [...session.getState().selection.nodes].some(
          (id) => plainType(v.scene.nodes.get(id)?.type ?? '') === 'link-in',
        ),
      run: () => linkSelected(v),
    },
  ];
}
