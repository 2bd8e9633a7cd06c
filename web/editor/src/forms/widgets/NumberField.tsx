import type { KeyboardEvent } from 'react';
import { named, type WidgetProps } from '../context';
import css from '../style';
import { read, spelled, text, write } from '../values';

/**
 * A number, or ${NAME}. What is no number yet stays as it was typed and shows an error; arrow keys count. The file's
 * spelling stays: a property that was text stays text.
 */
export function NumberField(p: WidgetProps) {
  const { ui, prop, integer } = p.field;
  const set = (input: string) =>
    p.change((raw) => {
      const before = read(raw, p.field);
      const n = Number(input);
      const clean = input.trim() !== '' && String(n) === input.trim();
      return write(raw, p.field, input === '' && before === undefined ? undefined : spelled(before, clean ? n : input));
    });
  const step = (e: KeyboardEvent) => {
    if ((e.key !== 'ArrowUp' && e.key !== 'ArrowDown') || e.altKey || e.ctrlKey) return;
    const now = Number(p.value ?? prop.default ?? 0);
    if (!Number.isFinite(now)) return;
    e.preventDefault();
    const by = (e.shiftKey ? 10 : 1) * (integer || Math.abs(now) >= 1 || now === 0 ? 1 : 0.1);
    const next = Number((now + (e.key === 'ArrowUp' ? by : -by)).toPrecision(12));
    set(String(Math.min(prop.maximum ?? next, Math.max(prop.minimum ?? next, next))));
  };
  return (
    <div className={css.box}>
      <input
        {...named(p)}
        className={css.bare}
        type="text"
        inputMode={integer ? 'numeric' : 'decimal'}
        autoComplete="off"
        value={text(p.value)}
        placeholder={ui.placeholder ?? (prop.default !== undefined ? String(prop.default) : undefined)}
        onChange={(e) => set(e.target.value)}
        onKeyDown={step}
      />
      {ui.unit && (
        <span className={css.suffix} aria-hidden="true">
          {ui.unit}
        </span>
      )}
    </div>
  );
}
