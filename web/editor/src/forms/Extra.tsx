/** What a form has no field for: shown as it is, kept on every save. */

import { t } from '../i18n';
import { tx } from '../i18n/rich';
import { useForm } from './context';
import { Fold } from './Fold';
import { common } from './objects';
import type { Field } from './schema';
import css from './style';
import { text } from './values';

/** extraOf are the members that neither the schema nor every node has. */
export function extraOf(rec: Record<string, unknown>, fields: Field[]): Record<string, unknown> {
  const known = new Set(
    fields.flatMap((f) => [f.key, ...f.aliases, ...(f.ui.typeKey ? [f.ui.typeKey, ...(f.ui.typeAliases ?? [])] : [])]),
  );
  return Object.fromEntries(Object.entries(rec).filter(([k]) => !known.has(k) && !common.has(k)));
}

/** Unknown tells about a type that there is none of. */
export function Unknown() {
  const { rec } = useForm();
  if (rec.type === 'junction') return null;
  return (
    <p className={css.notice}>
      {tx('Flowrill has no node of type {{type}}. It does nothing, and keeps all it has.', {
        type: <code>{text(rec.type)}</code>,
      })}
    </p>
  );
}

export function Extra({ fields, known }: { fields: Field[]; known: boolean }) {
  const { rec } = useForm();
  if (rec.type === 'junction') return null;
  const extra = extraOf(rec, fields);
  if (Object.keys(extra).length === 0) return null;
  if (!known) {
    return (
      <div className={css.unknown}>
        <div className={css.label}>{t('Properties')}</div>
        <Json label={t('Properties')} value={extra} />
      </div>
    );
  }
  return (
    <Fold title={t('More properties')}>
      <p className={css.help}>{t('No field shows these. They are kept as they are.')}</p>
      <Json label={t('More properties')} value={extra} />
    </Fold>
  );
}

function Json({ label, value }: { label: string; value: unknown }) {
  const lines = JSON.stringify(value, null, 2);
  return (
    <textarea
      className={css.json}
      readOnly
      aria-label={label}
      rows={Math.min(20, lines.split('\n').length)}
      value={lines}
    />
  );
}
