import { createStore } from 'zustand/vanilla';
import type { Id } from '../model/types';

export type DialogName =
  | 'import'
  | 'export'
  | 'commands'
  | 'keys'
  | 'settings'
  | 'search'
  | 'revisions'
  | 'opt-outs'
  | 'help';

/** The dialog that is open. */
export const dialogStore = createStore<{
  open: DialogName | null;
  /** Of import: what was dropped or pasted. Of search: the query. Of help: the type or node. */
  text: string;
  node: Id | null;
}>(() => ({ open: null, text: '', node: null }));

export function openDialog(open: DialogName, more: { text?: string; node?: Id | null } = {}): void {
  dialogStore.setState({ open, text: more.text ?? '', node: more.node ?? null });
}

export const closeDialog = (): void => dialogStore.setState({ open: null });
