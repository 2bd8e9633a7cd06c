import type { WidgetProps } from '../context';
import css from '../style';
import { RowFields } from './RowFields';
import { RowList } from './RowList';
import { one } from './Rules';
import { useRows } from './rows';

/** A plain table: columns side by side below their headings if there is room for them, else each row a small form. */
export function Table(p: WidgetProps) {
  const rows = useRows(p);
  const columns = p.field.rows;
  const most = columns.some((f) => f.kind === 'template') ? 2 : 3;
  const wide = columns.length > most || columns.some((f) => f.when || f.ui.multiline);
  return (
    <RowList
      rows={rows}
      noun={one(p.field.label)}
      labelId={p.labelId}
      describedBy={p.describedBy}
      id={p.id}
      ports={p.field.ui.ports === 'each'}
      cards={wide}
      heading={
        !wide && (
          <div className={css.columns} aria-hidden="true">
            {columns.map((f) => (
              <span key={f.key} style={{ flex: weight(f) }}>
                {f.label}
              </span>
            ))}
          </div>
        )
      }
    >
      {(i) => (
        <RowFields
          fields={columns}
          raw={rows.rows[i] ?? {}}
          prefix={`${p.path}[${i}].`}
          change={(make) => rows.change(i, make)}
          layout={wide ? 'form' : 'columns'}
        />
      )}
    </RowList>
  );
}

/** weight is a column's share: a typed value with a menu needs more than a path. */
export const weight = (f: WidgetProps['field']): number =>
  f.ui.width ?? (f.kind === 'typed' && (f.ui.types?.length ?? 0) > 1 ? 3 : f.kind === 'switch' ? 1 : 2);
