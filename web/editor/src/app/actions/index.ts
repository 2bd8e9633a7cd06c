import { register, run } from '../../actions/registry';
import { deployActions } from './deploy';
import { editActions } from './edit';
import { flowActions } from './flows';
import { helpActions } from './help';
import { lookActions } from './look';
import { panelActions } from './panels';
import { subflowActions } from './subflows';

/** All that the shell can do. The canvas and the forms add theirs. */
export function registerActions(): void {
  register(
    ...deployActions,
    ...editActions,
    ...flowActions,
    ...subflowActions,
    ...panelActions,
    ...lookActions,
    ...helpActions,
  );
  if (import.meta.env.DEV) Object.assign(window, { run });
}
