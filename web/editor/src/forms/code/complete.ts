/** Completion in templates, expressions and functions: paths of the last message, and the functions there are. */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { Json } from '../../model/types';
import { pathsOf } from '../paths';
import type { Language } from './cm';

/** Functions of expressions (docs/expressions.md), with what they take. */
const functions: [name: string, takes: string, says: string][] = [
  ['upper', 'text', 'in capitals'],
  ['lower', 'text', 'in small letters'],
  ['trim', 'text', 'without blanks around it'],
  ['split', 'text, separator', 'its parts, a list'],
  ['join', 'list, separator', 'one text'],
  ['replace', 'text, old, new', 'with new for old'],
  ['string', 'value', 'as text'],
  ['int', 'value', 'as a whole number'],
  ['float', 'value', 'as a number'],
  ['round', 'number', 'to the next whole number'],
  ['floor', 'number', 'down'],
  ['ceil', 'number', 'up'],
  ['abs', 'number', 'without sign'],
  ['max', 'numbers', 'the greatest'],
  ['min', 'numbers', 'the least'],
  ['len', 'text or list', 'its length'],
  ['first', 'list', 'its first'],
  ['last', 'list', 'its last'],
  ['keys', 'object', 'its names'],
  ['values', 'object', 'its values'],
  ['filter', 'list, condition', 'those it holds for'],
  ['map', 'list, expression', 'the expression of each'],
  ['any', 'list, condition', 'whether it holds for one'],
  ['all', 'list, condition', 'whether it holds for all'],
  ['sum', 'list', 'of its numbers'],
  ['sort', 'list', 'in order'],
  ['reverse', 'list', 'the other way round'],
  ['uniq', 'list', 'each once'],
  ['now', '', 'the time'],
  ['date', 'text', 'a time'],
  ['toJSON', 'value', 'as JSON text'],
  ['fromJSON', 'text', 'what the JSON says'],
];

/** open is where the hole begins that the caret is in, -1 outside. */
function open(before: string): number {
  const at = Math.max(before.lastIndexOf('<<'), before.lastIndexOf('{{'));
  if (at < 0) return -1;
  const inside = before.slice(at + 2);
  return inside.includes('>>') || inside.includes('}}') ? -1 : at;
}

/** apply puts the text in and, in a template, closes the hole. */
const closing = (text: string, close: string) => (view: EditorView, _: Completion, from: number, to: number) => {
  const closed = !close || view.state.sliceDoc(to, to + close.length) === close;
  view.dispatch({
    changes: { from, to, insert: closed ? text : text + close },
    selection: { anchor: from + text.length + (closed ? 0 : close.length) },
    userEvent: 'input.complete',
  });
};

export function completions(language: Language, message: () => Json | undefined): CompletionSource {
  return (c: CompletionContext): CompletionResult | null => {
    const line = c.state.doc.lineAt(c.pos);
    const before = line.text.slice(0, c.pos - line.from);
    let close = '';
    let bare = false;
    if (language === 'template' || language === 'mustache') {
      const at = open(before);
      if (at < 0) return null;
      const angle = before.startsWith('<<', at);
      close = angle ? '>>' : '}}';
      bare = !angle && language === 'mustache';
    }
    const word = c.matchBefore(/[\w$.[\]"]*/);
    if (language === 'javascript' && !c.explicit && !/\bmsg\.[\w$.[\]"]*$/.test(before)) return null;
    if (!word || (word.from === word.to && !c.explicit && close === '')) return null;
    const options: Completion[] = pathsOf(message()).map((leaf, i) => {
      const text = bare ? leaf.path : leaf.path.startsWith('[') ? `msg${leaf.path}` : `msg.${leaf.path}`;
      return { label: text, detail: leaf.sample, boost: 50 - i / 10, apply: closing(text, close), type: 'property' };
    });
    if (!options.length && !bare) {
      for (const text of ['msg.payload', 'msg.topic'])
        options.push({ label: text, apply: closing(text, close), boost: 50 });
    }
    if (!bare && language !== 'javascript') {
      options.push({ label: 'flow.', boost: 10 }, { label: 'global.', boost: 9 }, { label: 'env.', boost: 8 });
      for (const [name, takes, says] of functions)
        options.push({
          label: name,
          detail: `(${takes})`,
          info: says,
          apply: `${name}(`,
          type: 'function',
          boost: -10,
        });
    }
    return { from: word.from, options, validFor: /^[\w$.[\]"]*$/ };
  };
}
