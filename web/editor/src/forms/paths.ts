/** What is in a message: the paths one can write, with a glance at each value. */
import type { Json } from '../model/types';

export interface Leaf {
  /** payload.text, as it is written after msg. */
  path: string;
  /** A short look at the value. */
  sample: string;
  /** text, number, object … */
  kind: string;
}

const most = 200;
const deepest = 6;
const plain = /^[A-Za-z_$][\w$]*$/;

/** glance is a value in a few letters; of objects and lists only what is right inside. */
export function glance(v: Json | undefined, length = 40): string {
  let text: string;
  if (typeof v === 'string') text = v.slice(0, 4 * length);
  else if (Array.isArray(v)) text = `[${v.length}]`;
  else if (typeof v === 'object' && v !== null) text = `{ ${Object.keys(v).slice(0, 6).join(', ')} }`;
  else text = v === undefined ? '' : String(v);
  const line = text.replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

const kindOf = (v: Json): string =>
  v === null
    ? 'null'
    : Array.isArray(v)
      ? `list of ${v.length}`
      : typeof v === 'object'
        ? 'object'
        : typeof v === 'string'
          ? 'text'
          : typeof v;

/** pathsOf lists the members of a message, nearer ones first. */
export function pathsOf(msg: Json | undefined): Leaf[] {
  const out: Leaf[] = [];
  let level: [string, Json][] = [['', msg ?? null]];
  for (let depth = 0; depth < deepest && level.length > 0 && out.length < most; depth++) {
    const below: [string, Json][] = [];
    for (const [at, v] of level) {
      if (typeof v !== 'object' || v === null) continue;
      const members: [string, Json][] = Array.isArray(v)
        ? v.slice(0, 3).map((x, i): [string, Json] => [`${at}[${i}]`, x])
        : Object.entries(v).map(([k, x]): [string, Json] => [
            plain.test(k) ? (at ? `${at}.${k}` : k) : `${at}[${JSON.stringify(k)}]`,
            x,
          ]);
      for (const [path, x] of members) {
        if (out.length >= most) return out;
        if (path === '_msgid') continue;
        out.push({ path, sample: glance(x), kind: kindOf(x) });
        below.push([path, x]);
      }
    }
    level = below;
  }
  return out;
}
