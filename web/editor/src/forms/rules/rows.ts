/** What one can do with the rows of a table, and which row is which. */
import type { Json, Rec } from '../../model/types';
import { type FormScope, useForm, type WidgetProps } from '../context';
import { newRow } from '../drafts';
import type { Field } from '../schema';
import { effective, put, write } from '../values';

export interface Rows {
  rows: Rec[];
  keys: number[];
  add: (row?: Rec) => void;
  remove: (i: number) => void;
  move: (from: number, to: number) => void;
  change: (i: number, make: (row: Rec) => Rec) => void;
}

export const isRec = (v: Json | undefined): v is Rec => typeof v === 'object' && v !== null && !Array.isArray(v);

/** rowsIn are the rows of a table; an entry that is no object is shown as an empty one and kept until it is edited. */
export const rowsIn = (v: Json | undefined): Rec[] => (Array.isArray(v) ? v.map((r) => (isRec(r) ? r : {})) : []);

/** blankRow is what a new row has: of rules the first of a new node, else each column's default. */
export function blankRow(field: Field): Rec {
  const first = field.widget === 'rules' && Array.isArray(field.ui.initial) ? field.ui.initial[0] : undefined;
  if (isRec(first)) return structuredClone(first) as Rec;
  let row: Rec = {};
  for (const f of field.rows) {
    const kind = f.ui.types?.includes('str') ? 'str' : f.ui.types?.[0];
    const v = f.prop.default ?? (f.kind === 'text' || f.kind === 'typed' || f.kind === 'template' ? '' : undefined);
    if (v !== undefined) row = put(row, f.key, v);
    if (f.ui.typeKey && kind) row = put(row, f.ui.typeKey, kind);
  }
  return row;
}

/** reorder moves one entry of a list. */
export function reorder<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(to, 0, one);
  return next;
}

export function useRows(p: WidgetProps): Rows {
  const form: FormScope = useForm();
  const value = effective(p.raw, p.field);
  const rows = rowsIn(value);
  const keys = form.rowsOf(p.path, rows.length);
  // A table at the top knows which row was which, for outputs follow; one inside a row does not need to.
  const top = !p.path.includes('[');
  const set = (next: Json[], order: number[]) =>
    top ? form.change((rec) => write(rec, p.field, next), { [p.path]: order }) : p.set(next);
  const list = Array.isArray(value) ? value : [];
  return {
    rows,
    keys,
    add: (row) => set([...list, row ?? blankRow(p.field)], [...keys, newRow()]),
    remove: (i) =>
      set(
        list.filter((_, k) => k !== i),
        keys.filter((_, k) => k !== i),
      ),
    move: (from, to) => {
      if (to >= 0 && to < list.length && to !== from) set(reorder(list, from, to), reorder(keys, from, to));
    },
    change: (i, make) =>
      p.change((raw) => {
        const now = effective(raw, p.field);
        return write(
          raw,
          p.field,
          (Array.isArray(now) ? now : []).map((r, k) => (k === i ? make(isRec(r) ? r : {}) : r)),
        );
      }),
  };
}
