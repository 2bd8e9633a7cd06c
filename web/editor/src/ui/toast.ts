import { createStore } from 'zustand/vanilla';

export interface Toast {
  id: number;
  kind: 'info' | 'ok' | 'error';
  title: string;
  detail?: string;
  action?: { label: string; run: () => void };
}

export const toastStore = createStore<{ toasts: Toast[] }>(() => ({ toasts: [] }));

let last = 0;

/** Says something for some seconds. It never holds a decision, at most a way back. Its number is for dismiss. */
export function toast(t: Omit<Toast, 'id' | 'kind'> & { kind?: Toast['kind'] }): number {
  const id = ++last;
  // What is said again takes the place of what was said before.
  toastStore.setState((s) => ({
    toasts: [...s.toasts.filter((x) => x.title !== t.title).slice(-2), { kind: 'info', ...t, id }],
  }));
  return id;
}

export function dismiss(id: number): void {
  toastStore.setState((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }));
}

/** Tells of an error in its own words. */
export function complain(what: string, e: unknown): void {
  toast({ kind: 'error', title: what, detail: e instanceof Error ? e.message : String(e) });
}
