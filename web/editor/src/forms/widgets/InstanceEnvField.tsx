/** The variables of a subflow instance: those of the subflow as fields, with its values where the instance has none. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { docStore } from '../../model/doc-store';
import type { Json, Rec } from '../../model/types';
import { useForm, type WidgetProps } from '../context';
import { FieldView } from '../Fields';
import { useCredentials } from '../host';
import { isRec } from '../rules/rows';
import { type Field, fieldsOf, type Property } from '../schema';
import css from '../style';
import { put, text } from '../values';
import { EnvField } from './EnvField';
import { credentialsOf, SecretInput, withCredential } from './SecretField';

const inEnglish = (v: Json | undefined): string => (isRec(v) ? text(v['en-US'] ?? Object.values(v)[0]) : text(v));
const usual = ['str', 'num', 'bool', 'json', 'bin', 'env', 'jsonata'];

/** fieldOf is the field that a variable's `ui` asks for; undefined if it is not to be seen. */
export function fieldOf(variable: Rec): Field | undefined {
  const ui = isRec(variable.ui) ? variable.ui : {};
  const opts = isRec(ui.opts) ? ui.opts : {};
  const label = inEnglish(ui.label) || text(variable.name);
  const type = text(variable.type) || 'str';
  let p: Property;
  switch (ui.type) {
    case 'none':
    case 'hide':
      return undefined;
    case 'select': {
      const all = Array.isArray(opts.opts) ? opts.opts.filter(isRec) : [];
      const enumLabels = Object.fromEntries(all.map((o) => [text(o.v), inEnglish(o.l)]));
      p = { type: 'string', enum: all.map((o) => text(o.v)), 'x-ui': { label, enumLabels } };
      break;
    }
    case 'checkbox':
      p = { type: 'boolean', 'x-ui': { label } };
      break;
    case 'spinner': {
      const limit = (v: Json | undefined) =>
        v === undefined || v === '' || Number.isNaN(Number(v)) ? undefined : Number(v);
      p = { type: 'number', 'x-ui': { label } };
      const [low, high] = [limit(opts.min), limit(opts.max)];
      if (low !== undefined) p.minimum = low;
      if (high !== undefined) p.maximum = high;
      break;
    }
    default: {
      const types = Array.isArray(opts.types) ? opts.types.map(text).filter((t) => t !== 'cred') : usual;
      p = {
        format: 'typed',
        'x-ui': { label, typeKey: 'type', types: types.includes(type) ? types : [type, ...types] },
      };
    }
  }
  return fieldsOf({ type: 'object', properties: { value: p } })[0];
}

/** overridden is the instance's list with one variable's value; equal to the subflow's it is not listed. */
export function overridden(env: Json[], variable: Rec, entry: Rec): Json[] {
  const name = variable.name;
  const same = entry.value === variable.value && entry.type === variable.type;
  const at = env.findIndex((e) => isRec(e) && e.name === name);
  if (same) return env.filter((_, i) => i !== at);
  const next = { name: name ?? '', type: entry.type ?? 'str', value: entry.value ?? '' };
  return at < 0 ? [...env, next] : env.map((e, i) => (i === at && isRec(e) ? { ...e, ...next } : e));
}

export function InstanceEnvField(p: WidgetProps) {
  const form = useForm();
  const type = text(form.rec.type);
  const subflow = useStore(docStore, (s) => s.doc.subflows[type.slice('subflow:'.length)]);
  const stored = useCredentials(type, form.id);
  const env: Json[] = Array.isArray(p.value) ? p.value : [];
  const variables = useMemo(
    () => (Array.isArray(subflow?.rec['env']) ? subflow.rec['env'].filter(isRec) : []),
    [subflow],
  );
  const names = new Set(variables.map((v) => text(v.name)));
  const others = env.filter((e) => !(isRec(e) && names.has(text(e.name))));
  const rest: WidgetProps = {
    ...p,
    value: others,
    raw: { ...p.raw, [p.field.key]: others },
    set: (v) => p.set([...env.filter((e) => !others.includes(e)), ...(Array.isArray(v) ? v : [])]),
    change: (make) => {
      const made = make({ ...p.raw, [p.field.key]: others })[p.field.key];
      p.set([...env.filter((e) => !others.includes(e)), ...(Array.isArray(made) ? made : [])]);
    },
    path: `${p.path}[+]`,
  };
  return (
    <div className={css.rows}>
      <div className={css.grid} style={{ paddingTop: 6 }}>
        {variables.map((v) => {
          const name = text(v.name);
          if (v.type === 'cred')
            return (
              <Secret
                key={name}
                name={name}
                label={inEnglish(isRec(v.ui) ? v.ui.label : undefined) || name}
                stored={stored[`has_${name}`] === true}
              />
            );
          const field = fieldOf(v);
          const own = env.find((e): e is Rec => isRec(e) && e.name === name);
          const raw: Rec = { value: own?.value ?? v.value ?? '', type: own?.type ?? v.type ?? 'str' };
          return (
            field && (
              <FieldView
                key={name}
                field={field}
                raw={raw}
                path={`${p.path}.${name}`}
                change={(make) => p.set(overridden(env, v, put(make(raw), 'name', name)))}
              />
            )
          );
        })}
      </div>
      {(others.length > 0 || variables.length === 0) && <EnvField {...rest} />}
    </div>
  );
}

function Secret({ name, label, stored }: { name: string; label: string; stored: boolean }) {
  const form = useForm();
  const typed = credentialsOf(form.rec)[name];
  const id = `${form.id}-cred-${name}`;
  return (
    <div className={css.field} style={{ gridColumn: 'span 12' }}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <SecretInput
        id={id}
        label={label}
        placeholder={undefined}
        shown={false}
        typed={typed === undefined ? undefined : text(typed)}
        stored={stored}
        value=""
        onChange={(v) => form.change((rec) => withCredential(rec, name, v))}
      />
    </div>
  );
}
