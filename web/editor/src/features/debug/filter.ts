import type { DebugEntry } from '../../live';
import type { Id } from '../../model/types';

export interface Filter {
  text: string;
  /** all, errors only, or what debug nodes show. */
  level: 'all' | 'errors' | 'debug';
  /** Everything, the open flow, or the selected nodes. */
  scope: 'all' | 'flow' | 'selection';
}

export const noFilter: Filter = { text: '', level: 'all', scope: 'all' };

/** Whether an entry meets the filter. */
export function meets(e: DebugEntry, f: Filter, tab: Id, selected: ReadonlySet<Id>): boolean {
  if (e.kind === 'gap') return f.text === '';
  if (f.level === 'errors' && e.level === '') return false;
  if (f.level === 'debug' && e.kind !== 'debug') return false;
  if (f.scope === 'flow' && e.z !== tab && !e.z.endsWith(tab)) return false;
  if (f.scope === 'selection' && !selected.has(e.node) && !selected.has(e.alias)) return false;
  if (f.text === '') return true;
  const t = f.text.toLowerCase();
  return [e.msg, e.name, e.property, e.topic, e.type].some((x) => x.toLowerCase().includes(t));
}
