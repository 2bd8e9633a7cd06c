import { en, t } from '../../i18n';
import type { WidgetProps } from '../context';
import { RowFields } from './RowFields';
import { RowList } from './RowList';
import { useRows } from './rows';

/** Rules: what to do or test first, then its values; each is tied to its output where rows are outputs. */
export function Rules(p: WidgetProps) {
  const rows = useRows(p);
  return (
    <RowList
      rows={rows}
      noun={one(p.field.label)}
      labelId={p.labelId}
      describedBy={p.describedBy}
      id={p.id}
      ports={p.field.ui.ports === 'each'}
      cards
    >
      {(i) => (
        <RowFields
          fields={p.field.rows}
          raw={rows.rows[i] ?? {}}
          prefix={`${p.path}[${i}].`}
          change={(make) => rows.change(i, make)}
          layout="rule"
        />
      )}
    </RowList>
  );
}

const nouns = [en('Header'), en('Module'), en('Property'), en('Row'), en('Rule'), en('Topic'), en('Variable')];

/** one is the singular of a table's label: "Rules" has a "Rule". */
export function one(label: string): string {
  const noun = /[^su]s$/.test(label) ? label.slice(0, -1) : label === 'Properties' ? 'Property' : 'Row';
  return nouns.includes(noun) ? t(noun) : noun;
}
