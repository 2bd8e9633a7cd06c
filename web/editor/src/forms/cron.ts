import { t } from '../i18n';
import { weekday } from '../i18n/format';
/** Calendar lines in words, and the other way round for the usual ones. */
export interface Plan {
  every: 'minutes' | 'hour' | 'day' | 'weekdays' | 'week' | 'month' | 'other';
  /** Of minutes: how many. */
  step: number;
  hour: number;
  minute: number;
  /** Of week: 0 is Sunday. Of month: the day. */
  day: number;
}

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export function planOf(line: string): Plan {
  const other: Plan = { every: 'other', step: 5, hour: 9, minute: 0, day: 1 };
  const parts = line.trim().toLowerCase().split(/\s+/);
  if (parts.length === 6 && parts[0] === '0') parts.shift();
  const [minute, hour, dayOfMonth, month, weekday] = parts;
  if (parts.length !== 5 || month !== '*') return other;
  const steps = /^\*\/(\d+)$/.exec(minute ?? '');
  if ((steps || minute === '*') && hour === '*' && dayOfMonth === '*' && weekday === '*')
    return { ...other, every: 'minutes', step: Number(steps?.[1] ?? 1) };
  const at = { minute: Number(minute), hour: Number(hour) };
  if (!/^\d+$/.test(minute ?? '') || at.minute > 59) return other;
  if (hour === '*' && dayOfMonth === '*' && weekday === '*') return { ...other, every: 'hour', minute: at.minute };
  if (!/^\d+$/.test(hour ?? '') || at.hour > 23) return other;
  if (dayOfMonth === '*' && weekday === '*') return { ...other, ...at, every: 'day' };
  if (dayOfMonth === '*' && (weekday === '1-5' || weekday === 'mon-fri')) return { ...other, ...at, every: 'weekdays' };
  const day = names.indexOf(weekday ?? '') >= 0 ? names.indexOf(weekday ?? '') : Number(weekday);
  if (dayOfMonth === '*' && day >= 0 && day <= 7) return { ...other, ...at, every: 'week', day: day % 7 };
  if (weekday === '*' && /^\d+$/.test(dayOfMonth ?? ''))
    return { ...other, ...at, every: 'month', day: Number(dayOfMonth) };
  return other;
}

export function lineOf(p: Plan): string {
  switch (p.every) {
    case 'minutes':
      return p.step === 1 ? '* * * * *' : `*/${p.step} * * * *`;
    case 'hour':
      return `${p.minute} * * * *`;
    case 'day':
      return `${p.minute} ${p.hour} * * *`;
    case 'weekdays':
      return `${p.minute} ${p.hour} * * 1-5`;
    case 'week':
      return `${p.minute} ${p.hour} * * ${p.day}`;
    case 'month':
      return `${p.minute} ${p.hour} ${p.day} * *`;
  }
  return '';
}

const two = (n: number) => String(n).padStart(2, '0');

/** inWords says when; '' for what is too special for words. */
export function inWords(line: string): string {
  const p = planOf(line);
  const time = `${two(p.hour)}:${two(p.minute)}`;
  switch (p.every) {
    case 'minutes':
      return t('Every {{count}} minutes', { count: p.step });
    case 'hour':
      return p.minute === 0 ? t('Every hour, on the hour') : t('Every hour at minute {{minute}}', { minute: p.minute });
    case 'day':
      return t('Every day at {{time}}', { time });
    case 'weekdays':
      return t('Monday to Friday at {{time}}', { time });
    case 'week':
      return t('Every {{day}} at {{time}}', { day: weekday(p.day), time });
    case 'month':
      return t('On day {{day}} of every month at {{time}}', { day: p.day, time });
  }
  return '';
}
