/** The grammar of a language, each fetched when first needed, with its problems inline. */

import { syntaxTree } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { t } from '../../i18n';
import type { Language } from './cm';

/** Where the grammar could not read the text. */
const broken = (wrap: boolean) =>
  linter((view: EditorView) => {
    const found: Diagnostic[] = [];
    syntaxTree(view.state).iterate({
      enter: (n) => {
        if (!n.type.isError || found.length >= 20) return;
        const to = Math.min(view.state.doc.length, Math.max(n.to, n.from + 1));
        const from = Math.min(n.from, to);
        // A function's body may return and await where a whole program may not.
        if (wrap && /^(return|await)\b/.test(view.state.sliceDoc(from, from + 7))) return;
        found.push({ from, to, severity: 'error', message: t('This cannot be read here.') });
      },
    });
    return found;
  });

export async function languageOf(l: Language, multiline: boolean): Promise<Extension> {
  switch (l) {
    case 'javascript': {
      const { javascript } = await import('@codemirror/lang-javascript');
      return [javascript(), broken(true), multiline ? lintGutter() : []];
    }
    case 'expression':
    case 'jsonata': {
      const { javascriptLanguage } = await import('@codemirror/lang-javascript');
      return javascriptLanguage;
    }
    case 'json': {
      const { json, jsonParseLinter } = await import('@codemirror/lang-json');
      const parse = jsonParseLinter();
      return [
        json(),
        linter((v) => (v.state.doc.toString().trim() === '' ? [] : parse(v))),
        multiline ? lintGutter() : [],
      ];
    }
    case 'html':
    case 'mustache':
      return (await import('@codemirror/lang-html')).html();
    case 'css':
      return (await import('@codemirror/lang-css')).css();
    case 'markdown':
      return (await import('@codemirror/lang-markdown')).markdown();
  }
  return [];
}
