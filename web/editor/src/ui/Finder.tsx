import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';

interface Props<R> {
  /** Of the list; the rows have it with their number. */
  id: string;
  /** Its styles. */
  look: 'commands' | 'quick-add';
  /** What is to be typed. */
  label: string;
  placeholder: string;
  /** What the list holds. */
  holds: string;
  input: RefObject<HTMLInputElement | null>;
  query: string;
  onQuery: (query: string) => void;
  onFocus?: () => void;
  rows: readonly R[];
  keyOf: (row: R) => string;
  draw: (row: R) => ReactNode;
  choose: (row: R, shift: boolean) => void;
  /** Said where there is no row. */
  none: string;
  /** What is around the box. */
  frame?: (box: ReactNode) => ReactNode;
  /** Further keys; true: it was one. */
  onKey?: (e: KeyboardEvent) => boolean;
}

const page = 8; // rows

/** A box to type into and below it what meets that: the keys stay in the box and walk through the list. */
export function Finder<R>(p: Props<R>) {
  const { id, rows, query } = p;
  const list = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState({ query, at: 0 });
  const at = chosen.query === query ? Math.min(chosen.at, Math.max(0, rows.length - 1)) : 0;
  const go = (to: number) => setChosen({ query, at: to });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one is to be seen
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, rows]);
  const onKeyDown = (e: KeyboardEvent) => {
    const row = rows[at];
    const n = rows.length;
    if (e.key === 'ArrowDown') go(n === 0 ? 0 : (at + 1) % n);
    else if (e.key === 'ArrowUp') go(n === 0 ? 0 : (at - 1 + n) % n);
    else if (e.key === 'PageDown') go(Math.min(n - 1, at + page));
    else if (e.key === 'PageUp') go(Math.max(0, at - page));
    else if (e.key === 'Enter') row !== undefined && p.choose(row, e.shiftKey);
    else if (!p.onKey?.(e)) return;
    e.preventDefault();
    e.stopPropagation();
  };
  const box = (
    <input
      ref={p.input}
      className={p.look === 'quick-add' ? 'input' : undefined}
      role="combobox"
      aria-label={p.label}
      aria-expanded="true"
      aria-controls={id}
      aria-activedescendant={rows.length > 0 ? `${id}-${at}` : undefined}
      placeholder={p.placeholder}
      autoComplete="off"
      spellCheck={false}
      value={query}
      onChange={(e) => p.onQuery(e.target.value)}
      onFocus={p.onFocus}
      onKeyDown={onKeyDown}
    />
  );
  return (
    <>
      {p.frame ? p.frame(box) : box}
      <div ref={list} id={id} role="listbox" aria-label={p.holds} className={`${p.look}-list`}>
        {rows.map((r, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the box above
          // biome-ignore lint/a11y/useFocusableInteractive: the box above keeps the focus
          <div
            key={p.keyOf(r)}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            className={`${p.look}-item`}
            onPointerMove={() => i !== at && go(i)}
            onClick={(e) => p.choose(r, e.shiftKey)}
          >
            {p.draw(r)}
          </div>
        ))}
        {rows.length === 0 && p.none !== '' && (
          <div role="option" aria-selected={false} aria-disabled tabIndex={-1} className={`hint ${p.look}-none`}>
            {p.none}
          </div>
        )}
      </div>
    </>
  );
}
