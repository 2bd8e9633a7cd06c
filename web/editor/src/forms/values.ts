/**
 * Reading and writing a property as Node-RED files spell it: under an older name if the file uses that, numbers as text
 * where the file has text, "" for what was left empty. What nobody edits keeps its spelling.
 */
import type { Field, Json, Rec } from './schema';

const there = (v: Json | undefined): v is Exclude<Json, null> => v !== undefined && v !== null;

/** keyIn is the name under which the object has the property, its first one if it has none. */
export function keyIn(raw: Rec, key: string, aliases: readonly string[] = []): string {
  if (there(raw[key])) return key;
  return aliases.find((old) => there(raw[old])) ?? (key in raw ? key : (aliases.find((old) => old in raw) ?? key));
}

/** read is the raw value of a field, undefined if there is none. */
export function read(raw: Rec, field: Field): Json | undefined {
  const v = raw[keyIn(raw, field.key, field.aliases)];
  return there(v) ? v : undefined;
}

/** absent tells whether a raw value counts as none: "" does for all but texts without default. */
export function absent(field: Field, v: Json | undefined): boolean {
  if (!there(v)) return true;
  if (v !== '') return false;
  return (
    (field.kind !== 'text' && field.kind !== 'template' && field.kind !== 'enum' && field.kind !== 'code') ||
    field.prop.default !== undefined
  );
}

/** effective is the value that the node will work with: the raw one or the default. */
export function effective(raw: Rec, field: Field): Json | undefined {
  const v = read(raw, field);
  return absent(field, v) ? field.prop.default : v;
}

/** differs tells whether an object sets a field to something else than it has without. */
export function differs(raw: Rec, field: Field): boolean {
  const v = read(raw, field);
  if (v === undefined || v === null || v === '' || absent(field, v)) return false;
  const usual = [field.prop.default, field.ui.initial].filter((u) => u !== undefined);
  const plain = (x: Json) => (typeof x === 'object' ? JSON.stringify(x) : String(x));
  if (usual.length > 0) return !usual.some((u) => plain(u) === plain(v));
  return v !== false && v !== 0 && !(typeof v === 'object' && Object.keys(v).length === 0);
}

/** typeIn is the type of a typed value: what the file says or the first one offered. */
export function typeIn(raw: Rec, field: Field): string {
  const types = field.ui.types ?? [];
  if (!field.ui.typeKey) return types[0] ?? 'str';
  const given = raw[keyIn(raw, field.ui.typeKey, field.ui.typeAliases)];
  return typeof given === 'string' && given !== '' ? given : (types[0] ?? 'str');
}

/** write is the object with another value for the field; undefined takes it out. */
export function write(raw: Rec, field: Pick<Field, 'key' | 'aliases'>, value: Json | undefined): Rec {
  return put(raw, keyIn(raw, field.key, field.aliases), value);
}

/** put sets one member of a copy. */
export function put(raw: Rec, key: string, value: Json | undefined): Rec {
  const next = { ...raw };
  if (value === undefined) delete next[key];
  else next[key] = value;
  return next;
}

/** spelled gives a number the spelling its property has: text stays text. */
export function spelled(before: Json | undefined, n: number | string): Json {
  if (typeof n === 'string') return n; // not a number yet, or empty
  return typeof before === 'string' ? String(n) : n;
}

/** bool reads a yes or no as the engine does; undefined if it is neither. */
export function bool(v: Json | undefined): boolean | undefined {
  if (typeof v === 'boolean') return v;
  if (v === 0 || v === 1) return v === 1;
  if (typeof v !== 'string') return undefined;
  const text = v.trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return undefined;
}

/** text is a value as the engine compares it. */
export function text(v: Json | undefined): string {
  if (v === undefined || v === null || typeof v === 'object') return '';
  return String(v);
}

/** textFor is what a condition sees of a sibling. */
export function textFor(siblings: Field[], key: string, raw: Rec): string {
  for (const f of siblings) {
    if (f.kind === 'typed' && f.ui.typeKey === key) return typeIn(raw, f);
  }
  const f = siblings.find((x) => x.key === key);
  return f ? text(effective(raw, f)) : '';
}

/** variable is the NAME of a value that is ${NAME} and nothing else. */
export function variable(v: Json | undefined): string | undefined {
  if (typeof v !== 'string') return undefined;
  return /^\$\{(\S+)\}$/.exec(v)?.[1] ?? /^\$\((\S+)\)$/.exec(v)?.[1];
}

/** split reads a path such as rules[0].v2. */
export const split = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map((m) => (m[1] !== undefined ? Number(m[1]) : (m[2] ?? '')));
