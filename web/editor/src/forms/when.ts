/**
 * The condition `when` of a field: whether its form shows it, said of its siblings' keys. Same grammar and meaning as
 * engine/node/when.go:
 *
 *     or   = and { "||" and }
 *     and  = test { "&&" test }
 *     test = key | "!" key | key ("==" | "!=") text | key "in" "[" text { "," text } "]"
 *     text = 'quoted'
 */

import type { Field, Rec } from './schema';
import { textFor } from './values';

interface Test {
  key: string;
  not: boolean;
  bare: boolean;
  among: string[];
}

export interface When {
  source: string;
  /** One of these, each of which all must hold. */
  any: Test[][];
}

/** tokensOf are names, quoted texts with their opening quote, and signs. */
function tokensOf(source: string): string[] {
  const tokens: string[] = [];
  const scan = /\s*(?:'([^']*)'|([\p{L}_][\p{L}\p{N}_]*)|(&&|\|\||==|!=|[!,[\]]))/uy;
  for (let at = 0; source.slice(at).trim() !== ''; at = scan.lastIndex) {
    scan.lastIndex = at;
    const m = scan.exec(source);
    if (!m) throw new Error(`${source}: cannot be read at ${at}`);
    tokens.push(m[1] !== undefined ? `'${m[1]}` : (m[2] ?? m[3] ?? ''));
  }
  return tokens;
}

/** parseWhen reads a condition; it throws on what the grammar does not have. */
export function parseWhen(source: string): When {
  const tokens = tokensOf(source);
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const text = () => {
    const t = next();
    if (!t.startsWith("'")) throw new Error(`${source}: expected a 'text' instead of ${t || 'the end'}`);
    return t.slice(1);
  };
  const key = () => {
    const t = next();
    if (!/^[\p{L}_]/u.test(t)) throw new Error(`${source}: expected a property instead of ${t || 'the end'}`);
    return t;
  };
  const test = (): Test => {
    if (tokens[at] === '!') {
      at++;
      return { key: key(), not: true, bare: true, among: [] };
    }
    const t: Test = { key: key(), not: false, bare: false, among: [] };
    switch (tokens[at]) {
      case '==':
      case '!=':
        t.not = next() === '!=';
        t.among = [text()];
        return t;
      case 'in': {
        at++;
        if (next() !== '[') throw new Error(`${source}: expected [ after in`);
        for (;;) {
          t.among.push(text());
          const sign = next();
          if (sign === ']') return t;
          if (sign !== ',') throw new Error(`${source}: unclosed [`);
        }
      }
    }
    t.bare = true;
    return t;
  };
  const any: Test[][] = [[]];
  for (;;) {
    any[any.length - 1]?.push(test());
    if (at >= tokens.length) return { source, any };
    const sign = next();
    if (sign === '||') any.push([]);
    else if (sign !== '&&') throw new Error(`${source}: expected && or || before ${sign}`);
  }
}

/** holds evaluates a condition for an object of these fields. */
export function holds(when: When | undefined, siblings: Field[], raw: Rec): boolean {
  if (!when) return true;
  return when.any.some((all) =>
    all.every((t) => {
      const text = textFor(siblings, t.key, raw);
      const yes = t.bare ? !(text === '' || text === 'false' || text === '0') : t.among.includes(text);
      return yes !== t.not;
    }),
  );
}

/** onlyOne tells whether there is nothing to choose. */
const onlyOne = (f: Field, raw: Rec): boolean =>
  f.kind === 'enum' && f.prop.enum?.length === 1 && (raw[f.key] === undefined || raw[f.key] === f.prop.enum[0]);

/** shownFields are those that the form of this object shows. */
export const shownFields = (fields: Field[], raw: Rec): Field[] =>
  fields.filter((f) => f.widget !== 'hidden' && holds(f.when, fields, raw) && !onlyOne(f, raw));
