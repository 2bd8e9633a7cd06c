import { type KeyboardEvent, useRef } from 'react';
import css from './style';

interface Props<T extends string> {
  options: readonly { value: T; label: string }[];
  value: T | undefined;
  labelId: string;
  describedBy: string | undefined;
  id: string;
  /** Without a frame of its own, inside another box. */
  bare?: boolean;
  onChange: (value: T) => void;
}

/** A few choices side by side: one tab stop, arrow keys choose. */
export function Choices<T extends string>({ options, value, labelId, describedBy, id, bare, onChange }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const keys = (e: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (!step || e.altKey) return;
    e.preventDefault();
    const at = options.findIndex((o) => o.value === value);
    const next = (at + step + options.length) % options.length;
    onChange(options[next]!.value);
    box.current?.querySelectorAll<HTMLElement>('[role=radio]')[next]?.focus();
  };
  const stop = options.some((o) => o.value === value) ? value : options[0]?.value;
  return (
    <div
      ref={box}
      id={id}
      className={bare ? css.pair : css.segmented}
      role="radiogroup"
      aria-labelledby={labelId}
      aria-describedby={describedBy}
      tabIndex={-1}
      onKeyDown={keys}
    >
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          role="radio"
          aria-checked={o.value === value}
          tabIndex={o.value === stop ? 0 : -1}
          className={css.segment}
          data-editor={bare && o.value === stop ? '' : undefined}
          onClick={() => onChange(o.value)}
        >
          {o.label}
        </button>
      ))}
    </div>
  );
}
