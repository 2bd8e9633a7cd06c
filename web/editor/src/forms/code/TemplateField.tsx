/** A text with holes: the field, a menu of what the last message has, a live preview and, for texts, the parts. */
import { useRef } from 'react';
import { useForm, type WidgetProps } from '../context';
import css from '../style';
import { text } from '../values';
import type { Editor } from './cm';
import { InsertMenu } from './InsertMenu';
import { Preview } from './Preview';
import { TemplateInput } from './TemplateInput';

export function TemplateField(p: WidgetProps) {
  const form = useForm();
  const editor = useRef<Editor | undefined>(undefined);
  const { ui, prop, widget } = p.field;
  const value = text(p.value);
  const sms = widget === 'sms';
  // Only texts come in parts: what goes by another channel is whole.
  const counted = sms && ['', 'sms'].includes(text(p.raw.channel));
  const multiline = sms || ui.multiline === true || value.includes('\n');
  const set = (v: string) => p.set(v === '' && p.value === undefined ? undefined : v);
  return (
    <div className={css.template}>
      <div
        className={css.box}
        data-code=""
        data-area={multiline ? '' : undefined}
        data-invalid={p.invalid ? '' : undefined}
      >
        <TemplateInput
          id={p.id}
          labelId={p.labelId}
          describedBy={p.describedBy}
          invalid={p.invalid}
          value={value}
          multiline={multiline}
          placeholder={ui.placeholder ?? (prop.default !== undefined ? String(prop.default) : undefined)}
          owner={form.id}
          language="template"
          prose
          rows={multiline ? 3 : 1}
          onChange={set}
          onEditor={(e) => {
            editor.current = e;
          }}
        />
        <InsertMenu
          owner={form.id}
          field={p.field.label}
          into={() => editor.current?.dom}
          onPick={(path) => {
            const hole = `<<${path}>>`;
            if (editor.current) editor.current.insert(hole);
            else set(value + hole);
          }}
        />
      </div>
      <Preview
        template={value}
        owner={form.id}
        flow={form.flow}
        sms={counted}
        encoding={counted ? text(p.raw.encoding) : ''}
      />
    </div>
  );
}
