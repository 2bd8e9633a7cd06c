import { en, t } from '../i18n';
import { type Action, actionStore, keymap, keysOf } from './registry';

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

const names: Record<string, string> = {
  ' ': 'Space',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
};

/** How a chord is written: "Mod+Shift+Z". Letters by their key, so that layouts do not matter. */
export function chordOf(e: KeyboardEvent): string {
  if (['Control', 'Shift', 'Alt', 'Meta'].includes(e.key)) return '';
  const mod = isMac ? e.metaKey : e.ctrlKey;
  let key = names[e.key] ?? e.key;
  const letter = /^Key([A-Z])$/.exec(e.code)?.[1];
  const digit = /^Digit([0-9])$/.exec(e.code)?.[1];
  if (key.length === 1) {
    if (/^[a-z]$/i.test(key)) key = key.toUpperCase();
    else if (letter && (e.altKey || key.charCodeAt(0) > 127)) key = letter;
    else if (digit && (mod || e.altKey)) key = digit;
  }
  // A sign that needs Shift is written without it: "?" not "Shift+?".
  const sign = key.length === 1 && !/[A-Z0-9]/.test(key);
  return [mod && 'Mod', isMac && e.ctrlKey && 'Ctrl', e.altKey && 'Alt', e.shiftKey && !sign && 'Shift', key]
    .filter(Boolean)
    .join('+');
}

const order = ['Mod', 'Ctrl', 'Alt', 'Shift'];

/** The same chord however its parts are ordered. */
export function normalise(chord: string): string {
  const parts =
    chord === '+'
      ? ['+']
      : chord
          .replace(/\+\+$/, '+Plus')
          .split('+')
          .map((p) => (p === 'Plus' ? '+' : p));
  const key = parts.pop() ?? '';
  return [...order.filter((m) => parts.includes(m)), key.length === 1 ? key.toUpperCase() : key].join('+');
}

const signs: Record<string, string> = {
  Left: '←',
  Right: '→',
  Up: '↑',
  Down: '↓',
  Enter: '↵',
  Backspace: '⌫',
};

/** What stands on keys. */
const caps: Record<string, string> = {
  Ctrl: en('Ctrl'),
  Shift: en('Shift'),
  Delete: en('Del'),
  Insert: en('Ins'),
  Escape: en('Esc'),
  Space: en('Space'),
};

/** A chord as people read it, key by key. */
export function chordParts(chord: string): string[] {
  return normalise(chord)
    .split(/\+(?!$)/)
    .map((p) => {
      if (p === 'Mod') return isMac ? '⌘' : t('Ctrl');
      if (isMac && p === 'Shift') return '⇧';
      if (isMac && p === 'Alt') return '⌥';
      const cap = caps[p];
      return cap === undefined ? (signs[p] ?? p) : t(cap);
    });
}

export const chordText = (chord: string): string => chordParts(chord).join(isMac ? '' : '+');

/** For aria-keyshortcuts. */
export const ariaChord = (chord: string): string => normalise(chord).replace('Mod', isMac ? 'Meta' : 'Control');

export function keysText(id: string): string {
  const a = actionStore.getState().actions.get(id);
  const first = a && keysOf(a)[0];
  return first ? chordText(first) : '';
}

const isField = (t: EventTarget | null): boolean =>
  t instanceof HTMLElement &&
  (t.isContentEditable ||
    t.matches('input:not([type=checkbox]):not([type=radio]):not([type=button]),textarea,select,[role=textbox]'));

const onCanvas = (t: EventTarget | null): boolean =>
  !(t instanceof HTMLElement) || t === document.body || t.closest('[role=application],[data-canvas]') !== null;

/** What takes the keys and is about to open. Letters that come before it has the focus are kept for it. */
export const modal = {
  /** Whether there is such; set by who opens it. */
  pending: (): boolean => false,
  early: '',
};

/** The letters that came too early; its box asks for them when it gets the focus. */
export function earlyKeys(): string {
  const { early } = modal;
  modal.early = '';
  return early;
}

function actionFor(chord: string, e: KeyboardEvent): Action | undefined {
  const field = isField(e.target);
  const dialog =
    modal.pending() ||
    document.querySelector('[role=dialog][data-open],[role=alertdialog][data-open],[role=menu][data-open]') !== null;
  const single = !chord.includes('Mod') && !chord.includes('Alt+') && /^(Shift\+)?.$/.test(chord);
  for (const a of actionStore.getState().actions.values()) {
    if (a.native) continue;
    if (!keysOf(a).some((k) => normalise(k) === chord)) continue;
    if (field && !a.inFields) continue;
    if (dialog && !a.inFields) continue;
    if (single && !keymap.getState().letters) continue;
    if (a.canvas && !onCanvas(e.target)) continue;
    if (a.when && !a.when()) continue;
    return a;
  }
  return undefined;
}

/** Runs actions by their keys. The answer stops that. */
export function listen(): () => void {
  const onKey = (e: KeyboardEvent) => {
    if (e.defaultPrevented || e.isComposing) return;
    if (!modal.pending()) modal.early = '';
    else if (onCanvas(e.target) && e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey) {
      modal.early += e.key;
      e.preventDefault();
      return;
    }
    const chord = chordOf(e);
    if (chord === '') return;
    const a = actionFor(normalise(chord), e);
    if (!a) return;
    e.preventDefault();
    a.run(e);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
