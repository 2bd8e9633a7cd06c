import type { Action } from '../../actions/registry';
import { deploy, setRunning } from '../../features/deploy/deploy';
import { openDrafts } from '../../features/deploy/drafts';
import { runtime } from '../../live';
import { isDirty } from '../../model/doc-store';
import { openDialog } from '../dialogs';
import { prefs } from '../prefs';
import { conflictStore } from '../sync';

/** What makes the document run, and what ran before. */
export const deployActions: Action[] = [
  {
    id: 'flow.deploy',
    title: 'Deploy',
    section: 'Deploy',
    keys: 'Mod+D',
    icon: 'rocket',
    words: 'save publish run',
    inFields: true,
    when: () => isDirty() || prefs.getState().deployType === 'full' || openDrafts().length > 0,
    run: () => void deploy(),
  },
  {
    id: 'flow.deploy-full',
    title: 'Deploy everything',
    section: 'Deploy',
    icon: 'rocket',
    words: 'full restart',
    run: () => void deploy({ type: 'full' }),
  },
  {
    id: 'flow.deploy-flows',
    title: 'Deploy changed flows',
    section: 'Deploy',
    icon: 'rocket',
    when: isDirty,
    run: () => void deploy({ type: 'flows' }),
  },
  {
    id: 'flow.deploy-nodes',
    title: 'Deploy changed nodes',
    section: 'Deploy',
    icon: 'rocket',
    when: isDirty,
    run: () => void deploy({ type: 'nodes' }),
  },
  {
    id: 'flow.deploy-anyway',
    title: 'Deploy anyway, with errors',
    section: 'Deploy',
    icon: 'rocket',
    when: isDirty,
    run: () => void deploy({ strict: false }),
  },
  {
    id: 'flow.start',
    title: 'Start flows',
    section: 'Deploy',
    icon: 'circle-play',
    when: () => runtime.getState().state !== 'start',
    run: () => void setRunning(true),
  },
  {
    id: 'flow.stop',
    title: 'Stop flows',
    section: 'Deploy',
    icon: 'circle-stop',
    when: () => runtime.getState().state === 'start',
    run: () => void setRunning(false),
  },
  {
    id: 'view.revisions',
    title: 'Deployed revisions',
    section: 'Deploy',
    icon: 'history',
    words: 'restore rollback versions',
    run: () => openDialog('revisions'),
  },
  {
    id: 'flow.conflicts',
    title: 'Resolve conflicts',
    section: 'Deploy',
    icon: 'git-merge',
    when: () => conflictStore.getState().conflicts.length > 0,
    run: () => conflictStore.setState({ open: true }),
  },
];
