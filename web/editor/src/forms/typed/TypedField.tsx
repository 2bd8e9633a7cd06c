/** A value with a type: the type's menu before the editor that fits it. */

import { type KeyboardEvent, useRef } from 'react';
import { t } from '../../i18n';
import { named, useForm, type WidgetProps } from '../context';
import css from '../style';
import { keyIn, put, read, text, typeIn, write } from '../values';
import { EnvSecret } from './EnvSecret';
import { TypeMenu } from './TypeMenu';
import { carried, menuOf, switched, valueType, withValue } from './types';
import { ValueEditor } from './ValueEditor';

/** A value that is one of a few words, such as the name of a type. */
function Chosen({ choices, ...p }: WidgetProps & { choices: string[] }) {
  const now = text(p.value) || typeIn(p.raw, p.field);
  return (
    <select
      {...named(p)}
      aria-labelledby={p.labelId}
      className={css.select}
      value={now}
      onChange={(e) => p.change((raw) => withValue(raw, p.field, e.target.value))}
    >
      {[...choices, ...(choices.includes(now) ? [] : [now])].map((v) => (
        <option key={v} value={v}>
          {v}
        </option>
      ))}
    </select>
  );
}

export function TypedField(p: WidgetProps) {
  const form = useForm();
  const menu = useRef<HTMLButtonElement>(null);
  const editor = useRef<HTMLDivElement>(null);
  const { ui, prop } = p.field;
  const name = typeIn(p.raw, p.field);
  const types = menuOf(p.field, name, p.raw);
  const choices = p.field.values?.(p.raw) ?? [];
  const type = valueType(p.field, name);

  const retype = (to: string, value?: string) =>
    p.change((raw) => {
      const from = valueType(p.field, typeIn(raw, p.field));
      const next = valueType(p.field, to);
      // Node-RED's debug looks at the value, too, where all of the message is wanted.
      const whole = p.field.key === 'complete' && to === 'full';
      const v = whole
        ? 'true'
        : (value ?? (from.name === 'full' ? '' : carried(from.editor, next.editor, read(raw, p.field))));
      const typed = ui.typeKey ? put(raw, keyIn(raw, ui.typeKey, ui.typeAliases), to) : raw;
      return write(typed, p.field, v);
    });

  const enter = (v: string) => {
    const other = switched(p.field, name, v);
    if (other) retype(other.type, other.value);
    else
      p.change((raw) => {
        const before = read(raw, p.field);
        if (v === '' && before === undefined) return raw;
        return write(raw, p.field, v);
      });
  };

  const keys = (e: KeyboardEvent) => {
    if (e.altKey && !e.shiftKey && e.key === 'ArrowDown' && types.length > 1) {
      e.preventDefault();
      e.stopPropagation();
      menu.current?.click();
    }
  };

  if (choices.length > 0) return <Chosen {...p} choices={choices} />;
  const value =
    p.value === undefined || p.value === null
      ? ''
      : typeof p.value === 'object'
        ? JSON.stringify(p.value)
        : text(p.value);
  const fallback = prop.default !== undefined && types[0]?.name === name ? text(prop.default) : undefined;
  return (
    <div className={css.typed} data-invalid={p.invalid ? '' : undefined} ref={editor} onKeyDownCapture={keys}>
      {types.length > 1 || type.editor === 'none' ? (
        <TypeMenu
          button={menu}
          types={types}
          current={type}
          label={t('{{field}}: type', { field: p.field.label })}
          full={type.editor === 'none' && name !== 'cred'}
          onPick={(to) => {
            if (to !== name) retype(to);
            requestAnimationFrame(() => editor.current?.querySelector<HTMLElement>('[data-editor]')?.focus());
          }}
        />
      ) : (
        <span className={css.prefix} aria-hidden="true">
          {type.mark}
        </span>
      )}
      {name === 'cred' ? (
        <EnvSecret id={p.id} name={text(p.raw.name)} labelId={p.labelId} invalid={p.invalid} />
      ) : (
        <ValueEditor
          id={p.id}
          labelId={p.labelId}
          describedBy={p.describedBy}
          invalid={p.invalid}
          type={type}
          value={value}
          placeholder={fallback ?? ui.placeholder ?? type.placeholder}
          multiline={ui.multiline ?? false}
          owner={form.id}
          onChange={enter}
        />
      )}
    </div>
  );
}
