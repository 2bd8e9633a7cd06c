import type { Action } from '../../actions/registry';
import { openDialog } from '../dialogs';
import { useSession } from '../session';

const only = () => {
  const { nodes } = useSession.getState().selection;
  return nodes.size === 1 ? ([...nodes][0] ?? null) : null;
};

/** Ways to everything else: commands, keys, settings, help. */
export const helpActions: Action[] = [
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
    inFields: true,
    icon: 'arrow-right',
    run: () => openDialog('commands', { text: '@' }),
  },
  {
    id: 'view.settings',
    title: 'Settings',
    section: 'View',
    keys: 'Mod+,',
    inFields: true,
    icon: 'settings',
    words: 'preferences theme',
    run: () => openDialog('settings'),
  },
  {
    id: 'view.opt-outs',
    title: 'Opted-out people',
    section: 'View',
    icon: 'ban',
    words: 'stop unsubscribe list numbers opt out',
    run: () => openDialog('opt-outs'),
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
];
