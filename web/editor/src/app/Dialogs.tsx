import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import { quickAddStore } from '../features/quick-add/open';
import { type DialogName, dialogStore } from './dialogs';
import { conflictStore } from './sync';

const all: Record<DialogName, ReturnType<typeof lazy>> = {
  import: lazy(() => import('../features/import-export/ImportDialog')),
  export: lazy(() => import('../features/import-export/ExportDialog')),
  commands: lazy(() => import('../features/command-palette/CommandPalette')),
  search: lazy(() => import('../features/search/SearchDialog')),
  keys: lazy(() => import('../features/settings/KeySheet')),
  settings: lazy(() => import('../features/settings/SettingsDialog')),
  revisions: lazy(() => import('../features/history/RevisionsDialog')),
  help: lazy(() => import('../features/help/HelpDialog')),
};
const Conflicts = lazy(() => import('../features/deploy/ConflictsDialog'));
const QuickAdd = lazy(() => import('../features/quick-add/QuickAdd'));

/** What opens over the editor; each is fetched when first asked for. */
export default function Dialogs() {
  const open = useStore(dialogStore, (s) => s.open);
  const conflicts = useStore(conflictStore, (s) => s.open);
  const quick = useStore(quickAddStore, (s) => s.wanted !== null);
  const One = open === null ? null : all[open];
  return (
    <Suspense>
      {One && <One />}
      {conflicts && <Conflicts />}
      {quick && <QuickAdd />}
    </Suspense>
  );
}
