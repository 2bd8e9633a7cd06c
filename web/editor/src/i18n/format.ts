import { type Language, languageStore, t } from '.';

/** The wanted variety of the language: en-GB writes dates otherwise than en-US. */
function locale(): string {
  const { language } = languageStore.getState();
  return navigator.languages.find((l) => l.toLowerCase().split('-')[0] === (language satisfies Language)) ?? language;
}

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

/** 1,234.5 or 1.234,5 */
export function number(n: number, options: Intl.NumberFormatOptions = {}): string {
  const key = locale() + JSON.stringify(options);
  let f = numbers.get(key);
  if (!f) {
    f = new Intl.NumberFormat(locale(), options);
    numbers.set(key, f);
  }
  return f.format(n);
}

/** 75 % of 0.75, as the language writes it. */
export const percent = (n: number): string => number(n, { style: 'percent' });

function date(at: number | string | Date, options: Intl.DateTimeFormatOptions): string {
  const key = locale() + JSON.stringify(options);
  let f = dates.get(key);
  if (!f) {
    f = new Intl.DateTimeFormat(locale(), options);
    dates.set(key, f);
  }
  return f.format(new Date(at));
}

/** Hours and minutes. */
export const time = (at: number): string => date(at, { hour: '2-digit', minute: '2-digit' });
/** Hours, minutes and seconds. */
export const exactTime = (at: number): string => date(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** The same with milliseconds. */
export const finestTime = (at: number): string =>
  date(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
/** Day and time. */
export const dayAndTime = (at: number | string): string => date(at, { dateStyle: 'medium', timeStyle: 'short' });
/** Sunday is 0. */
export const weekday = (day: number): string => date(Date.UTC(2023, 0, 1 + day), { weekday: 'long', timeZone: 'UTC' });

/** How long ago something was; after an hour, at what time. */
export function ago(at: number, now = Date.now()): string {
  const s = Math.max(0, Math.round((now - at) / 1000));
  if (s < 2) return t('just now');
  if (s < 60) return t('{{n}} s ago', { n: s });
  if (s < 3600) return t('{{n}} min ago', { n: Math.round(s / 60) });
  return t('at {{time}}', { time: exactTime(at) });
}
