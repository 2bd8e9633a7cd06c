import { en, t } from '../i18n';
import { number } from '../i18n/format';
import { objectOf } from './codec';
import { changedProps, changesBetween } from './diff';
import { labelOf, nodeTypes, typeTitle } from './schema';
import type { AnyRec, FlowDoc, Id } from './types';

const common: Record<string, string> = {
  d: en('disabled'),
  l: en('label shown'),
  info: en('description'),
  env: en('variables'),
};

/** A property as its form calls it. */
export function propWord(r: AnyRec, key: string): string {
  const type = 'kind' in r ? r.type : '';
  if (common[key]) return t(common[key]);
  return nodeTypes[type]?.schema.properties?.[key]?.['x-ui']?.label ?? key;
}

export interface Line {
  id: Id;
  what: 'added' | 'changed' | 'removed';
  label: string;
  type: string;
  /** What of it changed, in words. */
  detail: string;
}

export function wordsFor(r: AnyRec, doc: FlowDoc): { label: string; type: string } {
  if ('kind' in r) return { label: labelOf(r, doc), type: typeTitle(r.type, doc) };
  if ('label' in r) return { label: r.label || t('flow'), type: t('flow') };
  if ('nodes' in r) return { label: r.name || t('group'), type: t('group') };
  return { label: r.name || t('subflow'), type: t('subflow') };
}

/** What a deploy would change, object by object. */
export function deployLines(base: FlowDoc, doc: FlowDoc): Line[] {
  const c = changesBetween(base, doc);
  const line = (id: Id, what: Line['what'], d: FlowDoc, detail = ''): Line => ({
    id,
    what,
    ...wordsFor(objectOf(d, id)!, d),
    detail,
  });
  return [
    ...c.added.map((id) => line(id, 'added', doc)),
    ...c.changed.map((id) => {
      const { props, moved, wired } = changedProps(objectOf(base, id)!, objectOf(doc, id)!);
      const words = [
        ...props.slice(0, 3).map((k) => propWord(objectOf(doc, id)!, k)),
        ...(props.length > 3 ? [t('{{count}} more', { count: props.length - 3 })] : []),
        ...(wired ? [t('wires')] : []),
        ...(moved && props.length === 0 && !wired ? [t('moved')] : []),
      ];
      return line(id, 'changed', doc, words.join(', '));
    }),
    ...c.removed.filter((id) => !base.tabs[id]?.made).map((id) => line(id, 'removed', base)),
  ];
}

export const whatWords: Record<Line['what'], string> = {
  added: en('added'),
  changed: en('changed'),
  removed: en('removed'),
};

/** The same in one sentence. */
export function deploySentence(lines: Line[], reordered: boolean): string {
  const parts: string[] = [];
  for (const what of ['added', 'changed', 'removed'] as const) {
    const n = lines.filter((l) => l.what === what).length;
    if (n > 0) parts.push(`${number(n)} ${t(whatWords[what])}`);
  }
  if (parts.length === 0) return reordered ? t('The order of flows changed') : t('Nothing to deploy');
  return parts.join(', ');
}

const mostNames = 3;

/** What a deploy stops and starts again, in words. */
export function restartWords({ count, ids }: { count: number; ids: readonly Id[] }, doc: FlowDoc): string {
  if (count === 0) return t('Restarts nothing');
  const names = ids.slice(0, count > mostNames ? mostNames - 1 : mostNames).flatMap((id) => {
    const r = objectOf(doc, id);
    return r ? [wordsFor(r, doc).label] : [];
  });
  const more = count - names.length;
  return more > 0
    ? t('Restarts {{names}} and {{count}} more', { names: names.join(', '), count: more })
    : t('Restarts {{names}}', { names: names.join(', ') });
}
