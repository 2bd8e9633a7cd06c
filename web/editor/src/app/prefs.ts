import { createStore } from 'zustand/vanilla';
import { keymap } from '../actions/registry';
import { type Language, languageStore, speak, systemLanguage } from '../i18n';
import type { Pin } from '../model/pins';
import type { DeployType } from '../net/api';
import { root } from '../net/http';
import { type Panels, useSession, type Viewport } from './session';

/** What people set and what is remembered for them, per server. */
export interface Prefs {
  language: 'system' | Language;
  theme: 'system' | 'light' | 'dark';
  contrast: 'system' | 'normal' | 'more';
  density: 'normal' | 'compact';
  fontSize: 12 | 13 | 14 | 16;
  grid: boolean;
  snap: boolean;
  motion: 'system' | 'reduced';
  /** Single letters are shortcuts on the canvas. */
  letters: boolean;
  deployType: DeployType;
  keys: Record<string, string>;
  recentTypes: string[];
  favouriteTypes: string[];
  hiddenTabs: string[];
  closedCategories: string[];
  /** Of debug values. */
  pins: Pin[];
  simulator: { from: string; to: string };
}

const defaults: Prefs = {
  language: 'system',
  theme: 'system',
  contrast: 'system',
  density: 'normal',
  fontSize: 13,
  grid: true,
  snap: true,
  motion: 'system',
  letters: true,
  deployType: 'nodes',
  keys: {},
  recentTypes: [],
  favouriteTypes: [],
  hiddenTabs: [],
  closedCategories: [],
  pins: [],
  simulator: { from: '447700900001', to: '447700900000' },
};

const key = (): string => `flowrill.prefs ${root().pathname}`;
const viewKey = (): string => `flowrill.view ${root().pathname}`;

function read<T>(k: string, otherwise: T): T {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(k) ?? 'null');
    return typeof stored === 'object' && stored !== null ? { ...otherwise, ...stored } : otherwise;
  } catch {
    return otherwise;
  }
}

function write(k: string, v: unknown): void {
  try {
    localStorage.setItem(k, JSON.stringify(v));
  } catch {
    // full or forbidden: it holds for this page
  }
}

export const prefs = createStore<Prefs>(() => read(key(), defaults));

export function setPref(change: Partial<Prefs>): void {
  prefs.setState(change);
  write(key(), prefs.getState());
}

/** Speaks the language that was chosen, or that of the browser. */
export function startLanguage(): Promise<void> {
  const chosen = ({ language }: Prefs) => (language === 'system' ? systemLanguage() : language);
  languageStore.subscribe(({ language }) => {
    document.documentElement.lang = language;
  });
  prefs.subscribe((p, was) => {
    if (p.language !== was.language) void speak(chosen(p));
  });
  window.addEventListener('languagechange', () => void speak(chosen(prefs.getState())));
  return speak(chosen(prefs.getState()));
}

/** Puts the look that was chosen onto the page and keeps it there. */
export function startPrefs(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const more = matchMedia('(prefers-contrast: more)');
  const apply = () => {
    const p = prefs.getState();
    const e = document.documentElement;
    e.dataset['theme'] = p.theme === 'system' ? (dark.matches ? 'dark' : 'light') : p.theme;
    e.dataset['contrast'] = p.contrast === 'more' || (p.contrast === 'system' && more.matches) ? 'more' : 'normal';
    e.dataset['density'] = p.density;
    e.dataset['motion'] = p.motion;
    e.dataset['grid'] = p.grid ? 'on' : 'off';
    e.style.setProperty('--font-size', `${p.fontSize}px`);
    keymap.setState({ own: p.keys, letters: p.letters });
  };
  apply();
  prefs.subscribe(apply);
  dark.addEventListener('change', apply);
  more.addEventListener('change', apply);

  const view = read<{ tab: string; viewport: Record<string, Viewport>; panels: Partial<Panels> }>(viewKey(), {
    tab: '',
    viewport: {},
    panels: {},
  });
  useSession.setState((s) => ({ tab: view.tab, viewport: view.viewport, panels: { ...s.panels, ...view.panels } }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  useSession.subscribe((s, was) => {
    if (s.tab === was.tab && s.viewport === was.viewport && s.panels === was.panels) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { tab, viewport, panels } = useSession.getState();
      write(viewKey(), { tab, viewport, panels });
    }, 300);
  });
}
