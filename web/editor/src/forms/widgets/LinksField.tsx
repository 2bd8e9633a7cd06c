import { t } from '../../i18n';
import { useForm, type WidgetProps } from '../context';
import { useLinkNodes } from '../host';
import { PickList } from './PickList';

/** The other ends of a link node, across all flows. A link counts if either end lists the other. */
export function LinksField(p: WidgetProps) {
  const form = useForm();
  const { choices, linked } = useLinkNodes(form.id, String(form.rec.type ?? ''));
  const own = Array.isArray(p.value) ? p.value.filter((x): x is string => typeof x === 'string') : undefined;
  const edited = form.rowsOf(p.path, 0).length > 0;
  const ids = own && edited ? own : [...new Set([...(own ?? []), ...linked])];
  const single = /call$/.test(String(form.rec.type));
  const missing = ids
    .filter((id) => !choices.some((c) => c.id === id))
    .map((id) => ({ id, label: t('Missing: {{id}}', { id }), type: '' }));
  const toggle = (id: string, on: boolean) => {
    const next = single ? (on ? [id] : []) : on ? [...ids, id] : ids.filter((x) => x !== id);
    // That the list was edited is kept with the draft: from then on it alone says what is linked.
    form.change((rec) => ({ ...rec, [p.field.key]: next }), { [p.path]: [-1] });
  };
  return (
    <PickList
      choices={[...missing, ...choices]}
      chosen={new Set(ids)}
      single={single}
      name={`${p.id}n`}
      labelId={p.labelId}
      empty={
        /in$/.test(String(form.rec.type))
          ? t('No flow has a link-out or link-call node yet.')
          : t('No flow has a link-in node yet.')
      }
      onToggle={toggle}
    />
  );
}
