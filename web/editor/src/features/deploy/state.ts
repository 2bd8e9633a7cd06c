import { createStore } from 'zustand/vanilla';
import type { FlowDoc } from '../../model/types';
import type { DeployType, Restarts } from '../../net/api';

/** How the deploy is going. */
export const deployStore = createStore<{
  busy: boolean;
  /** It goes out when the server is back. */
  waiting: boolean;
  /** The server found errors and changed nothing. */
  refused: boolean;
  done: number;
  /** The summary is open. */
  options: boolean;
  /** What a deploy of `doc` would restart. */
  restarts: { doc: FlowDoc; by: Record<DeployType, Restarts> } | null;
}>(() => ({ busy: false, waiting: false, refused: false, done: 0, options: false, restarts: null }));
