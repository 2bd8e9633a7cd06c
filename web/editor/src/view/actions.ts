/** Everything that can be done on the canvas, by name and by key. */
import { type Action, register } from '../actions/registry';
import { en } from '../i18n';
import { editing } from './actions-edit';
import { grouping } from './actions-group';
import { moving } from './actions-move';
import { wiring } from './actions-wire';
import type { FlowView } from './flow-view';

export function registerActions(v: FlowView): () => void {
  const all = [...moving(v), ...editing(v), ...wiring(v), ...grouping(v)];
  return register(...all.map((a): Action => ({ section: en('Flow'), ...a })));
}
