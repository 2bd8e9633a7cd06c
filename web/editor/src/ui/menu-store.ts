import { createStore } from 'zustand/vanilla';
import { t } from '../i18n';

/** An entry of a menu: an action by its id, something of one's own, a heading or a line between. */
export type Item =
  | string
  | '-'
  | { heading: string }
  | {
      label: string;
      hint?: string;
      icon?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Ticked or not; absent: nothing to tick. */
      checked?: boolean;
      /** One of several of which one is ticked. */
      radio?: boolean;
      chord?: string;
      /** A colour shown before the label. */
      swatch?: string;
      run: () => void;
    };

/** Where a menu opens: at an element, or at a place in the window. */
export interface OpenMenu {
  items: () => Item[];
  anchor: Element | { x: number; y: number };
  /** What it is called. */
  label: string;
  align: 'start' | 'center' | 'end';
  /** What has the focus afterwards. */
  from: HTMLElement | null;
}

/** The menu that is open: there is never more than one. */
export const menuStore = createStore<{ open: OpenMenu | null }>(() => ({ open: null }));

export function openMenu(m: Partial<OpenMenu> & Pick<OpenMenu, 'items' | 'anchor'>): void {
  const from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  menuStore.setState({ open: { label: t('Menu'), align: 'start', from, ...m } });
}
