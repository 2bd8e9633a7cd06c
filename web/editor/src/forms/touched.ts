/** Which fields of new nodes people have been in: an empty one that nobody reached yet is no mistake. */
import { createStore } from 'zustand/vanilla';

const all = '*';

export const touchedStore = createStore<{ touched: Record<string, ReadonlySet<string>> }>(() => ({ touched: {} }));

export function touch(id: string, path: string): void {
  touchedStore.setState((s) => {
    const known = s.touched[id];
    return known?.has(path) ? s : { touched: { ...s.touched, [id]: new Set([...(known ?? []), path]) } };
  });
}

/** touchAll says that someone is done with the form: from now on everything counts. */
export const touchAll = (id: string): void => touch(id, all);

export const isTouched = (touched: ReadonlySet<string> | undefined, path: string): boolean =>
  touched !== undefined && (touched.has(all) || touched.has(path));
