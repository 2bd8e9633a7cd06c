import { useState } from 'react';
import { t } from '../../i18n';
import { TemplateInput } from '../code/TemplateInput';
import { useForm, type WidgetProps } from '../context';
import css from '../style';

/** Any JSON. Text that is none stays in the field, with an error, and the value as it was. */
export function JsonField(p: WidgetProps) {
  const form = useForm();
  const [typed, setTyped] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const value = typed ?? (p.value === undefined ? '' : JSON.stringify(p.value, null, 2));
  const enter = (v: string) => {
    setTyped(v);
    if (v.trim() === '') {
      setWrong(undefined);
      p.set(undefined);
      return;
    }
    try {
      p.set(JSON.parse(v));
      setWrong(undefined);
    } catch (e) {
      setWrong((e as Error).message);
    }
  };
  return (
    <>
      <div className={css.codeBox} data-invalid={wrong || p.invalid ? '' : undefined}>
        <TemplateInput
          id={p.id}
          labelId={p.labelId}
          describedBy={p.describedBy}
          invalid={p.invalid || wrong !== undefined}
          value={value}
          multiline
          placeholder={p.field.ui.placeholder}
          owner={form.id}
          language="json"
          rows={4}
          onChange={enter}
        />
      </div>
      {wrong && <p className={css.error}>{t('Not JSON: {{reason}}. The value stays as it was.', { reason: wrong })}</p>}
    </>
  );
}
