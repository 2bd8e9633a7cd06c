import { reveal } from '../../app/reveal';
import { objectOf } from '../../model/codec';
import { docStore } from '../../model/doc-store';
import type { Id } from '../../model/types';

/** What the last search found, for F3. */
export const results: { query: string; ids: Id[]; at: number } = { query: '', ids: [], at: -1 };

export function nextResult(step: 1 | -1): void {
  const n = results.ids.length;
  for (let i = 0; i < n; i++) {
    results.at = (results.at + step + n) % n;
    const id = results.ids[results.at];
    if (id !== undefined && objectOf(docStore.getState().doc, id)) {
      reveal(id);
      return;
    }
  }
}
