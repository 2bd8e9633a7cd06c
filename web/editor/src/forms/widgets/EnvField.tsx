import { useMemo } from 'react';
import { inLanguage, t } from '../../i18n';
import type { WidgetProps } from '../context';
import { Table } from '../rules/Table';
import { fieldsOf, type Property } from '../schema';

/** Variables of a flow, group or subflow and those of all flows (flow-format.md §5). */
const envSchema = inLanguage(
  (): Property => ({
    type: 'array',
    items: {
      type: 'object',
      properties: {
        name: { type: 'string', 'x-ui': { label: t('Name'), placeholder: 'SHOP_NUMBER' } },
        value: {
          format: 'typed',
          'x-ui': {
            label: t('Value'),
            typeKey: 'type',
            types: ['str', 'num', 'bool', 'json', 'bin', 'env', 'jsonata', 'cred', 'conf-type'],
            ownTypes: { cred: { label: t('secret') }, 'conf-type': { label: t('config node'), as: 'str' } },
          },
        },
      },
    },
    'x-ui': { label: t('Variables'), initial: [{ name: '', type: 'str', value: '' }] },
  }),
);

/** EnvField is the table of variables; a value of type secret goes where secrets go. */
export function EnvField(p: WidgetProps) {
  const field = useMemo(() => {
    const made = fieldsOf({ type: 'object', properties: { env: envSchema() } })[0]!;
    return { ...made, key: p.field.key, label: p.field.label };
  }, [p.field]);
  return <Table {...p} field={field} />;
}
