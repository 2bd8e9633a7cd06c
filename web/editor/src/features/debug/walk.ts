import type { KeyboardEvent } from 'react';

/**
 * Arrow keys in the list of debug messages: up and down from line to line, right into a value (ValueTree does that),
 * left out of it, and from a message to the chip of its node.
 */
export function walk(e: KeyboardEvent<HTMLElement>): void {
  if (e.ctrlKey || e.altKey || e.metaKey || e.shiftKey || e.defaultPrevented) return;
  const next = target(e.currentTarget, document.activeElement, e.key);
  if (!next) return;
  e.preventDefault();
  next.focus();
}

const lines = (part: Element): HTMLElement[] => [...part.querySelectorAll<HTMLElement>('.vt-toggle')];
const chipOf = (row: Element | null | undefined): HTMLElement | undefined =>
  row?.querySelector<HTMLElement>('.node-chip:not(:disabled)') ?? undefined;

function target(list: HTMLElement, at: Element | null, key: string): HTMLElement | undefined {
  const row = at?.closest('.debug-row');
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp': {
      const all = lines(list);
      if (!row) {
        const r = list.getBoundingClientRect();
        const seen = all.filter(
          (l) => l.getBoundingClientRect().bottom > r.top + 1 && l.getBoundingClientRect().top < r.bottom,
        );
        return key === 'ArrowDown' ? seen[0] : seen.at(-1);
      }
      const here = all.indexOf(lines(row).includes(at as HTMLElement) ? (at as HTMLElement) : lines(row)[0]!);
      return all[here + (key === 'ArrowDown' ? 1 : -1)];
    }
    case 'ArrowLeft': {
      if (!row || !lines(row).includes(at as HTMLElement)) return undefined;
      const around = at?.closest('.vt-children')?.parentElement;
      return around ? lines(around)[0] : chipOf(row);
    }
    case 'ArrowRight':
      return row && at === chipOf(row) ? lines(row)[0] : undefined;
  }
  return undefined;
}
