import { Ellipsis } from 'lucide-react';
import { useId, useState } from 'react';
import { t } from '../../i18n';
import type { Rec } from '../../model/types';
import { useForm } from '../context';
import { Fields, fieldId } from '../Fields';
import { Fold } from '../Fold';
import { widgetOf } from '../registry';
import { type Field, labelIn } from '../schema';
import css from '../style';
import { settled } from '../typed/types';
import { differs, read, write } from '../values';
import { shownFields } from '../when';
import { weight } from './Table';

interface Props {
  fields: Field[];
  raw: Rec;
  prefix: string;
  change: (make: (row: Rec) => Rec) => void;
  /** rule: in a flowing line; columns: one line; form: as in a form. */
  layout: 'rule' | 'columns' | 'form';
}

/** The fields of one row, their labels out of sight where place is short. */
export function RowFields({ fields, raw, prefix, change, layout }: Props) {
  const [more, setMore] = useState(false);
  if (layout === 'form') return <RowForm fields={fields} raw={raw} prefix={prefix} change={change} />;
  const all = shownFields(fields, raw);
  const seldom = all.filter((f) => f.ui.advanced && !differs(raw, f));
  const shown = more ? all : all.filter((f) => !seldom.includes(f));
  const settle = (make: (row: Rec) => Rec) => change((row) => settled(fields, row, make(row)));
  return (
    <div className={css.line} data-layout={layout}>
      {shown.map((f, i) => (
        <Cell key={f.key} field={f} raw={raw} prefix={prefix} change={settle} layout={layout} lead={i < 2} />
      ))}
      {seldom.length > 0 && (
        <button
          type="button"
          className={css.more}
          aria-label={t('More settings')}
          title={t('More settings')}
          aria-expanded={more}
          onClick={() => setMore(!more)}
        >
          <Ellipsis size={14} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

/** RowForm is a row as a form of its own, what is seldom needed folded away. */
function RowForm({ fields, raw, prefix, change }: Omit<Props, 'layout'>) {
  const { problems } = useForm();
  const [seldom, usual] = [true, false].map((folded) => fields.filter((f) => (f.ui.advanced === true) === folded));
  const folded = shownFields(fields, raw).filter((f) => seldom?.includes(f));
  const set = folded.filter((f) => differs(raw, f)).length;
  const wrong = folded.some((f) => [...problems.keys()].some((path) => path.startsWith(prefix + f.key)));
  const part = (only: Field[] = []) => <Fields fields={fields} only={only} raw={raw} prefix={prefix} change={change} />;
  return (
    <>
      {part(usual)}
      {folded.length > 0 && (
        <Fold title={t('More settings')} note={set > 0 ? t('{{count}} set', { count: set }) : ''} open={wrong}>
          {part(seldom)}
        </Fold>
      )}
    </>
  );
}

function Cell({ field, raw, prefix, change, layout, lead }: Omit<Props, 'fields'> & { field: Field; lead: boolean }) {
  const form = useForm();
  const unique = useId();
  const path = prefix + field.key;
  const error = form.problems.get(path);
  const Widget = widgetOf(field);
  const visible = layout === 'rule' && (!lead || field.kind === 'switch');
  const id = fieldId(form.id, path);
  return (
    <div
      className={css.cell}
      data-kind={field.kind}
      data-first={lead && field.kind === 'enum' ? '' : undefined}
      data-labelled={visible ? '' : undefined}
      style={layout === 'columns' ? { flex: weight(field) } : undefined}
    >
      <label id={`${unique}l`} htmlFor={id} className={visible ? css.cellLabel : css.hidden}>
        {labelIn(field, raw)}
      </label>
      <Widget
        field={field}
        path={path}
        raw={raw}
        change={change}
        value={read(raw, field)}
        set={(v) => change((r) => write(r, field, v))}
        id={id}
        labelId={`${unique}l`}
        describedBy={error ? `${unique}e` : undefined}
        invalid={error !== undefined}
      />
      {error && (
        <p className={css.error} id={`${unique}e`}>
          {error}
        </p>
      )}
    </div>
  );
}
