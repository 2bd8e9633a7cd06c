import type { Action } from '../../actions/registry';
import { openDrafts } from '../../features/deploy/drafts';
import { copySelection, cutSelection, duplicate, pasteFromClipboard } from '../../features/import-export/clipboard';
import { save } from '../../features/inspector/save';
import { openQuickAdd } from '../../features/quick-add/open';
import { nextResult } from '../../features/search/results';
import { docStore, redo, undo } from '../../model/doc-store';
import { current } from '../../view/canvas-view';
import { openDialog } from '../dialogs';
import { useSession } from '../session';

const some = () => {
  const { nodes, groups } = useSession.getState().selection;
  return nodes.size + groups.size > 0 || current.view?.focused !== undefined;
};

/** Undo, clipboard and search. */
export const editActions: Action[] = [
  {
    id: 'edit.undo',
    title: 'Undo',
    section: 'Edit',
    keys: 'Mod+Z',
    icon: 'undo-2',
    when: () => docStore.getState().undo.length > 0,
    run: undo,
  },
  {
    id: 'edit.redo',
    title: 'Redo',
    section: 'Edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    icon: 'redo-2',
    when: () => docStore.getState().redo.length > 0,
    run: redo,
  },
  {
    id: 'edit.include-drafts',
    title: 'Take all drafts into the flow',
    section: 'Edit',
    icon: 'pencil',
    words: 'include done save deploy form',
    when: () => openDrafts().length > 0,
    run: () => {
      for (const id of openDrafts()) save(id);
    },
  },
  {
    id: 'edit.copy',
    title: 'Copy',
    section: 'Edit',
    keys: 'Mod+C',
    native: true,
    icon: 'copy',
    when: some,
    run: () => void copySelection(),
  },
  {
    id: 'edit.cut',
    title: 'Cut',
    section: 'Edit',
    keys: 'Mod+X',
    native: true,
    icon: 'scissors',
    when: some,
    run: () => void cutSelection(),
  },
  {
    id: 'edit.paste',
    title: 'Paste',
    section: 'Edit',
    keys: 'Mod+V',
    native: true,
    icon: 'clipboard-paste',
    run: () => void pasteFromClipboard(),
  },
  {
    id: 'edit.duplicate',
    title: 'Duplicate',
    section: 'Edit',
    keys: 'Mod+Shift+D',
    icon: 'files',
    when: some,
    run: duplicate,
  },
  {
    id: 'edit.quick-add',
    title: 'Quick add',
    section: 'Edit',
    keys: '/',
    icon: 'plus',
    words: 'insert node',
    run: () => openQuickAdd(),
  },
  {
    id: 'edit.search',
    title: 'Search flows',
    section: 'Edit',
    keys: 'Mod+F',
    inFields: true,
    icon: 'search',
    words: 'find',
    run: () => openDialog('search'),
  },
  {
    id: 'edit.next',
    title: 'Next found',
    section: 'Edit',
    keys: 'F3',
    icon: 'arrow-down',
    hidden: true,
    run: () => nextResult(1),
  },
  {
    id: 'edit.previous',
    title: 'Previous found',
    section: 'Edit',
    keys: 'Shift+F3',
    icon: 'arrow-up',
    hidden: true,
    run: () => nextResult(-1),
  },
];
