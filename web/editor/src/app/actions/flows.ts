import type { Action } from '../../actions/registry';
import { docStore } from '../../model/doc-store';
import { tabIds } from '../../model/ops/tabs';
import { openDialog } from '../dialogs';
import { prefs } from '../prefs';
import { openTab, useSession } from '../session';
import { deleteTab, newTab } from '../TabBar';
import { renaming } from '../tabs';

function stepTab(step: number): void {
  const tabs = tabIds(docStore.getState().doc).filter((t) => !prefs.getState().hiddenTabs.includes(t));
  const at = tabs.indexOf(useSession.getState().tab);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next) openTab(next);
}

/** Flows as a whole: the tabs, import and export. */
export const flowActions: Action[] = [
  { id: 'flow.add', title: 'Add flow', section: 'Flows', icon: 'file-plus', words: 'tab new', run: newTab },
  {
    id: 'flow.rename',
    title: 'Rename flow',
    section: 'Flows',
    icon: 'pencil',
    words: 'tab',
    run: () => renaming.setState({ id: useSession.getState().tab }),
  },
  {
    id: 'flow.delete',
    title: 'Delete flow',
    section: 'Flows',
    icon: 'trash-2',
    words: 'tab remove',
    when: () => useSession.getState().tab in docStore.getState().doc.tabs,
    run: () => deleteTab(useSession.getState().tab),
  },
  {
    id: 'flow.next',
    title: 'Next flow',
    section: 'Flows',
    keys: 'Mod+]',
    icon: 'arrow-right',
    run: () => stepTab(1),
  },
  {
    id: 'flow.previous',
    title: 'Previous flow',
    section: 'Flows',
    keys: 'Mod+[',
    icon: 'arrow-left',
    run: () => stepTab(-1),
  },
  {
    id: 'flow.import',
    title: 'Import',
    section: 'Flows',
    keys: 'Mod+I',
    icon: 'upload',
    words: 'paste json file open',
    run: () => openDialog('import'),
  },
  {
    id: 'flow.export',
    title: 'Export',
    section: 'Flows',
    keys: 'Mod+E',
    icon: 'download',
    words: 'json save file',
    run: () => openDialog('export'),
  },
];
