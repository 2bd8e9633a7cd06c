import { useId, useMemo } from 'react';
import { en, inLanguage, t } from '../../i18n';
import { Choices } from '../Choices';
import { TemplateInput } from '../code/TemplateInput';
import { useLastInput } from '../host';
import { pathsOf } from '../paths';
import css from '../style';
import { bool } from '../values';
import type { ValueType } from './types';

interface Props {
  id: string;
  labelId: string;
  describedBy: string | undefined;
  invalid: boolean;
  type: ValueType;
  value: string;
  placeholder: string | undefined;
  multiline: boolean;
  /** The node whose messages give the suggestions. */
  owner: string;
  onChange: (value: string) => void;
}

const yesNo = inLanguage(
  () =>
    [
      { value: 'true', label: t('true') },
      { value: 'false', label: t('false') },
    ] as const,
);
const dateFormats = [
  ['', en('in milliseconds')],
  ['iso', en('as ISO text')],
  ['object', en('as a date')],
] as const;
const mono = new Set(['path', 'json', 'buffer', 'variable', 'expression', 'jsonata', 'regex']);

/** The editor of one type of value. Every one of them carries data-editor: there the focus goes. */
export function ValueEditor(p: Props) {
  const list = useId();
  const last = useLastInput(p.owner);
  const paths = useMemo(
    () => (p.type.name === 'msg' ? pathsOf(last?.msg).map((x) => x.path) : []),
    [p.type.name, last],
  );
  const common = {
    id: p.id,
    'aria-labelledby': p.labelId,
    'aria-describedby': p.describedBy,
    'aria-invalid': p.invalid || undefined,
    'data-editor': '',
  };
  switch (p.type.editor) {
    case 'none':
      return null;
    case 'bool': {
      const on = bool(p.value) ?? false;
      return (
        <Choices
          bare
          options={yesNo()}
          value={on ? 'true' : 'false'}
          labelId={p.labelId}
          describedBy={p.describedBy}
          id={p.id}
          onChange={p.onChange}
        />
      );
    }
    case 'date': {
      const known = dateFormats.some(([v]) => v === p.value);
      return (
        <>
          <select
            {...common}
            className={css.bareSelect}
            value={known ? p.value : 'custom'}
            onChange={(e) => p.onChange(e.target.value === 'custom' ? 'YYYY-MM-DD HH:mm' : e.target.value)}
          >
            {dateFormats.map(([v, name]) => (
              <option key={v} value={v}>
                {t(name)}
              </option>
            ))}
            <option value="custom">{t('own format…')}</option>
          </select>
          {!known && (
            <input
              className={css.bare}
              aria-label={t('Date format')}
              type="text"
              value={p.value}
              spellCheck={false}
              onChange={(e) => p.onChange(e.target.value)}
            />
          )}
        </>
      );
    }
    case 'template':
      return <TemplateInput {...p} language="template" prose className={css.bareCode} />;
    case 'expression':
      return <TemplateInput {...p} language="expression" className={css.bareCode} />;
    case 'jsonata':
      return <TemplateInput {...p} language="jsonata" className={css.bareCode} />;
    case 'json':
      return <TemplateInput {...p} language="json" className={css.bareCode} />;
  }
  if (p.type.editor === 'text' && (p.multiline || p.value.includes('\n'))) {
    return (
      <textarea
        {...common}
        className={css.bareArea}
        rows={Math.min(8, Math.max(2, p.value.split('\n').length))}
        value={p.value}
        placeholder={p.placeholder}
        onChange={(e) => p.onChange(e.target.value)}
      />
    );
  }
  return (
    <>
      <input
        {...common}
        className={css.bare}
        type="text"
        inputMode={p.type.editor === 'number' ? 'decimal' : undefined}
        autoComplete="off"
        spellCheck={p.type.editor === 'text'}
        data-mono={mono.has(p.type.editor) ? '' : undefined}
        value={p.value}
        placeholder={p.placeholder}
        list={paths.length ? list : undefined}
        onChange={(e) => p.onChange(e.target.value)}
      />
      {paths.length > 0 && (
        <datalist id={list}>
          {paths.map((x) => (
            <option key={x} value={x} />
          ))}
        </datalist>
      )}
    </>
  );
}
