/** Completion in templates, expressions and functions: paths of the last message, and the functions there are. */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import { en, t } from '../../i18n';
import type { Json } from '../../model/types';
import { pathsOf } from '../paths';
import type { Language } from './cm';

/** Functions of expressions (docs/expressions.md), with what they take. */
const functions: [name: string, takes: string, says: string][] = [
  ['upper', en('text'), en('in capitals')],
  ['lower', en('text'), en('in small letters')],
  ['trim', en('text'), en('without blanks around it')],
  ['split', en('text, separator'), en('its parts, a list')],
  ['join', en('list, separator'), en('one text')],
  ['replace', en('text, old, new'), en('with new for old')],
  ['string', en('value'), en('as text')],
  ['int', en('value'), en('as a whole number')],
  ['float', en('value'), en('as a number')],
  ['round', en('number'), en('to the next whole number')],
  ['floor', en('number'), en('down')],
  ['ceil', en('number'), en('up')],
  ['abs', en('number'), en('without sign')],
  ['max', en('numbers'), en('the greatest')],
  ['min', en('numbers'), en('the least')],
  ['len', en('text or list'), en('its length')],
  ['first', en('list'), en('its first')],
  ['last', en('list'), en('its last')],
  ['keys', en('object'), en('its names')],
  ['values', en('object'), en('its values')],
  ['filter', en('list, condition'), en('those it holds for')],
  ['map', en('list, expression'), en('the expression of each')],
  ['any', en('list, condition'), en('whether it holds for one')],
  ['all', en('list, condition'), en('whether it holds for all')],
  ['sum', en('list'), en('of its numbers')],
  ['sort', en('list'), en('in order')],
  ['reverse', en('list'), en('the other way round')],
  ['uniq', en('list'), en('each once')],
  ['now', '', en('the time')],
  ['date', en('text'), en('a time')],
  ['toJSON', en('value'), en('as JSON text')],
  ['fromJSON', en('text'), en('what the JSON says')],
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
          detail: `(${takes && t(takes)})`,
          info: t(says),
          apply: `${name}(`,
          type: 'function',
          boost: -10,
        });
    }
    return { from: word.from, options, validFor: /^[\w$.[\]"]*$/ };
  };
}
