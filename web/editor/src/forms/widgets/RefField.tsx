import { Pencil, Plus } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { t } from '../../i18n';
import { named, useForm, type WidgetProps } from '../context';
import { useInstances } from '../host';
import css from '../style';
import { text } from '../values';

/** A config node: one of those there are, or a new one made on the spot. Alt+Enter edits the chosen one. */
export function RefField(p: WidgetProps) {
  const form = useForm();
  const type = p.field.ui.ref ?? '';
  const instances = useInstances(type, form.flow);
  const value = text(p.value);
  const known = value === '' || instances.some((c) => c.id === value);
  const open = (id?: string) => form.openConfig(type, id, p.path, p.id);
  const keys = (e: KeyboardEvent) => {
    if (e.altKey && e.key === 'Enter') {
      e.preventDefault();
      e.stopPropagation();
      open(value && known ? value : undefined);
    }
  };
  const uses = (n: number) => (n === 0 ? t('unused') : t('used by {{count}}', { count: n }));
  return (
    <div className={css.ref}>
      <select
        {...named(p)}
        className={css.select}
        data-empty={value === '' ? '' : undefined}
        value={value}
        onKeyDown={keys}
        onChange={(e) => p.set(e.target.value)}
      >
        <option value="">
          {!p.field.required ? t('None') : instances.length ? t('Choose…') : t('None yet: make one')}
        </option>
        {!known && (
          <option value={value}>{value.startsWith('${') ? value : t('Missing: {{id}}', { id: value })}</option>
        )}
        {instances.map((c) => (
          <option key={c.id} value={c.id}>
            {c.label}
            {c.id === value && c.uses === 0 ? '' : ` · ${uses(c.uses)}`}
            {c.disabled ? ` · ${t('disabled')}` : ''}
          </option>
        ))}
      </select>
      {value !== '' && known && (
        <button
          type="button"
          className={css.square}
          aria-label={t('Edit')}
          title={t('Edit (Alt+Enter)')}
          onClick={() => open(value)}
        >
          <Pencil size={14} aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        className={css.small}
        data-primary={p.field.required && instances.length === 0 ? '' : undefined}
        onClick={() => open()}
      >
        <Plus size={14} aria-hidden="true" /> {t('New…')}
      </button>
    </div>
  );
}
