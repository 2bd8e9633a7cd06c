import { t } from '../i18n';
import { wordsOf } from './entry-words';
import { type categories, categoryOf, isConfigType, type NodeType, typeTitle } from './schema';
import type { FlowDoc } from './types';

export interface Entry {
  /** What a node gets as its type. */
  type: string;
  title: string;
  category: (typeof categories)[number];
  hint: string;
  inputs: number;
  outputs: number;
}

const firstLine = (help = ''): string =>
  (help.split('\n')[0] ?? '')
    .replace(/[*`_]/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .slice(0, 140);

/** All that can be put into a flow. */
export function entries(types: NodeType[], doc: FlowDoc): Entry[] {
  return [
    ...types
      .filter((t) => !isConfigType(t) && t.type !== 'junction')
      .map((t) => ({
        type: t.type,
        title: typeTitle(t.type),
        category: categoryOf(t.type),
        hint: firstLine(t.help),
        inputs: t.inputs ?? 0,
        outputs: outputs(t),
      })),
    ...Object.values(doc.subflows).map((s) => ({
      type: `subflow:${s.id}`,
      title: s.name || t('subflow'),
      category: 'subflows' as const,
      hint: typeof s.rec['info'] === 'string' ? firstLine(s.rec['info']) : '',
      inputs: Array.isArray(s.rec['in']) ? s.rec['in'].length : 0,
      outputs: Array.isArray(s.rec['out']) ? s.rec['out'].length : 0,
    })),
  ];
}

/** Types whose outputs follow a property have some. */
const outputs = (t: NodeType): number =>
  Object.values(t.schema.properties ?? {}).some((p) => p['x-ui']?.ports) ? 1 : (t.outputs?.length ?? 0);

/** How well an entry meets what was typed; 0: not at all. */
export function score(e: Entry, query: string): number {
  const q = query.toLowerCase().trim();
  if (q === '') return 1;
  const title = e.title.toLowerCase();
  if (title === q || e.type === q) return 100;
  if (title.startsWith(q)) return 80;
  if (title.split(' ').some((w) => w.startsWith(q))) return 60;
  if (title.includes(q)) return 40;
  const words = wordsOf(e.type);
  // The words that fit best come first.
  const at = words.split(' ').findIndex((w) => w.startsWith(q));
  if (at >= 0) return 30 - Math.min(at, 9);
  if (e.category.startsWith(q)) return 20;
  const parts = q.split(/\s+/);
  const all = `${title} ${words} ${e.category} ${e.hint.toLowerCase()}`;
  if (parts.every((p) => all.includes(p))) return 10;
  return 0;
}

export function find(all: Entry[], query: string): Entry[] {
  return all
    .map((e, i) => ({ e, i, s: score(e, query) }))
    .filter((x) => x.s > 0)
    .sort((a, b) => b.s - a.s || a.i - b.i)
    .map((x) => x.e);
}
