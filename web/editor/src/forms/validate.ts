/** What the browser can tell is wrong with an object of a schema, by the engine's rules: what is hidden cannot be wrong. */
import { t } from '../i18n';
import { type Field, fieldsOf, type Json, type Property, type Rec } from './schema';
import { valueType, wrong } from './typed/types';
import { absent, bool, effective, keyIn, read, typeIn, variable } from './values';
import { holds } from './when';

export interface Problem {
  /** rules[0].v */
  property: string;
  message: string;
  /** required: nothing is there yet. */
  code?: 'required';
  severity?: 'error' | 'notice';
}

const duration =
  /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:(?:ns|us|µs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))*)?$/;

/** isSet says whether a secret has a value on the server. */
export type IsSet = (key: string) => boolean;

export function validate(schema: Property, raw: Rec, isSet: IsSet = () => false): Problem[] {
  const problems: Problem[] = [];
  check(fieldsOf(schema), raw, '', problems, isSet);
  return problems;
}

function check(fields: Field[], raw: Rec, prefix: string, out: Problem[], isSet: IsSet): void {
  for (const f of fields) {
    if (!holds(f.when, fields, raw)) continue;
    const at = prefix + f.key;
    const message = problemOf(f, raw, isSet);
    if (message) {
      out.push(message === required(f) ? { property: at, message, code: 'required' } : { property: at, message });
      continue;
    }
    const v = effective(raw, f);
    if (f.kind === 'rows' && Array.isArray(v)) {
      v.forEach((row, i) => {
        if (row && typeof row === 'object' && !Array.isArray(row)) check(f.rows, row, `${at}[${i}].`, out, isSet);
        else out.push({ property: `${at}[${i}]`, message: t('This row is not an object.') });
      });
    }
  }
}

const required = (f: Field): string => t('{{field}} is required.', { field: f.label });

function blank(v: Json | undefined): boolean {
  if (v === undefined || v === null) return true;
  if (typeof v === 'string') return v.trim() === '';
  return typeof v === 'object' && Object.keys(v).length === 0;
}

function problemOf(f: Field, raw: Rec, isSet: IsSet): string | undefined {
  if (f.kind === 'secret') {
    const c = raw.credentials;
    const own = c && typeof c === 'object' && !Array.isArray(c) ? c[keyIn(c, f.key, f.aliases)] : undefined;
    const given = own === undefined ? read(raw, f) : own;
    return f.required && blank(given) && !(own === undefined && isSet(f.key)) ? required(f) : undefined;
  }
  if (f.kind === 'typed') {
    const type = valueType(f, typeIn(raw, f));
    const v = effective(raw, f);
    if (f.required && type.editor !== 'none' && blank(v)) return required(f);
    return wrong(type.editor, v);
  }
  const v = effective(raw, f);
  if (f.required && blank(v)) return required(f);
  if (absent(f, v) || variable(v)) return undefined;
  switch (f.kind) {
    case 'template':
      return typeof v === 'string' ? unclosed(v) : undefined;
    case 'number':
      return numberProblem(f, v);
    case 'duration':
      return durationProblem(f, v);
    case 'switch':
      return bool(v) === undefined ? t('“{{value}}” is neither true nor false.', { value: shown(v) }) : undefined;
    case 'enum':
      return f.prop.enum?.some((o) => o === v || (typeof o === 'number' && String(o) === v))
        ? undefined
        : t('“{{value}}” is none of the choices.', { value: shown(v) });
    case 'rows':
    case 'list':
      return Array.isArray(v) ? undefined : t('“{{value}}” is not a list.', { value: shown(v) });
  }
  return undefined;
}

/** unclosed finds a hole of a template that does not end; what is in it is the server's to judge. */
export function unclosed(template: string): string | undefined {
  const at = template.replace(/<<.*?>>/gs, '').indexOf('<<');
  return at < 0 ? undefined : t('A << without >>.');
}

function numberProblem(f: Field, v: Json | undefined): string | undefined {
  const n = typeof v === 'string' && v.trim() !== '' ? Number(v) : v;
  if (typeof n !== 'number' || !Number.isFinite(n)) return t('“{{value}}” is not a number.', { value: shown(v) });
  if (f.integer && !Number.isInteger(n)) return t('“{{value}}” is not a whole number.', { value: shown(v) });
  return rangeOf(f, n);
}

/** Seconds in the units that a number alone may count in. */
const seconds: Record<string, number> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86400 };

/** durationProblem: limits are seconds, whatever the field's unit. */
function durationProblem(f: Field, v: Json | undefined): string | undefined {
  if (typeof v !== 'number' && (typeof v !== 'string' || !duration.test(v.trim())))
    return t('“{{value}}” is not a duration such as 10s or 250ms.', { value: shown(v) });
  const n = Number(v) * (seconds[f.ui.unit ?? 's'] ?? 1);
  return rangeOf(f, n, (limit) => t('{{count}} seconds', { count: limit }));
}

function rangeOf(f: Field, n: number, word: (limit: number) => string = String): string | undefined {
  if (!Number.isFinite(n)) return undefined; // 10s: the server looks
  const { minimum: low, maximum: high } = f.prop;
  if ((low === undefined || n >= low) && (high === undefined || n <= high)) return undefined;
  if (low !== undefined && high !== undefined)
    return t('{{field}} goes from {{low}} to {{high}}.', { field: f.label, low: String(low), high: word(high) });
  if (low !== undefined) return t('{{field}} must be at least {{low}}.', { field: f.label, low: word(low) });
  return t('{{field}} must be at most {{high}}.', { field: f.label, high: word(high ?? 0) });
}

const shown = (v: Json | undefined): string => {
  const text = typeof v === 'string' ? v : (JSON.stringify(v) ?? '');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};
