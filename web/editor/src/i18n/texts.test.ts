// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { faults, texts } from '../../scripts/texts.mjs';
import german from './de.json';
import english from './en.json';

const used = texts();
const singular = (key: string) => `${key}_one`;
const plural = (key: string) => `${key}_other`;
const holes = (s: string): string[] => (s.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('the texts in the sources', () => {
  it('are found', () => {
    const all = new Set(used.map((x) => x.text));
    // by a call, by a mark, as the title of an action, with elements in it
    for (const s of ['Your session has ended', 'Message property', 'Deploy anyway, with errors', 'Language'])
      expect(all).toContain(s);
    expect(all).toContain('or press {{key}} to add any node, or drag one from the palette');
  });

  it('are all translated, once the language is known', () => {
    expect(faults().map((f) => `${f.file}:${f.line}: ${f.why}: ${f.text}`)).toEqual([]);
  });
});

describe('English', () => {
  it('has a singular for what is counted, and nothing that nobody counts', () => {
    const counted = new Set(used.filter((x) => x.plural).map((x) => singular(x.text)));
    expect(Object.keys(english).filter((k) => !counted.has(k))).toEqual([]);
  });
});

describe('German', () => {
  const wanted = new Set(used.flatMap((x) => (x.plural ? [singular(x.text), plural(x.text)] : [x.text])));
  const words: Record<string, string> = german;

  it('has every text', () => {
    expect([...wanted].filter((k) => !words[k])).toEqual([]);
  });

  it('has no text that nobody shows', () => {
    expect(Object.keys(words).filter((k) => !wanted.has(k))).toEqual([]);
  });

  it('puts in the same values', () => {
    for (const [key, value] of Object.entries(words)) {
      const own = holes(value);
      // A singular may say it without the number: "Remove wire".
      const may = holes(key.replace(/_(one|other)$/, ''));
      if (key.endsWith('_one')) expect(may, key).toEqual(expect.arrayContaining(own));
      else expect(own, key).toEqual(may);
    }
  });
});
