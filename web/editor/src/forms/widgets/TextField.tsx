import { Menu } from '@base-ui/react/menu';
import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import { t } from '../../i18n';
import { named, type WidgetProps } from '../context';
import css from '../style';
import { text, variable } from '../values';

/** Plain text, in one line or an area, with suggestions where the node has some. */
export function TextField(p: WidgetProps) {
  const list = useId();
  const { ui, prop, kind, label } = p.field;
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
  const duration = kind === 'duration';
  const plain = (
    <input
      {...named(p)}
      className={css.bare}
      type="text"
      value={value}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      data-variable={variable(p.value) ? '' : undefined}
      list={ui.suggest ? list : undefined}
      onChange={(e) => p.set(e.target.value === '' && p.value === undefined ? undefined : e.target.value)}
    />
  );
  // A number alone counts in the unit; 10s says it itself.
  const counts = duration && /^\s*[\d.]+\s*$/.test(value || placeholder || '');
  const unit = counts ? (ui.unit ?? 's') : duration ? undefined : ui.unit;
  return (
    <div className={css.box}>
      {plain}
      {unit && (
        <span className={css.suffix} aria-hidden="true">
          {unit}
        </span>
      )}
      {ui.suggest && (
        <>
          <datalist id={list}>
            {ui.suggest.map((s) => (
              <option key={s} value={s} />
            ))}
          </datalist>
          <Suggestions label={label} values={ui.suggest} onPick={p.set} />
        </>
      )}
    </div>
  );
}

/** The usual values, for those who do not know them yet. */
function Suggestions({ label, values, onPick }: { label: string; values: string[]; onPick: (v: string) => void }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        className={css.mini}
        aria-label={t('Suggestions, {{field}}', { field: label })}
        title={t('Suggestions')}
      >
        <ChevronDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={css.positioner} align="end" sideOffset={4}>
          <Menu.Popup className={css.popup}>
            {values.map((v) => (
              <Menu.Item key={v} className={css.item} onClick={() => onPick(v)}>
                {v}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
