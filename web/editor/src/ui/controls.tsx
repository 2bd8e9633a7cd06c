import { type ComponentProps, type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { categoryOf, iconOf } from '../model/schema';
import { Icon } from './Icon';

/** A few choices of which one holds: one tab stop, arrow keys choose. */
export function Segmented<T extends string>(p: {
  label: string;
  value: T;
  options: { value: T; label: ReactNode; title?: string }[];
  onChange: (v: T) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const onKey = (e: KeyboardEvent) => {
    const step =
      e.key === 'ArrowRight' || e.key === 'ArrowDown' ? 1 : e.key === 'ArrowLeft' || e.key === 'ArrowUp' ? -1 : 0;
    if (!step) return;
    e.preventDefault();
    const at = p.options.findIndex((o) => o.value === p.value);
    const next = p.options[(at + step + p.options.length) % p.options.length];
    if (!next) return;
    p.onChange(next.value);
    box.current?.querySelectorAll<HTMLElement>('[role=radio]')[p.options.indexOf(next)]?.focus();
  };
  return (
    <div ref={box} className="seg" role="radiogroup" aria-label={p.label} onKeyDown={onKey}>
      {p.options.map((o) => (
        <button
          key={o.value}
          type="button"
          role="radio"
          aria-checked={o.value === p.value}
          tabIndex={o.value === p.value ? 0 : -1}
          title={o.title}
          onClick={() => p.onChange(o.value)}
        >
          {o.label}
        </button>
      ))}
    </div>
  );
}

/** On or off. */
export function Switch(p: {
  checked: boolean;
  onChange: (on: boolean) => void;
  id?: string;
  label?: string;
  disabled?: boolean;
}) {
  return (
    <button
      type="button"
      id={p.id}
      role="switch"
      aria-checked={p.checked}
      aria-label={p.label}
      disabled={p.disabled}
      className="switch"
      data-checked={p.checked || undefined}
      onClick={() => p.onChange(!p.checked)}
    >
      <span />
    </button>
  );
}

/** A switch with its label in a row. */
export function SwitchRow({
  label,
  hint,
  ...p
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="switch-row">
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && <div className="hint">{hint}</div>}
      </div>
      <Switch id={id} {...p} />
    </div>
  );
}

/** A search box. */
export function SearchField({ label, className, ...rest }: { label: string } & ComponentProps<'input'>) {
  return (
    <div className={className ? `search ${className}` : 'search'}>
      <Icon name="search" size={14} />
      <input
        type="search"
        className="input"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        {...rest}
      />
    </div>
  );
}

/** A labelled text field. */
export function TextField({
  label,
  hint,
  error,
  ...rest
}: { label: string; hint?: string; error?: string | undefined } & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={hint || error ? `${id}-hint` : undefined}
        {...rest}
      />
      {(error ?? hint) && (
        <div id={`${id}-hint`} className={error ? 'error-text' : 'hint'}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
}

/** The coloured square with a type's icon. */
export function Tile({ type, size = 24 }: { type: string; size?: number }) {
  const category = categoryOf(type);
  return (
    <span
      className="tile"
      style={{ width: size, height: size, background: type === 'catch' ? 'var(--error)' : `var(--cat-${category})` }}
      aria-hidden="true"
    >
      <Icon name={iconOf(type)} size={Math.round(size * 0.6)} />
    </span>
  );
}

/** What there is when there is nothing: one line, one button, one key. */
export function Empty({ icon, title, children }: { icon?: string; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty">
      {icon && <Icon name={icon} size={24} />}
      <div>{title}</div>
      {children}
    </div>
  );
}
