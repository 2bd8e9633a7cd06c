import { Plus, X } from 'lucide-react';
import { chordText } from '../../actions/keys';
import { t } from '../../i18n';
import type { Json } from '../../model/types';
import { TemplateInput } from '../code/TemplateInput';
import { useForm, type WidgetProps } from '../context';
import { useItems } from '../rules/items';
import css from '../style';
import { effective, text } from '../values';

/** A list of texts or numbers, one below the other. */
export function ListField(p: WidgetProps) {
  const value = effective(p.raw, p.field);
  const items: Json[] = Array.isArray(value) ? value : [];
  const form = useForm();
  const template = p.field.item?.kind === 'template';
  const number = p.field.item?.kind === 'number';
  const set = (i: number, v: string) =>
    p.set(
      items.map((x, k) =>
        k === i ? (number && v.trim() !== '' && String(Number(v)) === v.trim() ? Number(v) : v) : x,
      ),
    );
  const { list, add, remove, keys } = useItems(
    `${p.id}-add`,
    items.length,
    () => p.set([...items, '']),
    (i) => p.set(items.filter((_, k) => k !== i)),
  );
  return (
    <div
      className={css.rows}
      role="group"
      aria-labelledby={p.labelId}
      aria-describedby={p.describedBy}
      id={p.id}
      tabIndex={-1}
    >
      <ol ref={list} className={css.rowList}>
        {items.map((x, i) => (
          <li key={i} className={css.rowItem} onKeyDown={(e) => keys(e, i)}>
            {template ? (
              <div className={css.box} data-code="">
                <TemplateInput
                  id={`${p.id}-i${i}`}
                  labelId={`${p.id}-l${i}`}
                  describedBy={undefined}
                  invalid={false}
                  value={text(x)}
                  placeholder={undefined}
                  multiline={false}
                  owner={form.id}
                  language="template"
                  prose
                  onChange={(v) => set(i, v)}
                />
                <span id={`${p.id}-l${i}`} className={css.hidden}>
                  {p.field.label} {i + 1}
                </span>
              </div>
            ) : (
              <input
                className={css.input}
                type="text"
                aria-label={`${p.field.label} ${i + 1}`}
                value={text(x)}
                spellCheck={false}
                onChange={(e) => set(i, e.target.value)}
              />
            )}
            <button
              type="button"
              className={css.mini}
              aria-label={t('Remove {{name}}', { name: i + 1 })}
              title={`${t('Remove')} (${chordText('Alt+Delete')})`}
              onClick={() => remove(i)}
            >
              <X size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ol>
      <button type="button" id={`${p.id}-add`} className={css.add} title={chordText('Alt+Insert')} onClick={add}>
        <Plus size={14} aria-hidden="true" /> {t('Add')}
      </button>
    </div>
  );
}
