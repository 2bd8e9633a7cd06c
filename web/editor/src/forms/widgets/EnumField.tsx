import { t } from '../../i18n';
import { Choices } from '../Choices';
import { named, type WidgetProps } from '../context';
import { segmented, spaced } from '../schema';
import css from '../style';
import { effective, read, text, write } from '../values';

/** One of several: buttons in a row if they are few, else a list. */
export function EnumField(p: WidgetProps) {
  const { prop, ui } = p.field;
  const options = (prop.enum ?? []).map(String).filter((v) => p.field.offers?.(p.raw, v) ?? true);
  const now = text(effective(p.raw, p.field)) || text(read(p.raw, p.field));
  const inRow = p.path.includes('[');
  const name = (v: string) => {
    const own = ui.enumLabels?.[v];
    if (own) return inRow ? own : begin(own);
    return v === '' ? t('None') : inRow ? v : spaced(v);
  };
  const set = (v: string) =>
    p.change((raw) => {
      const was = read(raw, p.field);
      const original = prop.enum?.find((o) => String(o) === v) ?? v;
      return write(raw, p.field, typeof was === 'string' ? v : original);
    });
  const unknown = options.includes(now) ? [] : [now];
  if (!inRow && segmented(p.field) && unknown.length === 0) {
    return (
      <Choices
        options={options.map((v) => ({ value: v, label: name(v) }))}
        value={now}
        labelId={p.labelId}
        describedBy={p.describedBy}
        id={p.id}
        onChange={set}
      />
    );
  }
  return (
    <select
      {...named(p)}
      aria-labelledby={p.labelId}
      className={css.select}
      value={now}
      onChange={(e) => set(e.target.value)}
    >
      {unknown.map((v) => (
        <option key={v} value={v}>
          {v === ''
            ? t('Choose…')
            : prop.enum?.map(String).includes(v)
              ? t('{{name}} (not here)', { name: name(v) })
              : t('{{name}} (unknown)', { name: v })}
        </option>
      ))}
      {options.map((v) => (
        <option key={v} value={v}>
          {name(v)}
        </option>
      ))}
    </select>
  );
}

/** begin is a label with a capital, unless its first word is code. */
const begin = (label: string): string =>
  /^[a-z]+(?![\w.])/.test(label) ? label.charAt(0).toUpperCase() + label.slice(1) : label;
