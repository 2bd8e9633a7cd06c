/** The fields of an object that name config nodes, by their paths. */
import { type Asked, draftOf, edit } from '../../forms/drafts';
import { recordOf } from '../../forms/host';
import { schemaOf } from '../../forms/objects';
import { isRec, rowsIn } from '../../forms/rules/rows';
import { type Field, fieldsOf } from '../../forms/schema';
import { effective, read, split, write } from '../../forms/values';
import { docStore } from '../../model/doc-store';
import { equal } from '../../model/equal';
import type { Id, Json, Rec } from '../../model/types';

const stored = (id: Id): Rec | undefined => recordOf(docStore.getState().doc, id);
const current = (id: Id): Rec | undefined => draftOf(id)?.rec ?? stored(id);
const fieldsFor = (rec: Rec): Field[] => {
  const schema = schemaOf(rec);
  return schema ? fieldsOf(schema) : [];
};

type Parts = (string | number)[];

function valueAt(fields: Field[], rec: Rec, [key, row, ...rest]: Parts): Json | null {
  const field = fields.find((f) => f.key === key);
  if (!field) return null;
  if (typeof row !== 'number') return read(rec, field) ?? null;
  return valueAt(field.rows, rowsIn(effective(rec, field))[row] ?? {}, rest);
}

function withValue(fields: Field[], rec: Rec, [key, row, ...rest]: Parts, v: Json): Rec {
  const field = fields.find((f) => f.key === key);
  if (!field) return rec;
  if (typeof row !== 'number') return write(rec, field, v);
  const list = effective(rec, field);
  if (!Array.isArray(list)) return rec;
  return write(
    rec,
    field,
    list.map((one, i) => (i === row && isRec(one) ? withValue(field.rows, one, rest, v) : one)),
  );
}

/** refAt is what a field has now. */
export function refAt(id: Id, path: string): Json | null {
  const rec = current(id);
  return rec ? valueAt(fieldsFor(rec), rec, split(path)) : null;
}

/**
 * take puts a new config node into the field that asked for it, unless that has another one by now. It tells whether
 * there still is such an object.
 */
export function take({ owner, path, was }: Asked, made: Id): boolean {
  const rec = current(owner);
  if (!rec) return false;
  if (equal(refAt(owner, path), was))
    edit(
      owner,
      () => stored(owner) ?? {},
      (r) => withValue(fieldsFor(r), r, split(path), made),
    );
  return true;
}
