import type { ComponentType } from 'react';
import { useStore } from 'zustand';
import { modal } from '../actions/keys';
import { DropHint } from '../features/import-export/DropHint';
import { quickAddStore } from '../features/quick-add/open';
import { en } from '../i18n';
import { part } from '../ui/part';
import { closeDialog, type DialogName, dialogStore } from './dialogs';
import { conflictStore } from './sync';

const dialog = (what: string, load: () => Promise<{ default: ComponentType }>) =>
  part(what, load, { close: closeDialog });

const all: Record<DialogName, ComponentType> = {
  commands: dialog(en('The command palette'), () => import('../features/command-palette/CommandPalette')),
  search: dialog(en('Search'), () => import('../features/search/SearchDialog')),
  import: dialog(en('Import'), () => import('../features/import-export/ImportDialog')),
  export: dialog(en('Export'), () => import('../features/import-export/ExportDialog')),
  keys: dialog(en('The list of keys'), () => import('../features/settings/KeySheet')),
  settings: dialog(en('Settings'), () => import('../features/settings/SettingsDialog')),
  revisions: dialog(en('The list of revisions'), () => import('../features/history/RevisionsDialog')),
  'opt-outs': dialog(en('The list of opted-out people'), () => import('../features/opt-outs/OptOutsDialog')),
  help: dialog(en('Help'), () => import('../features/help/HelpDialog')),
};
const QuickAdd = part(en('Quick add'), () => import('../features/quick-add/QuickAdd'), {
  close: () => quickAddStore.setState({ wanted: null }),
});
const Conflicts = part(en('The list of conflicts'), () => import('../features/deploy/ConflictsDialog'), {
  close: () => conflictStore.setState({ open: false }),
});

modal.pending = () => dialogStore.getState().open !== null || quickAddStore.getState().wanted !== null;

/** What opens over the editor. Each comes in files of its own. */
export function Dialogs() {
  const open = useStore(dialogStore, (s) => s.open);
  const conflicts = useStore(conflictStore, (s) => s.open);
  const quick = useStore(quickAddStore, (s) => s.wanted !== null);
  const One = open === null ? null : all[open];
  return (
    <>
      {One && <One />}
      {conflicts && <Conflicts />}
      {quick && <QuickAdd />}
      <DropHint />
    </>
  );
}
