import type { Action } from '../../actions/registry';
import { clearDebug, debugStore, pauseDebug } from '../../live';
import { dialogStore } from '../dialogs';
import { type BottomPanel, setPanels, useSession } from '../session';

const panels = () => useSession.getState().panels;

/** Goes to what a panel shows once that is drawn, if no dialog was opened meanwhile. */
function goTo(find: () => HTMLElement | null | undefined): void {
  setTimeout(() => {
    if (dialogStore.getState().open === null) find()?.focus();
  }, 50);
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
  if (panels().simulator) goTo(() => document.querySelector<HTMLElement>('.sim textarea'));
}

/** Shows what is below the canvas and goes there: to its list, or to the first that can be used. */
function showBottom(bottomTab: BottomPanel): void {
  setPanels({ bottom: true, bottomTab, small: 'debug' });
  goTo(() => {
    const panel = document.querySelector('.panel.bottom');
    return ['[role=log]', 'section li button:enabled', 'section button:enabled', '[aria-pressed=true]']
      .map((q) => panel?.querySelector<HTMLElement>(q))
      .find((e) => e);
  });
}

/** What shows beside the canvas, and how the focus gets there. */
export const panelActions: Action[] = [
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
    inFields: true,
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
    run: () => showBottom('debug'),
  },
  {
    id: 'view.problems',
    title: 'Problems',
    section: 'View',
    icon: 'triangle-alert',
    words: 'errors',
    run: () => showBottom('problems'),
  },
  {
    id: 'view.context',
    title: 'Context data',
    section: 'View',
    icon: 'database',
    words: 'global flow memory',
    run: () => showBottom('context'),
  },
  {
    id: 'view.history',
    title: 'History',
    section: 'View',
    icon: 'history',
    words: 'undo list',
    run: () => showBottom('history'),
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
];
