/** What every widget of a form can ask for. */
import { createContext, type ReactNode, useContext } from 'react';
import type { Json, Rec } from '../model/types';
import type { Field } from './schema';

export interface FormScope {
  /** Of the object whose form this is. */
  id: string;
  /** The flow it is in: context values are read there. */
  flow: string;
  /** The whole draft. */
  rec: Rec;
  /** Messages under fields, by path. */
  problems: ReadonlyMap<string, string>;
  /** Changes the draft; rows says which row of a table became which. */
  change: (make: (rec: Rec) => Rec, rows?: Record<string, number[]>) => void;
  /** Which row each row of a table was. */
  rowsOf: (path: string, length: number) => number[];
  /**
   * Opens the form of a config node on top of this one; without id that of a new one, whose id goes to what the path
   * leads to. The focus comes back to the field.
   */
  openConfig: (type: string, id: string | undefined, path: string, field?: string) => void;
}

const Scope = createContext<FormScope | undefined>(undefined);

export const FormProvider = ({ scope, children }: { scope: FormScope; children: ReactNode }) => (
  <Scope.Provider value={scope}>{children}</Scope.Provider>
);

export function useForm(): FormScope {
  const scope = useContext(Scope);
  if (!scope) throw new Error('A widget stands outside a form.');
  return scope;
}

/** What a widget is given. */
export interface WidgetProps {
  field: Field;
  /** rules[0].v */
  path: string;
  /** The object that has the property: the draft, or a row of a table. */
  raw: Rec;
  /** The property as the file spells it. */
  value: Json | undefined;
  /** Changes the object that has the property. */
  change: (make: (raw: Rec) => Rec) => void;
  /** Changes the property. */
  set: (value: Json | undefined) => void;
  /** Of the control. */
  id: string;
  labelId: string;
  describedBy: string | undefined;
  invalid: boolean;
}

/** The attributes that tie a control to its label, its help and its error. */
export const named = (p: WidgetProps) => ({
  id: p.id,
  'aria-describedby': p.describedBy,
  'aria-invalid': p.invalid || undefined,
});
