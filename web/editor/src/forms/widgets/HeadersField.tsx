import { useId } from 'react';
import { t } from '../../i18n';
import type { Rec } from '../../model/types';
import type { WidgetProps } from '../context';
import { RowList } from '../rules/RowList';
import { useRows } from '../rules/rows';
import css from '../style';
import { text } from '../values';

const usual = ['Accept', 'Authorization', 'Cookie', 'Origin', 'Sec-WebSocket-Protocol', 'User-Agent'];

/** nameOf is what a header is called: Node-RED keeps usual names as the type, others as the value. */
const nameOf = (row: Rec): string => (row.keyType === 'other' || !row.keyType ? text(row.keyValue) : text(row.keyType));
const contentOf = (row: Rec): string =>
  row.valueType === 'other' || row.valueType === 'env' || !row.valueType ? text(row.valueValue) : text(row.valueType);

/** Headers as Node-RED's websocket and http nodes keep them: name and kind of name, value and kind of value. */
export function HeadersField(p: WidgetProps) {
  const rows = useRows(p);
  const list = useId();
  return (
    <RowList
      rows={rows}
      noun={t('Header')}
      labelId={p.labelId}
      describedBy={p.describedBy}
      id={p.id}
      ports={false}
      cards={false}
      heading={
        <div className={css.columns} aria-hidden="true">
          <span style={{ flex: 2 }}>{t('Name')}</span>
          <span style={{ flex: 3 }}>{t('Value')}</span>
        </div>
      }
    >
      {(i) => {
        const row = rows.rows[i] ?? {};
        const env = row.valueType === 'env';
        return (
          <div className={css.line} data-layout="columns">
            <input
              className={css.input}
              style={{ flex: 2 }}
              type="text"
              aria-label={t('{{row}} {{n}} name', { row: t('Header'), n: i + 1 })}
              list={list}
              spellCheck={false}
              value={nameOf(row)}
              onChange={(e) => rows.change(i, (r) => ({ ...r, keyType: 'other', keyValue: e.target.value }))}
            />
            <div className={css.box} style={{ flex: 3 }}>
              <input
                className={css.bare}
                type="text"
                aria-label={t('{{row}} {{n}} value', { row: t('Header'), n: i + 1 })}
                spellCheck={false}
                value={contentOf(row)}
                placeholder={env ? 'NAME' : undefined}
                onChange={(e) =>
                  rows.change(i, (r) => ({ ...r, valueType: env ? 'env' : 'other', valueValue: e.target.value }))
                }
              />
              <button
                type="button"
                className={css.mini}
                aria-pressed={env}
                aria-label={t('Header {{n}}: value of a variable', { n: i + 1 })}
                title={t('The value of a variable')}
                onClick={() =>
                  rows.change(i, (r) => ({ ...r, valueType: env ? 'other' : 'env', valueValue: contentOf(r) }))
                }
              >
                $
              </button>
            </div>
            <datalist id={list}>
              {usual.map((h) => (
                <option key={h} value={h} />
              ))}
            </datalist>
          </div>
        );
      }}
    </RowList>
  );
}
