/** Where things are and what hangs on them: the derived indices of a flow. */
import { type Box, overlaps } from './geometry';
import { type Id, type NodeRec, type WireId, wireId } from './types';

const CELL = 256;
const key = (cx: number, cy: number): number => (cx + 0x8000) * 0x10000 + (cy + 0x8000);

interface Entry<T> {
  item: T;
  box: Box;
  cells: number[];
  stamp: number;
}

/** A grid of cells that finds what lies in a box without looking at the rest. */
export class SpatialGrid<T> {
  private entries = new Map<T, Entry<T>>();
  private cells = new Map<number, Set<Entry<T>>>();
  private stamp = 0;

  get size(): number {
    return this.entries.size;
  }

  /** Puts the item there, taking it from where it was. */
  set(item: T, box: Box): void {
    const had = this.entries.get(item);
    if (had) this.unlink(had);
    const entry: Entry<T> = { item, box, cells: [], stamp: 0 };
    const [x0, y0, x1, y1] = span(box);
    for (let cx = x0; cx <= x1; cx++) {
      for (let cy = y0; cy <= y1; cy++) {
        const k = key(cx, cy);
        let cell = this.cells.get(k);
        if (!cell) {
          cell = new Set();
          this.cells.set(k, cell);
        }
        cell.add(entry);
        entry.cells.push(k);
      }
    }
    this.entries.set(item, entry);
  }

  delete(item: T): void {
    const had = this.entries.get(item);
    if (!had) return;
    this.unlink(had);
    this.entries.delete(item);
  }

  clear(): void {
    this.entries.clear();
    this.cells.clear();
  }

  box(item: T): Box | undefined {
    return this.entries.get(item)?.box;
  }

  /** Everything whose box touches this one, each once, in no order that means anything. */
  query(box: Box): T[] {
    const found: T[] = [];
    const [x0, y0, x1, y1] = span(box);
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > this.cells.size) {
      for (const e of this.entries.values()) if (overlaps(e.box, box)) found.push(e.item);
      return found;
    }
    const stamp = ++this.stamp;
    for (let cx = x0; cx <= x1; cx++) {
      for (let cy = y0; cy <= y1; cy++) {
        const cell = this.cells.get(key(cx, cy));
        if (!cell) continue;
        for (const e of cell) {
          if (e.stamp === stamp) continue;
          e.stamp = stamp;
          if (overlaps(e.box, box)) found.push(e.item);
        }
      }
    }
    return found;
  }

  private unlink(e: Entry<T>): void {
    for (const k of e.cells) {
      const cell = this.cells.get(k);
      if (!cell) continue;
      cell.delete(e);
      if (cell.size === 0) this.cells.delete(k);
    }
  }
}

// A wire across a huge flow would sit in thousands of cells: coordinates are
// held within what a key can say, and that is all a flow can use.
function span(b: Box): [number, number, number, number] {
  const cell = (v: number) => Math.max(-0x7fff, Math.min(0x7fff, Math.floor(v / CELL)));
  return [cell(b.x0), cell(b.y0), cell(b.x1), cell(b.y1)];
}

/** One end-to-end connection. */
export interface WireRef {
  id: WireId;
  source: Id;
  port: number;
  target: Id;
}

/** The wires that leave a node, each once, in port order. */
export function wiresFrom(node: NodeRec): WireRef[] {
  const refs: WireRef[] = [];
  node.wires.forEach((targets, port) => {
    for (const target of new Set(targets))
      refs.push({ id: wireId(node.id, port, target), source: node.id, port, target });
  });
  return refs;
}

/** Wires by the nodes at their ends. */
export class WireIndex {
  readonly out = new Map<Id, WireRef[]>();
  readonly into = new Map<Id, WireRef[]>();

  constructor(nodes: Iterable<NodeRec>) {
    for (const n of nodes) for (const w of wiresFrom(n)) this.add(w);
  }

  add(w: WireRef): void {
    push(this.out, w.source, w);
    push(this.into, w.target, w);
  }

  /** Everything reachable from the node, against the wires when upstream. */
  reach(from: Iterable<Id>, way: 'down' | 'up' | 'both'): Set<Id> {
    const seen = new Set(from);
    const todo = [...seen];
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      const next: Id[] = [];
      if (way !== 'up') for (const w of this.out.get(id) ?? []) next.push(w.target);
      if (way !== 'down') for (const w of this.into.get(id) ?? []) next.push(w.source);
      for (const n of next) {
        if (seen.has(n)) continue;
        seen.add(n);
        todo.push(n);
      }
    }
    return seen;
  }
}

function push<K, V>(map: Map<K, V[]>, k: K, v: V): void {
  const list = map.get(k);
  if (list) list.push(v);
  else map.set(k, [v]);
}
