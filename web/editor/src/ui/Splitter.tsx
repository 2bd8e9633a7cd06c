import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';

interface Props {
  label: string;
  /** Which way the line runs. */
  orientation: 'vertical' | 'horizontal';
  value: number;
  min: number;
  max: number;
  /** The panel is after the line: moving towards it makes it smaller. */
  after?: boolean;
  onChange: (px: number) => void;
}

/** The line between two panels: drag it, or use the arrow keys. */
export function Splitter({ label, orientation, value, min, max, after, onChange }: Props) {
  const from = useRef<{ at: number; value: number } | null>(null);
  const [active, setActive] = useState(false);
  const vertical = orientation === 'vertical';
  const sign = after ? -1 : 1;
  const set = (v: number) => onChange(Math.round(Math.min(max, Math.max(min, v))));
  const onDown = (e: PointerEvent<HTMLElement>) => {
    e.currentTarget.setPointerCapture(e.pointerId);
    from.current = { at: vertical ? e.clientX : e.clientY, value };
    setActive(true);
  };
  const onMove = (e: PointerEvent) => {
    if (!from.current) return;
    set(from.current.value + sign * ((vertical ? e.clientX : e.clientY) - from.current.at));
  };
  const onUp = () => {
    from.current = null;
    setActive(false);
  };
  const onKey = (e: KeyboardEvent) => {
    const step = {
      ArrowLeft: vertical ? -1 : 0,
      ArrowRight: vertical ? 1 : 0,
      ArrowUp: vertical ? 0 : -1,
      ArrowDown: vertical ? 0 : 1,
    }[e.key];
    if (!step) return;
    e.preventDefault();
    e.stopPropagation();
    set(value + sign * step * (e.shiftKey ? 64 : 16));
  };
  return (
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      data-active={active || undefined}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
      onKeyDown={onKey}
    />
  );
}
