import { useId } from 'react';
import { named, type WidgetProps } from '../context';
import css from '../style';
import { text, variable } from '../values';

/** Plain text, in one line or an area, with suggestions where the node has some. */
export function TextField(p: WidgetProps) {
  const list = useId();
  const { ui, prop } = p.field;
  const value = text(p.value);
  const placeholder = ui.placeholder ?? (prop.default !== undefined ? String(prop.default) : undefined);
  if (ui.multiline || value.includes('\n')) {
    return (
      <textarea
        {...named(p)}
        className={css.area}
        rows={Math.min(12, Math.max(3, value.split('\n').length + 1))}
        value={value}
        placeholder={placeholder}
        onChange={(e) => p.set(e.target.value)}
      />
    );
  }
  return (
    <>
      <input
        {...named(p)}
        className={css.input}
        type="text"
        value={value}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        data-variable={variable(p.value) ? '' : undefined}
        list={ui.suggest ? list : undefined}
        onChange={(e) => p.set(e.target.value)}
      />
      {ui.suggest && (
        <datalist id={list}>
          {ui.suggest.map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
    </>
  );
}
