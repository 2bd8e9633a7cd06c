/** CodeMirror as the forms use it. Loaded when the first form opens. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { Compartment, EditorState, type Extension, Prec, Transaction } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { nonce } from '../../app/nonce';
import { t } from '../../i18n';
import type { Json } from '../../model/types';
import { completions } from './complete';
import { holes } from './holes';
import { languageOf } from './languages';
import { look } from './look';

export type Language =
  | 'template'
  | 'expression'
  | 'jsonata'
  | 'javascript'
  | 'json'
  | 'html'
  | 'css'
  | 'markdown'
  | 'mustache'
  | 'sql'
  | 'yaml'
  | 'text';

export interface Options {
  value: string;
  language: Language;
  multiline: boolean;
  placeholder: string;
  rows: number;
  attributes: Record<string, string>;
  /** The last message that came by, for completion. */
  message: () => Json | undefined;
  onChange: (value: string) => void;
  /** What was selected in the field this one replaces, if that had the focus. */
  selected?: { from: number; to: number };
}

export interface Editor {
  dom: HTMLElement;
  set: (value: string) => void;
  insert: (text: string) => void;
  language: (l: Language) => void;
  focus: () => void;
  destroy: () => void;
}

const code = new Set<Language>(['javascript', 'json', 'html', 'css', 'sql', 'yaml', 'mustache', 'markdown']);

/** One line: what is pasted or typed over several becomes one. */
const oneLine = EditorState.transactionFilter.of((tr) =>
  tr.docChanged && tr.newDoc.lines > 1
    ? [
        tr,
        {
          changes: { from: 0, to: tr.newDoc.length, insert: tr.newDoc.toString().replace(/\s*\n\s*/g, ' ') },
          sequential: true,
          selection: { anchor: Math.min(tr.newSelection.main.head, tr.newDoc.length) },
        },
      ]
    : tr,
);

/**
 * Typing over what is selected. The browser would give the new text the look of the old, by an inline style, which
 * the server's policy forbids.
 */
const overtype = EditorView.domEventHandlers({
  beforeinput(e, view) {
    const { data } = e;
    const { main } = view.state.selection;
    if (e.inputType !== 'insertText' || data === null || main.empty || !e.cancelable || view.composing) return false;
    const typed = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    const taken = view.state.facet(EditorView.inputHandler).some((h) => h(view, main.from, main.to, data, typed));
    if (!taken) view.dispatch(typed());
    return true;
  },
});

/** Keys that belong to the form around the editor. */
const ours = new Set(['Mod-Enter', 'Escape', 'Alt-ArrowUp', 'Alt-ArrowDown', 'Mod-k', 'Mod-/']);
const keys = defaultKeymap.filter((k) => !ours.has(k.key ?? ''));

function languageParts(l: Language, numbered: boolean, message: () => Json | undefined): Extension[] {
  const parts: Extension[] = [];
  if (l === 'template' || l === 'mustache') parts.push(holes);
  if (l === 'template' || l === 'expression' || l === 'mustache' || l === 'javascript')
    parts.push(
      autocompletion({ override: [completions(l, message)], icons: false, interactionDelay: 20 }),
      keymap.of(completionKeymap),
    );
  if (code.has(l)) {
    parts.push(
      bracketMatching(),
      closeBrackets(),
      keymap.of(closeBracketsKeymap),
      indentOnInput(),
      indentUnit.of('    '),
    );
    if (numbered) parts.push(lineNumbers(), highlightActiveLine(), keymap.of([indentWithTab]));
  }
  return parts;
}

export function mount(parent: HTMLElement, o: Options): Editor {
  const own = new Compartment();
  const syntax = new Compartment();
  const numbered = (l: Language) =>
    o.multiline && l !== 'template' && l !== 'markdown' && l !== 'text' && l !== 'expression';
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: o.value,
      selection: {
        anchor: Math.min(o.selected?.from ?? 0, o.value.length),
        head: Math.min(o.selected?.to ?? 0, o.value.length),
      },
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorState.phrases.of({
          Completions: t('Completions'),
          Diagnostics: t('Problems'),
          'No diagnostics': t('No problems found'),
          'Selection deleted': t('Selection deleted'),
        }),
        history(),
        overtype,
        drawSelection(),
        look,
        own.of(languageParts(o.language, numbered(o.language), o.message)),
        syntax.of([]),
        o.multiline ? EditorView.lineWrapping : [oneLine, Prec.high(keymap.of([{ key: 'Enter', run: () => true }]))],
        o.placeholder ? placeholder(o.placeholder) : [],
        keymap.of([...historyKeymap, ...keys]),
        EditorView.contentAttributes.of({
          ...o.attributes,
          role: 'textbox',
          tabindex: '0',
          'aria-multiline': String(o.multiline),
          spellcheck: 'false',
          autocorrect: 'off',
          autocapitalize: 'off',
        }),
        EditorView.updateListener.of((u) => {
          if (u.docChanged && !u.transactions.some((t) => t.annotation(Transaction.remote)))
            o.onChange(u.state.doc.toString());
        }),
      ],
    }),
  });
  let visited = o.selected !== undefined;
  view.contentDOM.addEventListener('focus', () => {
    visited = true;
  });
  let language = o.language;
  const read = (l: Language) =>
    languageOf(l, o.multiline).then(
      (e) => {
        if (l === language) view.dispatch({ effects: syntax.reconfigure(e) });
      },
      () => {},
    );
  void read(language);
  if (o.selected !== undefined) view.focus();
  return {
    dom: view.contentDOM,
    set: (value) => {
      const now = view.state.doc.toString();
      if (value === now) return;
      view.dispatch({ changes: { from: 0, to: now.length, insert: value }, annotations: Transaction.remote.of(true) });
    },
    insert: (text) => {
      // Who was never in the field wants it at the end.
      if (!visited) view.dispatch({ selection: { anchor: view.state.doc.length } });
      view.dispatch(view.state.replaceSelection(text), { userEvent: 'input' });
      view.focus();
    },
    language: (l) => {
      if (l === language) return;
      language = l;
      view.dispatch({ effects: own.reconfigure(languageParts(l, numbered(l), o.message)) });
      void read(l);
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
