/** The fields of an object: label, widget, help and error each, in a grid of twelve columns. */
import { useId } from 'react';
import { t } from '../i18n';
import type { Json, Rec } from '../model/types';
import { useForm, type WidgetProps } from './context';
import { Rich } from './Rich';
import { layoutOf, widgetOf } from './registry';
import { type Field, type Kind, labelIn } from './schema';
import css from './style';
import { touch } from './touched';
import { settled } from './typed/types';
import { read, write } from './values';
import { shownFields } from './when';

interface Props {
  /** All fields of the object: conditions look at hidden ones, too. */
  fields: Field[];
  /** Those to draw, if not all. */
  only?: Field[];
  raw: Rec;
  change: (make: (raw: Rec) => Rec) => void;
  /** "" or "rules[0]." */
  prefix?: string;
  /** What is around them says what they are. */
  unlabelled?: boolean;
}

export function Fields({ fields, only, raw, change, prefix = '', unlabelled = false }: Props) {
  const shown = shownFields(fields, raw);
  const settle = (make: (raw: Rec) => Rec) => change((r) => settled(fields, r, make(r)));
  return (
    <div className={css.grid}>
      {shown
        .filter((f) => !only || only.includes(f))
        .map((f) => (
          <FieldView key={f.key} field={f} raw={raw} change={settle} path={prefix + f.key} unlabelled={unlabelled} />
        ))}
    </div>
  );
}

interface OneProps {
  field: Field;
  raw: Rec;
  change: (make: (raw: Rec) => Rec) => void;
  path: string;
  unlabelled?: boolean;
}

/** Kinds whose control shows the unit itself. */
const unitInside = new Set<Kind>(['number', 'duration', 'text']);

/** fieldId is where a link from the list of problems leads. */
export const fieldId = (owner: string, path: string): string => `f-${owner}-${path}`.replace(/[^\w-]/g, '_');

export function FieldView({ field, raw, change, path, unlabelled = false }: OneProps) {
  const form = useForm();
  const unique = useId();
  const labelId = `${unique}l`;
  const error = form.problems.get(path);
  const { help } = field.ui;
  const describedBy = [help ? `${unique}h` : '', error ? `${unique}e` : ''].filter(Boolean).join(' ');
  const id = fieldId(form.id, path);
  const Widget = widgetOf(field);
  const layout = layoutOf(field);
  const props: WidgetProps = {
    field,
    path,
    raw,
    change,
    id,
    labelId,
    value: read(raw, field),
    set: (v: Json | undefined) => change((r) => write(r, field, v)),
    describedBy: describedBy || undefined,
    invalid: error !== undefined,
  };
  const label =
    layout === 'group' ? (
      <div className={css.label} id={labelId}>
        {labelIn(field, raw)}
      </div>
    ) : (
      <label className={css.label} id={labelId} htmlFor={id}>
        {labelIn(field, raw)}
      </label>
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: notes that the focus was here
    <div
      className={css.field}
      data-layout={layout}
      onBlur={(e) => !e.currentTarget.contains(e.relatedTarget) && touch(form.id, path)}
      data-invalid={error ? '' : undefined}
      style={{ gridColumn: `span ${field.ui.width ?? 12}` }}
    >
      <div className={unlabelled ? css.hidden : css.head}>
        {label}
        {field.required && (
          <span className={css.required} aria-hidden="true" title={t('Required')}>
            *
          </span>
        )}
        {field.ui.unit && !unitInside.has(field.kind) && <span className={css.unit}>{field.ui.unit}</span>}
      </div>
      <Widget {...props} />
      {help && (
        <p className={css.help} id={`${unique}h`}>
          <Rich text={help} />
        </p>
      )}
      {error && (
        <p className={css.error} id={`${unique}e`}>
          {error}
        </p>
      )}
    </div>
  );
}
