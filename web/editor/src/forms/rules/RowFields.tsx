import { useId } from 'react';
import type { Rec } from '../../model/types';
import { useForm } from '../context';
import { Fields, fieldId } from '../Fields';
import { widgetOf } from '../registry';
import type { Field } from '../schema';
import css from '../style';
import { read, write } from '../values';
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
  if (layout === 'form') return <Fields fields={fields} raw={raw} prefix={prefix} change={change} />;
  const shown = shownFields(fields, raw);
  return (
    <div className={css.line} data-layout={layout}>
      {shown.map((f, i) => (
        <Cell key={f.key} field={f} raw={raw} prefix={prefix} change={change} layout={layout} lead={i < 2} />
      ))}
    </div>
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
        {field.label}
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
