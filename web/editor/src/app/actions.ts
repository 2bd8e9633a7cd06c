import { register, run } from '../actions/registry';
import { deploy, setRunning } from '../features/deploy/deploy';
import { openDrafts } from '../features/deploy/drafts';
import { copySelection, cutSelection, duplicate, pasteFromClipboard } from '../features/import-export/clipboard';
import { save } from '../features/inspector/save';
import { openQuickAdd } from '../features/quick-add/open';
import { nextResult } from '../features/search/results';
import { clearDebug, debugStore, pauseDebug, runtime } from '../live';
import { docStore, isDirty, redo, undo } from '../model/doc-store';
import { tabIds } from '../model/ops/tabs';
import { openDialog } from './dialogs';
import { prefs, setPref } from './prefs';
import { openTab, setPanels, useSession } from './session';
import { conflictStore } from './sync';
import { deleteTab, newTab } from './TabBar';
import { renaming } from './tabs';

const panels = () => useSession.getState().panels;
const only = () => {
  const { nodes } = useSession.getState().selection;
  return nodes.size === 1 ? ([...nodes][0] ?? null) : null;
};
const some = () => {
  const { nodes, groups } = useSession.getState().selection;
  return nodes.size + groups.size > 0;
};

function stepTab(step: number): void {
  const tabs = tabIds(docStore.getState().doc).filter((t) => !prefs.getState().hiddenTabs.includes(t));
  const at = tabs.indexOf(useSession.getState().tab);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next) openTab(next);
}

/** F6: the focus goes from one region to the next. */
function stepRegion(step: number): void {
  const wanted = [
    '.header',
    '.panel.left',
    '.tab-bar',
    '[role=application]',
    '.panel.bottom',
    '.panel.right',
    '.panel.phone',
  ];
  const regions = wanted.map((s) => document.querySelector<HTMLElement>(s)).filter((e) => e !== null);
  const at = regions.findIndex((r) => r.contains(document.activeElement));
  for (let i = 1; i <= regions.length; i++) {
    const r = regions[(at + step * i + regions.length * 2) % regions.length];
    const target = r?.matches('[tabindex="0"]')
      ? r
      : (r?.querySelector<HTMLElement>('[data-start]') ??
        r?.querySelector<HTMLElement>('input:not([disabled]),textarea,[tabindex="0"],button:not([disabled])'));
    if (target) {
      target.focus();
      return;
    }
  }
}

function showSimulator(): void {
  const open = !panels().simulator || panels().small !== 'simulator';
  setPanels({ simulator: !panels().simulator, small: open ? 'simulator' : 'flow' });
  if (panels().simulator) setTimeout(() => document.querySelector<HTMLElement>('.sim textarea')?.focus(), 50);
}

/** All that the shell can do. The canvas and the forms add theirs. */
export function registerActions(): void {
  register(
    {
      id: 'flow.deploy',
      title: 'Deploy',
      section: 'Deploy',
      keys: 'Mod+D',
      icon: 'rocket',
      words: 'save publish run',
      inFields: true,
      when: () => isDirty() || prefs.getState().deployType === 'full' || openDrafts().length > 0,
      run: () => void deploy(),
    },
    {
      id: 'flow.deploy-full',
      title: 'Deploy everything',
      section: 'Deploy',
      icon: 'rocket',
      words: 'full restart',
      run: () => void deploy({ type: 'full' }),
    },
    {
      id: 'flow.deploy-flows',
      title: 'Deploy changed flows',
      section: 'Deploy',
      icon: 'rocket',
      when: isDirty,
      run: () => void deploy({ type: 'flows' }),
    },
    {
      id: 'flow.deploy-nodes',
      title: 'Deploy changed nodes',
      section: 'Deploy',
      icon: 'rocket',
      when: isDirty,
      run: () => void deploy({ type: 'nodes' }),
    },
    {
      id: 'flow.deploy-anyway',
      title: 'Deploy anyway, with errors',
      section: 'Deploy',
      icon: 'rocket',
      when: isDirty,
      run: () => void deploy({ strict: false }),
    },
    {
      id: 'flow.start',
      title: 'Start flows',
      section: 'Deploy',
      icon: 'circle-play',
      when: () => runtime.getState().state !== 'start',
      run: () => void setRunning(true),
    },
    {
      id: 'flow.stop',
      title: 'Stop flows',
      section: 'Deploy',
      icon: 'circle-stop',
      when: () => runtime.getState().state === 'start',
      run: () => void setRunning(false),
    },
    {
      id: 'view.revisions',
      title: 'Deployed revisions',
      section: 'Deploy',
      icon: 'history',
      words: 'restore rollback versions',
      run: () => openDialog('revisions'),
    },
    {
      id: 'flow.conflicts',
      title: 'Resolve conflicts',
      section: 'Deploy',
      icon: 'git-merge',
      when: () => conflictStore.getState().conflicts.length > 0,
      run: () => conflictStore.setState({ open: true }),
    },

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

    {
      id: 'view.commands',
      title: 'Command palette',
      section: 'View',
      keys: ['Mod+K', 'Mod+Shift+P'],
      inFields: true,
      icon: 'command',
      hidden: true,
      run: () => openDialog('commands'),
    },
    {
      id: 'view.goto',
      title: 'Go to flow or node',
      section: 'View',
      keys: 'Mod+P',
      icon: 'arrow-right',
      run: () => openDialog('commands', { text: '@' }),
    },
    {
      id: 'view.left',
      title: 'Palette',
      section: 'View',
      keys: 'Mod+B',
      icon: 'panel-left',
      words: 'left panel show hide',
      run: () => setPanels({ left: !panels().left }),
    },
    {
      id: 'view.right',
      title: 'Form panel',
      section: 'View',
      keys: 'Mod+Alt+B',
      icon: 'panel-right',
      words: 'right panel show hide',
      run: () => setPanels({ right: !panels().right }),
    },
    {
      id: 'view.bottom',
      title: 'Bottom panel',
      section: 'View',
      keys: 'Mod+J',
      icon: 'panel-bottom',
      words: 'debug show hide',
      run: () => setPanels({ bottom: !panels().bottom }),
    },
    {
      id: 'view.simulator',
      title: 'Phone simulator',
      section: 'View',
      keys: 'Mod+Alt+S',
      inFields: true,
      icon: 'smartphone',
      words: 'text sms test conversation',
      run: showSimulator,
    },
    {
      id: 'view.debug',
      title: 'Debug messages',
      section: 'View',
      icon: 'bug',
      run: () => setPanels({ bottom: true, bottomTab: 'debug', small: 'debug' }),
    },
    {
      id: 'view.problems',
      title: 'Problems',
      section: 'View',
      icon: 'triangle-alert',
      words: 'errors',
      run: () => setPanels({ bottom: true, bottomTab: 'problems', small: 'debug' }),
    },
    {
      id: 'view.context',
      title: 'Context data',
      section: 'View',
      icon: 'database',
      words: 'global flow memory',
      run: () => setPanels({ bottom: true, bottomTab: 'context', small: 'debug' }),
    },
    {
      id: 'view.history',
      title: 'History',
      section: 'View',
      icon: 'history',
      words: 'undo list',
      run: () => setPanels({ bottom: true, bottomTab: 'history', small: 'debug' }),
    },
    { id: 'view.debug-clear', title: 'Clear debug messages', section: 'View', icon: 'trash-2', run: clearDebug },
    {
      id: 'view.debug-pause',
      title: 'Pause debug messages',
      section: 'View',
      icon: 'pause',
      run: () => pauseDebug(!debugStore.getState().paused),
    },
    {
      id: 'view.palette-search',
      title: 'Search the palette',
      section: 'View',
      icon: 'search',
      run: () => {
        setPanels({ left: true, leftTab: 'palette', small: 'more' });
        setTimeout(() => document.querySelector<HTMLElement>('.palette input')?.focus(), 0);
      },
    },
    {
      id: 'view.region-next',
      title: 'Next region',
      section: 'View',
      keys: 'F6',
      inFields: true,
      hidden: true,
      run: () => stepRegion(1),
    },
    {
      id: 'view.region-previous',
      title: 'Previous region',
      section: 'View',
      keys: 'Shift+F6',
      inFields: true,
      hidden: true,
      run: () => stepRegion(-1),
    },
    {
      id: 'view.settings',
      title: 'Settings',
      section: 'View',
      keys: 'Mod+,',
      icon: 'settings',
      words: 'preferences theme',
      run: () => openDialog('settings'),
    },
    {
      id: 'view.theme-light',
      title: 'Light theme',
      section: 'View',
      icon: 'sun',
      run: () => setPref({ theme: 'light' }),
    },
    {
      id: 'view.theme-dark',
      title: 'Dark theme',
      section: 'View',
      icon: 'moon',
      run: () => setPref({ theme: 'dark' }),
    },
    {
      id: 'view.theme-system',
      title: 'Theme of the system',
      section: 'View',
      icon: 'monitor',
      run: () => setPref({ theme: 'system' }),
    },
    {
      id: 'view.contrast',
      title: 'High contrast',
      section: 'View',
      icon: 'contrast',
      run: () => setPref({ contrast: prefs.getState().contrast === 'more' ? 'normal' : 'more' }),
    },

    {
      id: 'help.keys',
      title: 'Keyboard',
      section: 'Help',
      keys: '?',
      icon: 'keyboard',
      words: 'shortcuts keys',
      run: () => openDialog('keys'),
    },
    {
      id: 'help.node',
      title: 'Help for nodes',
      section: 'Help',
      keys: 'F1',
      inFields: true,
      icon: 'circle-help',
      words: 'documentation manual',
      run: () => openDialog('help', { node: useSession.getState().editing ?? only() }),
    },
  );
  if (import.meta.env.DEV) Object.assign(window, { run });
}
