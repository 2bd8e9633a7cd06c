import { create } from 'zustand';
import { setMemory } from '../model/doc-store';
import type { Id, Problem, WireId } from '../model/types';

export interface Selection {
  nodes: Set<Id>;
  wires: Set<WireId>;
  groups: Set<Id>;
}

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export type BottomPanel = 'debug' | 'problems' | 'context' | 'history';
export type LeftPanel = 'palette' | 'config';
export type SmallView = 'flow' | 'simulator' | 'debug' | 'more';

export interface Panels {
  left: boolean;
  right: boolean;
  bottom: boolean;
  simulator: boolean;
  leftTab: LeftPanel;
  bottomTab: BottomPanel;
  leftWidth: number;
  rightWidth: number;
  bottomHeight: number;
  /** Which one shows when there is room for one only. */
  small: SmallView;
}

export interface Session {
  /** The tab or subflow that is open. */
  tab: Id;
  selection: Selection;
  viewport: Record<Id, Viewport>;
  panels: Panels;
  /** The node whose form is open. */
  editing: Id | null;
  /** What the server found wrong, by node. '' holds what belongs to none. */
  problems: Record<Id, Problem[]>;
  /** Nodes to light up for a moment: another deployed them, or a search found them. */
  flash: Set<Id>;
}

export const noSelection = (): Selection => ({ nodes: new Set(), wires: new Set(), groups: new Set() });

export const defaultPanels: Panels = {
  left: true,
  right: false,
  bottom: true,
  simulator: true,
  leftTab: 'palette',
  bottomTab: 'debug',
  leftWidth: 240,
  rightWidth: 380,
  bottomHeight: 240,
  small: 'flow',
};

export const useSession = create<Session>(() => ({
  tab: '',
  selection: noSelection(),
  viewport: {},
  panels: defaultPanels,
  editing: null,
  problems: {},
  flash: new Set(),
}));

export const session = useSession;

/** Selects what is given and nothing else. */
export function select(s: Partial<Selection>): void {
  const selection = { ...noSelection(), ...s };
  const editing = useSession.getState().editing;
  // Selecting another node swaps the form; selecting none leaves it.
  const only = selection.nodes.size === 1 ? ([...selection.nodes][0] ?? null) : null;
  useSession.setState(editing !== null && only !== null ? { selection, editing: only } : { selection });
}

/** Opens a node's form. */
export function edit(id: Id | null): void {
  useSession.setState((s) => ({
    editing: id,
    panels: id === null ? s.panels : { ...s.panels, right: true },
    ...(id === null ? {} : { selection: { ...noSelection(), nodes: new Set([id]) } }),
  }));
}

export function openTab(tab: Id): void {
  if (useSession.getState().tab === tab) return;
  useSession.setState({ tab, selection: noSelection() });
}

export function setPanels(p: Partial<Panels>): void {
  useSession.setState((s) => ({ panels: { ...s.panels, ...p } }));
}

setMemory({
  read: () => {
    const { tab, selection } = useSession.getState();
    return { tab, selection };
  },
  restore: (memory) => {
    const m = memory as Pick<Session, 'tab' | 'selection'>;
    useSession.setState({ tab: m.tab, selection: m.selection });
  },
});
