import { createStore } from 'zustand/vanilla';
import type { Id } from '../model/types';

/** The tab whose name is being written. */
export const renaming = createStore<{ id: Id | null }>(() => ({ id: null }));
