/** The keys and the focus of a list whose items are added at its end: Alt+Insert adds one, Alt+Delete takes it out. */
import { type KeyboardEvent, type RefObject, useRef } from 'react';

export interface Items {
  list: RefObject<HTMLOListElement | null>;
  add: () => void;
  remove: (i: number) => void;
  keys: (e: KeyboardEvent, i: number) => void;
}

/** useItems lets the focus follow: into a new item, and on a removed one's neighbour or, of the last one, the button. */
export function useItems(button: string, count: number, append: () => void, take: (i: number) => void): Items {
  const list = useRef<HTMLOListElement>(null);
  const focus = (i: number) =>
    requestAnimationFrame(() =>
      (
        list.current?.children[i]?.querySelector<HTMLElement>('input, [role=textbox], textarea') ??
        document.getElementById(button)
      )?.focus(),
    );
  const add = () => {
    append();
    focus(count);
  };
  const remove = (i: number) => {
    take(i);
    focus(Math.min(i, count - 2));
  };
  const keys = (e: KeyboardEvent, i: number) => {
    if (!e.altKey || (e.key !== 'Insert' && e.key !== 'Delete')) return;
    e.preventDefault();
    e.stopPropagation();
    if (e.key === 'Insert') add();
    else remove(i);
  };
  return { list, add, remove, keys };
}
