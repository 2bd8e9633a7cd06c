/**
 * A text with a language: a plain field until CodeMirror has come, which then takes its place, focus and caret.
 * Name and description are those of the form's field either way.
 */
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Json } from '../../model/types';
import { fetchSoon } from '../../ui/part';
import { useLastInput } from '../host';
import type { Editor, Language } from './cm';
import css from './code.module.css';

export interface CodeProps {
  id: string;
  labelId: string;
  describedBy: string | undefined;
  invalid: boolean;
  value: string;
  placeholder: string | undefined;
  multiline: boolean;
  /** The node whose last message gives the completion. */
  owner: string;
  language: Language;
  className?: string | undefined;
  /** Words rather than code. */
  prose?: boolean;
  /** Lines to show at least. */
  rows?: number;
  onChange: (value: string) => void;
  /** Gives the mounted editor to who wants to insert something. */
  onEditor?: (editor: Editor | undefined) => void;
}

let chunk: Promise<typeof import('./cm')> | undefined;
/** loadEditor fetches CodeMirror; forms do so as soon as one opens. */
export const loadEditor = () => {
  chunk ??= import('./cm').catch((e) => {
    chunk = undefined; // offline: the plain field stays, the next form tries again
    throw e;
  });
  return chunk;
};

fetchSoon(loadEditor);

export function TemplateInput(p: CodeProps) {
  const host = useRef<HTMLDivElement>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  const now = useRef(p);
  now.current = p;
  const [ready, setReady] = useState(false);
  const last = useLastInput(p.owner);
  const message = useRef<Json | undefined>(undefined);
  message.current = last?.msg;

  useEffect(() => {
    let gone = false;
    loadEditor().then(
      async ({ mount }) => {
        if (gone || !host.current) return;
        const first = now.current;
        const was = plain.current;
        const focus = was !== null && document.activeElement === was;
        const made = mount(host.current, {
          value: first.value,
          language: first.language,
          multiline: first.multiline,
          placeholder: first.placeholder ?? '',
          rows: first.rows ?? 1,
          attributes: { id: first.id, 'aria-labelledby': first.labelId, 'data-editor': '' },
          message: () => message.current,
          onChange: (v) => now.current.onChange(v),
          ...(focus && was ? { selected: { from: was.selectionStart, to: was.selectionEnd } } : {}),
        });
        editor.current = made;
        tell(made, first);
        // At once: two fields of one name would be one too many.
        flushSync(() => setReady(true));
        first.onEditor?.(made);
      },
      () => {},
    );
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = undefined;
      now.current.onEditor?.(undefined);
    };
  }, []);

  useEffect(() => editor.current?.set(p.value), [p.value]);
  useEffect(() => editor.current?.language(p.language), [p.language]);
  useEffect(() => {
    if (editor.current) tell(editor.current, { describedBy: p.describedBy, invalid: p.invalid });
  }, [p.describedBy, p.invalid]);

  return (
    <div
      className={`${css.code} ${p.className ?? ''}`}
      data-multiline={p.multiline ? '' : undefined}
      data-prose={p.prose ? '' : undefined}
      data-ready={ready ? '' : undefined}
      style={{ '--rows': p.rows ?? (p.multiline ? 3 : 1) } as React.CSSProperties}
    >
      <div ref={host} className={css.host} />
      {!ready && (
        <textarea
          ref={plain}
          id={p.id}
          data-editor=""
          aria-labelledby={p.labelId}
          aria-describedby={p.describedBy}
          aria-invalid={p.invalid || undefined}
          className={css.plain}
          rows={p.rows ?? (p.multiline ? 3 : 1)}
          value={p.value}
          placeholder={p.placeholder}
          spellCheck={false}
          onChange={(e) => p.onChange(p.multiline ? e.target.value : e.target.value.replace(/\n/g, ' '))}
        />
      )}
    </div>
  );
}

function tell(e: Editor, p: { describedBy: string | undefined; invalid: boolean }): void {
  const set = (name: string, value: string | undefined) =>
    value ? e.dom.setAttribute(name, value) : e.dom.removeAttribute(name);
  set('aria-describedby', p.describedBy);
  set('aria-invalid', p.invalid ? 'true' : undefined);
}
