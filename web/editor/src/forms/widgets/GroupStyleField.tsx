import { t } from '../../i18n';
import type { Json } from '../../model/types';
import type { WidgetProps } from '../context';
import { isRec } from '../rules/rows';
import css from '../style';
import { put, text } from '../values';

/** Colours that Node-RED's groups offer, light ones as fills. */
const colors = [
  '#ff0000',
  '#ffC000',
  '#ffff00',
  '#92d04f',
  '#0070c0',
  '#001f60',
  '#6f2fa0',
  '#000000',
  '#777777',
  '#ffbfbf',
  '#ffefbf',
  '#ffffbf',
  '#e3f3d3',
  '#bfdbef',
  '#e1d0ef',
  '#ffffff',
];

/** The frame of a group: its colours and whether its name shows. What else its style has stays. */
export function GroupStyleField(p: WidgetProps) {
  const style = isRec(p.value) ? p.value : {};
  const set = (key: string, v: Json | undefined) => p.set(put(style, key, v));
  return (
    <div className={css.rows} role="group" aria-labelledby={p.labelId} id={p.id} tabIndex={-1}>
      <Swatches label={t('Fill')} value={text(style.fill)} onChange={(v) => set('fill', v)} />
      <Swatches label={t('Frame')} value={text(style.stroke)} onChange={(v) => set('stroke', v)} />
      <div className={css.inlineRow}>
        <label className={css.label} htmlFor={`${p.id}-name`}>
          {t('Show the name')}
        </label>
        <input
          id={`${p.id}-name`}
          className={css.switch}
          type="checkbox"
          role="switch"
          aria-checked={style.label === true}
          checked={style.label === true}
          onChange={(e) => set('label', e.target.checked)}
        />
      </div>
    </div>
  );
}

function Swatches({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (v: string | undefined) => void;
}) {
  const own = /^#[\da-f]{6}$/i.test(value) ? value : '#999999';
  return (
    <div className={css.swatches} role="group" aria-label={label}>
      <span className={css.cellLabel}>{label}</span>
      <button
        type="button"
        className={css.swatch}
        data-none=""
        aria-label={t('None')}
        aria-pressed={value === '' || value === 'none'}
        title={t('None')}
        onClick={() => onChange(undefined)}
      />
      {colors.map((c) => (
        <button
          key={c}
          type="button"
          className={css.swatch}
          style={{ background: c }}
          aria-label={c}
          aria-pressed={value.toLowerCase() === c.toLowerCase()}
          title={c}
          onClick={() => onChange(c)}
        />
      ))}
      <input
        type="color"
        className={css.color}
        aria-label={t('{{field}}: own colour', { field: label })}
        title={t('Own colour')}
        value={own}
        onChange={(e) => onChange(e.target.value)}
      />
    </div>
  );
}
