import { Maximize2, Minimize2 } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { t } from '../../i18n';
import { useForm, type WidgetProps } from '../context';
import css from '../style';
import { effective, text } from '../values';
import type { Language } from './cm';
import { TemplateInput } from './TemplateInput';

const languages: Record<string, Language> = {
  javascript: 'javascript',
  js: 'javascript',
  json: 'json',
  html: 'html',
  css: 'css',
  markdown: 'markdown',
  handlebars: 'mustache',
  mustache: 'mustache',
  sql: 'sql',
  yaml: 'yaml',
  jsonata: 'jsonata',
  expr: 'expression',
  template: 'template',
  text: 'text',
};

/** languageOf a code field: its own, or for the template node what its syntax and colours say. */
function languageOf(p: WidgetProps): Language {
  if (p.field.widget === 'markdown') return 'markdown';
  const own = p.field.ui.language;
  if (own) return languages[own] ?? 'text';
  if (p.raw.syntax === 'flowrill') return 'template';
  const format = text(p.raw.format) || 'handlebars';
  return p.raw.syntax === 'plain' && format === 'handlebars' ? 'text' : (languages[format] ?? 'text');
}

/** rowsFor a code field: what the node is about has room from the start, what is folded away only for what is in it. */
function rowsFor(value: string, folded: boolean): number {
  if (value === '') return folded ? 3 : 10;
  return Math.min(20, Math.max(folded ? 4 : 10, value.split('\n').length + 1));
}

/** Code in its language. F11 gives it the whole height. */
export function CodeField(p: WidgetProps) {
  const form = useForm();
  const [full, setFull] = useState(false);
  const value = text(effective(p.raw, p.field));
  const prose = p.field.widget === 'markdown';
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'F11' || (full && e.key === 'Escape')) {
      e.preventDefault();
      e.stopPropagation();
      setFull(!full);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: F11 works wherever the focus is in it
    <div
      className={css.codeBox}
      data-full={full ? '' : undefined}
      data-prose={prose ? '' : undefined}
      data-invalid={p.invalid ? '' : undefined}
      onKeyDown={keys}
    >
      <TemplateInput
        id={p.id}
        labelId={p.labelId}
        describedBy={p.describedBy}
        invalid={p.invalid}
        value={value}
        multiline
        placeholder={p.field.ui.placeholder}
        owner={form.id}
        language={languageOf(p)}
        rows={prose ? 6 : rowsFor(value, p.field.ui.advanced === true)}
        onChange={(v) => p.set(v)}
      />
      <button
        type="button"
        className={css.mini}
        aria-pressed={full}
        aria-label={t('Full height, {{field}}', { field: p.field.label })}
        title={t('Full height (F11)')}
        onClick={() => setFull(!full)}
      >
        {full ? <Minimize2 size={14} aria-hidden="true" /> : <Maximize2 size={14} aria-hidden="true" />}
      </button>
    </div>
  );
}
