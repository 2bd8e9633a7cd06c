import { cloneElement, type MouseEvent, type ReactElement, type Ref, useRef } from 'react';
import { useStore } from 'zustand';
import { t } from '../i18n';
import { type Item, menuStore, openMenu } from './menu-store';

export type { Item } from './menu-store';

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement<Record<string, unknown>>;
  items: Item[] | (() => Item[]);
  align?: 'start' | 'center' | 'end';
}

/** A button with a menu. */
export function Menu({ trigger, items, align = 'start' }: MenuProps) {
  const button = useRef<HTMLElement>(null);
  const open = useStore(menuStore, (s) => s.open !== null && s.open.anchor === button.current);
  return cloneElement(trigger, {
    ref: button as Ref<HTMLElement>,
    'aria-haspopup': 'menu',
    'aria-expanded': open,
    onClick: () => {
      const anchor = button.current;
      if (open || !anchor) menuStore.setState({ open: null });
      else
        openMenu({
          anchor,
          items: typeof items === 'function' ? items : () => items,
          align,
          from: anchor,
          label: String(trigger.props['label'] ?? trigger.props['aria-label'] ?? t('Menu')),
        });
    },
  });
}

interface ContextProps {
  children: ReactElement<Record<string, unknown>>;
  items: () => Item[];
}

/** A menu for what is under the pointer: right click, long press, or the menu key. */
export function ContextMenu({ children, items }: ContextProps) {
  return cloneElement(children, {
    onContextMenu: (e: MouseEvent<HTMLElement>) => {
      (children.props['onContextMenu'] as ((e: MouseEvent) => void) | undefined)?.(e);
      if (e.defaultPrevented) return;
      e.preventDefault();
      e.stopPropagation();
      const list = items();
      if (list.length === 0) return;
      // The menu key gives no place: below the element then.
      const keyed = e.clientX === 0 && e.clientY === 0;
      openMenu({
        items: () => list,
        anchor: keyed ? e.currentTarget : { x: e.clientX, y: e.clientY },
        from: (document.activeElement as HTMLElement | null) ?? e.currentTarget,
      });
    },
  });
}
