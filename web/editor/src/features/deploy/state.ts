import { createStore } from 'zustand/vanilla';

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
}>(() => ({ busy: false, waiting: false, refused: false, done: 0, options: false }));
