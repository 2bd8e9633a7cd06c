import { named, type WidgetProps } from '../context';
import css from '../style';
import { bool, effective, read, write } from '../values';

/** Yes or no. Files that write "true" keep writing text. */
export function SwitchField(p: WidgetProps) {
  const on = bool(effective(p.raw, p.field)) ?? false;
  const set = (next: boolean) =>
    p.change((raw) => write(raw, p.field, typeof read(raw, p.field) === 'string' ? String(next) : next));
  return (
    <input
      {...named(p)}
      className={css.switch}
      type="checkbox"
      role="switch"
      aria-checked={on}
      checked={on}
      onChange={(e) => set(e.target.checked)}
    />
  );
}
