/** Groups, junctions and the ends of a subflow. */
import type { Action } from '../actions/registry';
import { edit, openTab, select, session } from '../app/session';
import { t } from '../i18n';
import { commit, docStore } from '../model/doc-store';
import { wirePoint } from '../model/geometry';
import { newId } from '../model/ids';
import { addNode } from '../model/ops/nodes';
import type { Id, Json } from '../model/types';
import { subjects } from './actions-move';
import { addGroup, ungroup } from './edits/groups';
import { splice } from './edits/wires';
import type { FlowView } from './flow-view';
import { startRename } from './rename';

function makeGroup(v: FlowView): void {
  const { nodes, groups } = session.getState().selection;
  const { doc } = docStore.getState();
  // Members of a selected group come with it.
  const members = [...nodes, ...groups].filter((id) => {
    const g = (doc.nodes[id] ?? doc.groups[id])?.g;
    return (id in doc.nodes || id in doc.groups) && !(g !== undefined && groups.has(g));
  });
  if (members.length === 0) return;
  const id = newId();
  commit(t('Group'), (d) => addGroup(d, id, v.scene.tab, members, (n) => v.scene.nodes.get(n)));
  v.sync();
  select({ groups: new Set([id]) });
  v.looks.handles();
}

function addPort(v: FlowView, kind: 'in' | 'out' | 'status'): void {
  const { tab } = v.scene;
  const at = v.centre();
  const label = kind === 'status' ? t('Add status') : kind === 'in' ? t('Add input') : t('Add output');
  commit(label, (d) => {
    const rec = d.subflows[tab]?.rec;
    if (!rec) return;
    const port: Json = { x: Math.round(at.x / 20) * 20, y: Math.round(at.y / 20) * 20, wires: [] };
    if (kind === 'status') rec['status'] = port;
    else rec[kind] = [...((rec[kind] as Json[] | undefined) ?? []), port];
  });
}

const portCount = (v: FlowView, kind: 'in' | 'status'): number => {
  const rec = v.scene.subflow?.rec;
  return kind === 'status' ? (rec?.['status'] ? 1 : 0) : ((rec?.['in'] as Json[] | undefined)?.length ?? 0);
};

export function grouping(v: FlowView): Action[] {
  const free = () => !v.locked && !v.wiring;
  const inside = () => free() && v.scene.subflow !== undefined;
  const instance = () => {
    const n = v.scene.nodes.get([...subjects(v)][0] ?? '');
    return n?.rec?.kind === 'instance' ? (n.rec.type.slice('subflow:'.length) as Id) : undefined;
  };
  return [
    {
      ...{ id: 'canvas.group', title: 'Group the selection', icon: 'group', keys: 'Mod+Shift+G', canvas: true },
      when: () => free() && session.getState().selection.nodes.size + session.getState().selection.groups.size > 0,
      run: () => makeGroup(v),
    },
    {
      ...{ id: 'canvas.ungroup', title: 'Ungroup', icon: 'ungroup', keys: 'Mod+Shift+U', canvas: true },
      when: () => free() && session.getState().selection.groups.size > 0,
      run: () => {
        const { groups } = session.getState().selection;
        commit(t('Ungroup'), (d) => ungroup(d, groups));
        select({});
      },
    },
    {
      ...{ id: 'canvas.rename', title: 'Rename', keys: 'F2', canvas: true, icon: 'text-cursor-input' },
      when: () => free() && (subjects(v).size === 1 || session.getState().selection.groups.size === 1),
      run: () => {
        const { groups, nodes } = session.getState().selection;
        const id = nodes.size === 0 && groups.size === 1 ? [...groups][0] : [...subjects(v)][0];
        if (id) startRename(v, id);
      },
    },
    {
      ...{ id: 'canvas.junction', title: 'Put a junction on the wire', canvas: true },
      when: () => free() && session.getState().selection.wires.size === 1,
      run: () => {
        const w = v.wire([...session.getState().selection.wires][0]!);
        if (!w) return;
        const p = wirePoint(w.path, 0.5);
        commit(t('Add junction'), (d) => {
          const id = addNode(d, 'junction', v.scene.tab, Math.round(p.x / 20) * 20, Math.round(p.y / 20) * 20);
          splice(d, { source: w.source.id, port: w.port, target: w.target.id }, id);
        });
      },
    },
    {
      ...{ id: 'subflow.open', title: 'Open the subflow', icon: 'workflow', canvas: true },
      when: () => instance() !== undefined,
      run: () => openTab(instance()!),
    },
    {
      id: 'subflow.add-input',
      title: 'Add an input to the subflow',
      when: () => inside() && portCount(v, 'in') === 0,
      run: () => addPort(v, 'in'),
    },
    { id: 'subflow.add-output', title: 'Add an output to the subflow', when: inside, run: () => addPort(v, 'out') },
    {
      id: 'subflow.add-status',
      title: 'Add a status to the subflow',
      when: () => inside() && portCount(v, 'status') === 0,
      run: () => addPort(v, 'status'),
    },
    {
      ...{ id: 'canvas.edit-group', title: 'Group settings', canvas: true },
      when: () => session.getState().selection.groups.size === 1,
      run: () => edit([...session.getState().selection.groups][0]!),
    },
  ];
}
