/**
 * What a node type publishes (`flowrill nodes --json`) as the form reads it: the property list of a JSON Schema
 * becomes a list of fields, each with the kind of its widget.
 */
import type { Json, Rec } from '../model/types';
import { holds, parseWhen, type When } from './when';

export type { Json, Rec } from '../model/types';

export interface UI {
  label?: string;
  placeholder?: string;
  help?: string;
  widget?: string;
  ref?: string;
  aliases?: string[];
  ports?: 'each' | 'count';
  typeKey?: string;
  typeAliases?: string[];
  types?: string[];
  ownTypes?: Record<string, { label: string; as?: string }>;
  enumLabels?: Record<string, string>;
  suggest?: string[];
  initial?: Json;
  unit?: string;
  group?: string;
  when?: string;
  enumWhen?: Record<string, string>;
  typesWhen?: Record<string, string>;
  valuesWhen?: Record<string, string>;
  labelWhen?: Record<string, string>;
  advanced?: boolean;
  language?: string;
  multiline?: boolean;
  summary?: boolean;
  shown?: boolean;
  width?: number;
}

export interface Property {
  type?: string;
  format?: string;
  enum?: Json[];
  minimum?: number;
  maximum?: number;
  default?: Json;
  items?: Property;
  properties?: Record<string, Property>;
  additionalProperties?: Property;
  required?: string[];
  'x-ui'?: UI;
}

export type Kind =
  | 'text'
  | 'number'
  | 'duration'
  | 'switch'
  | 'enum'
  | 'template'
  | 'typed'
  | 'code'
  | 'secret'
  | 'ref'
  | 'rows'
  | 'list'
  | 'names'
  | 'json';

export interface Field {
  key: string;
  aliases: string[];
  label: string;
  kind: Kind;
  /** Only whole numbers. */
  integer: boolean;
  /** The widget that the node asks for instead of the kind's own. */
  widget: string | undefined;
  required: boolean;
  when: When | undefined;
  /** Which values of the enum there are for this object; undefined: all. */
  offers?: (raw: Rec, value: string) => boolean;
  /** Which types a typed value may have in this object; undefined: all. */
  offersType?: (raw: Rec, type: string) => boolean;
  /** The values to choose from in this object instead of an editor; undefined or none: the editor. */
  values?: (raw: Rec) => string[];
  /** What it is called in this object, if not by its label. */
  named?: (raw: Rec) => string | undefined;
  ui: UI;
  prop: Property;
  /** The columns of a table. */
  rows: Field[];
  /** What a list or name→value table holds. */
  item: Field | undefined;
}

const formats: Record<string, Kind> = {
  template: 'template',
  typed: 'typed',
  code: 'code',
  secret: 'secret',
  ref: 'ref',
  duration: 'duration',
  json: 'json',
};

function kindOf(p: Property): Kind {
  const byFormat = p.format ? formats[p.format] : undefined;
  if (byFormat) return byFormat;
  if (p.enum) return 'enum';
  switch (p.type) {
    case 'string':
      return p['x-ui']?.widget === 'code' || p['x-ui']?.language ? 'code' : 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'switch';
    case 'array':
      return p.items?.type === 'object' ? 'rows' : 'list';
    case 'object':
      return p.additionalProperties ? 'names' : 'json';
  }
  return 'json';
}

/** spaced makes words of a property's name: "maxBody" is "Max body". */
export function spaced(key: string): string {
  const words = key
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z\d])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function field(key: string, p: Property, required: boolean): Field {
  const ui = p['x-ui'] ?? {};
  const kind = kindOf(p);
  return {
    key,
    kind,
    ui,
    required,
    aliases: ui.aliases ?? [],
    label: ui.label ?? spaced(key),
    integer: p.type === 'integer',
    widget: ui.widget,
    when: ui.when ? parseWhen(ui.when) : undefined,
    prop: p,
    rows: kind === 'rows' && p.items ? fieldsOf(p.items) : [],
    item:
      kind === 'list' && p.items
        ? field('', p.items, false)
        : kind === 'names' && p.additionalProperties
          ? field('', p.additionalProperties, false)
          : undefined,
  };
}

type Rules = Record<string, string> | undefined;

/** depends tells what of a field's choices there is for an object; what no rule names always is. */
function depends(rules: Rules, siblings: Field[]): ((raw: Rec, choice: string) => boolean) | undefined {
  if (!rules) return undefined;
  const parsed = new Map(Object.entries(rules).map(([choice, when]) => [choice, parseWhen(when)]));
  return (raw, choice) => holds(parsed.get(choice), siblings, raw);
}

/** makeRules gives a field what of it depends on its siblings. */
function makeRules(f: Field, siblings: Field[]): void {
  const { enumWhen, typesWhen, valuesWhen, labelWhen } = f.ui;
  const [enums, types, values, labels] = [enumWhen, typesWhen, valuesWhen, labelWhen].map((r) => depends(r, siblings));
  if (enums) f.offers = enums;
  if (types) f.offersType = types;
  if (values) f.values = (raw) => Object.keys(valuesWhen ?? {}).filter((v) => values(raw, v));
  if (labels) f.named = (raw) => Object.keys(labelWhen ?? {}).find((l) => labels(raw, l));
}

const made = new WeakMap<Property, Field[]>();

/** fieldsOf lists the fields of an object schema in the schema's order. */
export function fieldsOf(schema: Property): Field[] {
  let fields = made.get(schema);
  if (!fields) {
    const required = new Set(schema.required);
    fields = Object.entries(schema.properties ?? {}).map(([key, p]) => field(key, p, required.has(key)));
    for (const f of fields) makeRules(f, fields);
    made.set(schema, fields);
  }
  return fields;
}

/** labelIn is what a field is called in an object. */
export const labelIn = (f: Field, raw: Rec): string => f.named?.(raw) ?? f.label;

/** portsField is the field that decides how many outputs there are. */
export const portsField = (fields: Field[]): Field | undefined => fields.find((f) => f.ui.ports);

/** segmented tells whether an enum is a row of buttons: few choices with short names. */
export function segmented(f: Field): boolean {
  const names = (f.prop.enum ?? []).map((v) => f.ui.enumLabels?.[String(v)] ?? String(v));
  return names.length <= 4 && names.join('').length + names.length * 4 <= ((f.ui.width ?? 12) / 12) * 46;
}
