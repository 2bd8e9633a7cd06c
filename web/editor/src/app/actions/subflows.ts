import type { Action } from '../../actions/registry';
import { t } from '../../i18n';
import { commit, docStore } from '../../model/doc-store';
import { makeSubflow, removeSubflow, unpackSubflow } from '../../model/ops/subflow';
import { tabIds } from '../../model/ops/tabs';
import { undoable } from '../../ui/undoable';
import { openTab, select, useSession } from '../session';

const chosen = () => [...useSession.getState().selection.nodes];
const instance = () => {
  const [id, more] = chosen();
  const { doc } = docStore.getState();
  return id !== undefined && more === undefined && doc.nodes[id]?.kind === 'instance' ? id : undefined;
};
const open = () => {
  const { tab } = useSession.getState();
  return tab in docStore.getState().doc.subflows ? tab : undefined;
};

/** What can be done with subflows, beside what the canvas does. */
export const subflowActions: Action[] = [
  {
    id: 'subflow.create',
    title: 'Make a subflow of the selection',
    section: 'Flow',
    icon: 'workflow',
    words: 'extract',
    when: () => chosen().length > 0,
    run: () => {
      let id: string | undefined;
      const n = Object.keys(docStore.getState().doc.subflows).length + 1;
      commit(t('Make a subflow'), (d) => {
        id = makeSubflow(d, chosen(), `Subflow ${n}`);
      });
      if (id !== undefined) select({ nodes: new Set([id]) });
    },
  },
  {
    id: 'subflow.unpack',
    title: 'Unpack the subflow',
    section: 'Flow',
    icon: 'ungroup',
    when: () => instance() !== undefined,
    run: () => {
      const id = instance();
      let ids: string[] = [];
      if (id === undefined) return;
      commit(t('Unpack the subflow'), (d) => {
        ids = unpackSubflow(d, id);
      });
      select({ nodes: new Set(ids) });
    },
  },
  {
    id: 'subflow.delete',
    title: 'Delete the subflow and its instances',
    section: 'Flow',
    icon: 'trash-2',
    when: () => open() !== undefined,
    run: () => {
      const id = open();
      if (id === undefined) return;
      const { doc } = docStore.getState();
      openTab(tabIds(doc)[0] ?? '');
      commit(t('Delete the subflow'), (d) => removeSubflow(d, id));
      undoable(t('Deleted {{name}}', { name: doc.subflows[id]?.name || t('the subflow') }));
    },
  },
];
