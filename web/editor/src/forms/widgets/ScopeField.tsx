import { t } from '../../i18n';
import type { Json } from '../../model/types';
import { Choices } from '../Choices';
import { useForm, type WidgetProps } from '../context';
import { useFlowNodes } from '../host';
import { PickList } from './PickList';

type Mode = 'all' | 'group' | 'some';

/** Whose events a catch, status or complete node hears: all of the flow, its own group's, or the chosen ones. */
export function ScopeField(p: WidgetProps) {
  const form = useForm();
  const nodes = useFlowNodes(form.flow).filter((n) => n.id !== form.id && !['comment', 'junction'].includes(n.type));
  const listOnly = form.rec.type === 'complete';
  const ids = Array.isArray(p.value) ? p.value.filter((x): x is string => typeof x === 'string') : [];
  const mode: Mode = listOnly || Array.isArray(p.value) ? 'some' : p.value === 'group' ? 'group' : 'all';
  const names: Record<Mode, string> = { all: t('All nodes'), group: t('Same group'), some: t('Chosen') };
  const modes: Mode[] = form.rec.g || mode === 'group' ? ['all', 'group', 'some'] : ['all', 'some'];
  const setMode = (m: Mode) => p.set(m === 'all' ? (null as Json) : m === 'group' ? 'group' : ids);
  const missing = ids
    .filter((id) => !nodes.some((n) => n.id === id))
    .map((id) => ({ id, label: t('Missing: {{id}}', { id }), type: '' }));
  return (
    <>
      {!listOnly && (
        <Choices
          options={modes.map((m) => ({ value: m, label: names[m] }))}
          value={mode}
          labelId={p.labelId}
          describedBy={p.describedBy}
          id={p.id}
          onChange={setMode}
        />
      )}
      {mode === 'some' && (
        <PickList
          choices={[...missing, ...nodes]}
          chosen={new Set(ids)}
          name={`${p.id}n`}
          labelId={p.labelId}
          empty={t('No other node is in this flow yet.')}
          onToggle={(id, on) => p.set(on ? [...ids, id] : ids.filter((x) => x !== id))}
        />
      )}
    </>
  );
}
