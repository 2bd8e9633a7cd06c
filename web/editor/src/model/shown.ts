/** Values as the server shows them (contract comms.md §5), turned into something to draw. */

export interface Value {
  kind:
    | 'string'
    | 'number'
    | 'boolean'
    | 'null'
    | 'undefined'
    | 'object'
    | 'array'
    | 'buffer'
    | 'date'
    | 'error'
    /** What the runtime says, not a value. */
    | 'words'
    | 'function'
    | 'other';
  /** One line of it. */
  text: string;
  /** Members; absent for what has none. */
  children?: [key: string, value: unknown][];
  /** Original length, if longer than what came. */
  length?: number;
  /** What to copy. */
  raw: unknown;
}

interface Enc {
  __enc__: true;
  type: string;
  data?: unknown;
  length?: number;
}

const isEnc = (v: unknown): v is Enc => typeof v === 'object' && v !== null && (v as Enc).__enc__ === true;
const isMap = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

/** The top of a debug message. */
export function shown(msg: string | Enc, format: string): Value {
  if (typeof msg !== 'string') return encoded(msg);
  const f = format.replace(/\[.*$/, '').toLowerCase();
  const size = Number(/\[(\d+)\]/.exec(format)?.[1] ?? Number.NaN);
  switch (f) {
    case 'string':
      return { kind: 'string', text: msg, raw: msg, ...(size > msg.length ? { length: size } : {}) };
    case 'number':
      return { kind: 'number', text: msg, raw: Number(msg) };
    case 'boolean':
      return { kind: 'boolean', text: msg, raw: msg === 'true' };
    case 'null':
      return { kind: 'null', text: 'null', raw: null };
    case 'undefined':
      return { kind: 'undefined', text: 'undefined', raw: undefined };
    case 'buffer':
      return { kind: 'buffer', text: `buffer[${size}] ${msg}`, raw: msg };
    case 'date':
      return { kind: 'date', text: msg, raw: msg };
    case 'function':
    case 'regexp':
      return { kind: 'function', text: msg, raw: msg };
  }
  try {
    return nested(JSON.parse(msg));
  } catch {
    return { kind: f === 'error' ? 'error' : 'other', text: msg, raw: msg };
  }
}

const steering = /[\u202a-\u202e\u2066-\u2069]/g;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/**
 * A string on one line, cut where it gets long. What would turn the text after it round is written out, and what
 * is written from right to left keeps that to itself.
 */
export function quoted(s: string, most: number): string {
  const short = s.length > most ? `${s.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…` : s;
  const text = JSON.stringify(short).replace(steering, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

/** A value inside another one. */
export function nested(v: unknown): Value {
  if (v === null) return { kind: 'null', text: 'null', raw: v };
  if (typeof v === 'string') return { kind: 'string', text: v, raw: v };
  if (typeof v === 'number') return { kind: 'number', text: String(v), raw: v };
  if (typeof v === 'boolean') return { kind: 'boolean', text: String(v), raw: v };
  if (v === undefined) return { kind: 'undefined', text: 'undefined', raw: v };
  if (isEnc(v)) return encoded(v);
  if (Array.isArray(v)) return { kind: 'array', text: line(v), children: v.map((x, i) => [String(i), x]), raw: v };
  if (isMap(v)) return { kind: 'object', text: line(v), children: Object.entries(v), raw: v };
  return { kind: 'other', text: String(v), raw: v };
}

function encoded(v: Enc): Value {
  const data = v.data;
  switch (v.type) {
    case 'undefined':
      return { kind: 'undefined', text: 'undefined', raw: undefined };
    case 'number':
    case 'bigint':
      return { kind: 'number', text: String(data), raw: data };
    case 'function':
      return { kind: 'function', text: 'function', raw: '[function]' };
    case 'internal':
      return { kind: 'other', text: 'internal', raw: '[internal]' };
    case 'regexp':
      return { kind: 'function', text: String(data), raw: data };
    case 'error': {
      const e = isMap(data) ? data : {};
      const children = Object.entries(e);
      return { kind: 'error', text: [e['name'], e['message']].filter(Boolean).join(': '), children, raw: e };
    }
    case 'Buffer': {
      const bytes = Array.isArray(data) ? data : [];
      const hex = bytes.slice(0, 40).map((b) => Number(b).toString(16).padStart(2, '0'));
      return {
        kind: 'buffer',
        text: `buffer[${v.length ?? bytes.length}] ${hex.join('')}`,
        children: bytes.map((b, i) => [String(i), b]),
        raw: bytes,
      };
    }
    case 'map':
      if (isMap(data)) return { kind: 'object', text: line(data), children: Object.entries(data), raw: data };
      break;
    case 'set':
    case 'array':
      if (Array.isArray(data))
        return {
          kind: 'array',
          text: line(data),
          children: data.map((x, i) => [String(i), x]),
          raw: data,
          ...(v.length !== undefined && v.length > data.length ? { length: v.length } : {}),
        };
  }
  return { kind: 'other', text: v.type, raw: data };
}

/** A value in a few lines: of an object or a list a member each. */
export function linesOf(msg: string, format: string, members = 10): string[] {
  const v = shown(msg, format);
  const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text);
  if (!v.children || v.children.length === 0) return [cut(v.text, 400)];
  const lines = v.children.slice(0, members).map(([key, x]) => {
    const m = nested(x);
    return `${cut(key, 30)}: ${m.kind === 'string' ? quoted(m.text, 60) : cut(m.text, 60)}`;
  });
  const more = (v.length ?? v.children.length) - lines.length;
  return more > 0 ? [...lines, `… +${more}`] : lines;
}

const most = 160;

/** An object or array on one line. */
function line(v: unknown[] | Record<string, unknown>): string {
  let out = '';
  const add = (s: string) => {
    if (out.length < most) out += s;
  };
  const value = (x: unknown, deep: number): void => {
    if (out.length >= most) return;
    if (isEnc(x)) add(encoded(x).text);
    else if (typeof x === 'string') add(quoted(x, 60));
    else if (Array.isArray(x)) {
      if (deep > 2) {
        add(`[${x.length}]`);
        return;
      }
      add('[');
      x.slice(0, 20).forEach((y, i) => {
        if (i) add(', ');
        value(y, deep + 1);
      });
      add(']');
    } else if (isMap(x)) {
      if (deep > 2) {
        add('{…}');
        return;
      }
      add('{');
      Object.entries(x)
        .slice(0, 20)
        .forEach(([k, y], i) => {
          add(`${i ? ', ' : ' '}${k}: `);
          value(y, deep + 1);
        });
      add(' }');
    } else add(String(x));
  };
  value(v, 0);
  return out.length > most ? `${out.slice(0, most)}…` : out;
}

/** A path as an expression writes it: payload.items[0]["a b"]. */
export function pathText(path: readonly string[], inArray: readonly boolean[]): string {
  let out = '';
  path.forEach((p, i) => {
    if (inArray[i]) out += `[${p}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(p)) out += out === '' ? p : `.${p}`;
    else out += `[${JSON.stringify(p)}]`;
  });
  return out;
}

/** What goes to the clipboard for a value: texts as they are, others as JSON. */
export function copyText(raw: unknown): string {
  if (typeof raw === 'string') return raw;
  if (raw === undefined) return 'undefined';
  return JSON.stringify(raw, (_, v) => (isEnc(v) ? encoded(v).raw : v), 2);
}
