/** What stands in the palette, group by group. */
import { en } from '../../i18n';
import { type Entry, find } from '../../model/entries';
import { categories } from '../../model/schema';

export const titles: Record<string, string> = {
  favourite: en('Favourites'),
  recent: en('Recent'),
  found: en('Found'),
  common: en('common'),
  messaging: en('messaging'),
  function: en('function'),
  network: en('network'),
  sequence: en('sequence'),
  parser: en('parser'),
  storage: en('storage'),
  subflows: en('subflows'),
  unknown: en('unknown'),
};

export type Section = [name: string, entries: Entry[]];

const mostRecent = 5;

/** What is found; without a query favourites, what was added last, and the categories. Types that are gone are left out. */
export function sectionsOf(all: Entry[], query: string, favourites: string[], recent: string[]): Section[] {
  if (query.trim() !== '') return [['found', find(all, query)]];
  const named = (types: string[]) => types.map((t) => all.find((e) => e.type === t)).filter((e) => e !== undefined);
  return [
    ['favourite', named(favourites)],
    ['recent', named(recent).slice(0, mostRecent)],
    ...categories.map((c): Section => [c, all.filter((e) => e.category === c)]),
  ];
}
