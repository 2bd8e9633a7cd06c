import { nested, pathText, type Value } from './shown';
import type { Id } from './types';

/** A path in what a debug node shows that is to be seen at a glance: from "msg" on. */
export interface Pin {
  node: Id;
  path: string[];
}

/** So many are remembered, the latest. */
const most = 200;

const begins = (path: readonly string[], start: readonly string[]): boolean =>
  path.length >= start.length && start.every((p, i) => p === path[i]);

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && begins(a, b);

/** Pins a path of a node, or unpins it. */
export function togglePin(pins: readonly Pin[], node: Id, path: string[]): Pin[] {
  const others = pins.filter((p) => p.node !== node || !same(p.path, path));
  return others.length < pins.length ? others : [...others, { node, path }].slice(-most);
}

/** The pinned paths of a node that lead into its value, which is itself at `base`. */
export const pinsOf = (pins: readonly Pin[], node: Id, base: readonly string[]): string[][] =>
  pins.filter((p) => p.node === node && p.path.length > base.length && begins(p.path, base)).map((p) => p.path);

export const isPinned = (paths: readonly string[][], path: readonly string[]): boolean =>
  paths.some((p) => same(p, path));

/** Whether a path is pinned, or one that leads through it. */
export const leadsToPin = (paths: readonly string[][], path: readonly string[]): boolean =>
  paths.some((p) => begins(p, path));

/** What the pinned paths have in a value that is at `base`. What it does not have is left out. */
export function pinned(value: Value, base: readonly string[], paths: readonly string[][]): [name: string, Value][] {
  return paths.flatMap((path) => {
    const below = path.slice(base.length);
    const inArray: boolean[] = [];
    let v = value;
    for (const key of below) {
      const member = v.children?.find(([k]) => k === key);
      if (!member) return [];
      inArray.push(v.kind === 'array' || v.kind === 'buffer');
      v = nested(member[1]);
    }
    return [[pathText(below, inArray), v] satisfies [string, Value]];
  });
}
