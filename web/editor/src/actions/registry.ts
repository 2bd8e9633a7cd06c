import { createStore } from 'zustand/vanilla';
import { t } from '../i18n';

/** Something people can do: it has a name, stands in the command palette and can have keys. */
export interface Action {
  id: string;
  /** In English, as are section and words: they are translated where they are shown. */
  title: string;
  /** Heading in the palette and the key sheet. */
  section?: string;
  /** "Mod+K": Mod is ⌘ on a Mac and Ctrl elsewhere. */
  keys?: string | string[];
  /** Other words people look for it by. */
  words?: string;
  icon?: string;
  /** Whether it can be done now; absent: always. */
  when?: () => boolean;
  /** Keys work in text fields too. */
  inFields?: boolean;
  /** Keys work only while the canvas or nothing has the focus. */
  canvas?: boolean;
  /** The browser has these keys and tells in its own way; they are only shown. */
  native?: boolean;
  /** Not in the palette: it makes sense by its key only. */
  hidden?: boolean;
  run: (e?: KeyboardEvent) => void;
}

export const actionStore = createStore<{ actions: Map<string, Action> }>(() => ({ actions: new Map() }));

/** Adds actions; the answer takes them away again. */
export function register(...all: Action[]): () => void {
  actionStore.setState((s) => {
    const actions = new Map(s.actions);
    for (const a of all) actions.set(a.id, a);
    return { actions };
  });
  return () => {
    actionStore.setState((s) => {
      const actions = new Map(s.actions);
      for (const a of all) if (actions.get(a.id) === a) actions.delete(a.id);
      return { actions };
    });
  };
}

export const can = (id: string): boolean => {
  const a = actionStore.getState().actions.get(id);
  return a !== undefined && (a.when?.() ?? true);
};

/** Does it, if it can be done. */
export function run(id: string, e?: KeyboardEvent): boolean {
  const a = actionStore.getState().actions.get(id);
  if (!a || !(a.when?.() ?? true)) return false;
  a.run(e);
  return true;
}

export const sectionOf = (a: Action): string => (a.section ? t(a.section) : '');

/** What people may look for it by: its English name and the words of both languages. */
export const wordsOf = (a: Action): string => `${a.title} ${a.words ?? ''} ${a.words ? t(a.words) : ''}`;

export const keysOf = (a: Action): string[] => {
  const own = keymap.getState().own[a.id];
  if (own !== undefined) return own === '' ? [] : [own];
  return a.keys === undefined ? [] : typeof a.keys === 'string' ? [a.keys] : a.keys;
};

/** Keys that people chose themselves; '' is none. */
export const keymap = createStore<{ own: Record<string, string>; letters: boolean }>(() => ({
  own: {},
  letters: true,
}));
