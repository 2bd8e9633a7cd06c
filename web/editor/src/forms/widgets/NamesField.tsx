import { Plus, X } from 'lucide-react';
import { chordText } from '../../actions/keys';
import { inSentence, t } from '../../i18n';
import type { Json } from '../../model/types';
import { TemplateInput } from '../code/TemplateInput';
import { useForm, type WidgetProps } from '../context';
import { useItems } from '../rules/items';
import { one } from '../rules/Rules';
import { isRec } from '../rules/rows';
import css from '../style';
import { effective, text } from '../values';

const suggestions: Record<string, string[]> = {
  headers: ['Content-Type', 'Authorization', 'Accept', 'Cache-Control', 'Location', 'User-Agent', 'X-Api-Key'],
};

/** Name → value, as an object keeps it: in order, a name once. */
export function NamesField(p: WidgetProps) {
  const form = useForm();
  const value = effective(p.raw, p.field);
  const entries = isRec(value) ? Object.entries(value) : [];
  const write = (next: [string, Json][]) => p.set(Object.fromEntries(next));
  const template = p.field.item?.kind === 'template';
  const noun = one(p.field.label);
  const list = `${p.id}-names`;
  const rename = (i: number, name: string) => {
    if (entries.some(([k], j) => j !== i && k === name)) return; // an object has a name once
    write(entries.map(([k, v], j) => (j === i ? [name, v] : [k, v])));
  };
  const free = !entries.some(([k]) => k === '');
  const items = useItems(
    `${p.id}-add`,
    entries.length,
    () => free && write([...entries, ['', '']]),
    (i) => write(entries.filter((_, j) => j !== i)),
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
      {entries.length > 0 && (
        <div className={css.columns} style={{ paddingLeft: 0 }} aria-hidden="true">
          <span style={{ flex: 2 }}>{t('Name')}</span>
          <span style={{ flex: 3 }}>{t('Value')}</span>
        </div>
      )}
      <ol ref={items.list} className={css.rowList}>
        {entries.map(([k, v], i) => (
          <li key={i} className={css.rowItem} onKeyDown={(e) => items.keys(e, i)}>
            <div className={css.line} data-layout="columns">
              <input
                className={css.input}
                style={{ flex: 2 }}
                type="text"
                aria-label={t('{{row}} {{n}} name', { row: noun, n: i + 1 })}
                list={list}
                value={k}
                spellCheck={false}
                onChange={(e) => rename(i, e.target.value)}
              />
              <span id={`${p.id}-v${i}`} className={css.hidden}>
                {t('{{row}} {{n}} value', { row: noun, n: i + 1 })}
              </span>
              {template ? (
                <div className={css.box} data-code="" style={{ flex: 3 }}>
                  <TemplateInput
                    id={`${p.id}-i${i}`}
                    labelId={`${p.id}-v${i}`}
                    describedBy={undefined}
                    invalid={false}
                    value={text(v)}
                    placeholder={undefined}
                    multiline={false}
                    owner={form.id}
                    language="template"
                    onChange={(next) => write(entries.map(([n, x], j) => (j === i ? [n, next] : [n, x])))}
                  />
                </div>
              ) : (
                <input
                  className={css.input}
                  style={{ flex: 3 }}
                  type="text"
                  aria-labelledby={`${p.id}-v${i}`}
                  value={text(v)}
                  onChange={(e) => write(entries.map(([n, x], j) => (j === i ? [n, e.target.value] : [n, x])))}
                />
              )}
            </div>
            <button
              type="button"
              className={css.mini}
              aria-label={t('Remove {{row}} {{n}}', { row: inSentence(noun), n: i + 1 })}
              title={`${t('Remove')} (${chordText('Alt+Delete')})`}
              onClick={() => items.remove(i)}
            >
              <X size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ol>
      <datalist id={list}>
        {(suggestions[p.field.key] ?? []).map((s) => (
          <option key={s} value={s} />
        ))}
      </datalist>
      <button
        type="button"
        id={`${p.id}-add`}
        className={css.add}
        disabled={!free}
        title={chordText('Alt+Insert')}
        onClick={items.add}
      >
        <Plus size={14} aria-hidden="true" /> {t('Add {{name}}', { name: inSentence(noun) })}
      </button>
    </div>
  );
}
