/** The types a typed value can have, as Node-RED spells them, and how each is edited. */
import { inLanguage, t } from '../../i18n';
import type { Field, Json, Rec } from '../schema';
import { bool, keyIn, put, read, typeIn, write } from '../values';

export type Editor =
  | 'path'
  | 'text'
  | 'number'
  | 'bool'
  | 'json'
  | 'buffer'
  | 'date'
  | 'variable'
  | 'template'
  | 'expression'
  | 'jsonata'
  | 'regex'
  | 'none';

export interface ValueType {
  name: string;
  /** In the menu. */
  label: string;
  /** On the button before the editor. */
  mark: string;
  editor: Editor;
  placeholder?: string;
}

const known = inLanguage(
  (): Record<string, Omit<ValueType, 'name'>> => ({
    msg: { label: t('Message property'), mark: 'msg.', editor: 'path', placeholder: 'payload' },
    flow: { label: t('Flow context'), mark: 'flow.', editor: 'path', placeholder: t('name') },
    global: { label: t('Global context'), mark: 'global.', editor: 'path', placeholder: t('name') },
    str: { label: t('Text'), mark: 'abc', editor: 'text' },
    num: { label: t('Number'), mark: '123', editor: 'number', placeholder: '0' },
    bool: { label: t('True or false'), mark: t('yes/no'), editor: 'bool' },
    json: { label: 'JSON', mark: '{ }', editor: 'json', placeholder: '{"answer": 42}' },
    bin: { label: t('Buffer'), mark: '0101', editor: 'buffer', placeholder: t('[104, 105] or text') },
    date: { label: t('Timestamp'), mark: t('now'), editor: 'date' },
    env: { label: t('Variable'), mark: '${ }', editor: 'variable', placeholder: 'NAME' },
    expr: { label: t('Expression'), mark: 'f(x)', editor: 'expression', placeholder: 'msg.payload.text | upper()' },
    template: { label: t('Template'), mark: '<<>>', editor: 'template', placeholder: t('Hello <<msg.payload.name>>') },
    re: { label: t('Regular expression'), mark: '.*', editor: 'regex', placeholder: '^stop$' },
    jsonata: { label: 'JSONata', mark: 'J:', editor: 'jsonata', placeholder: '$uppercase(payload)' },
    prev: { label: t('Previous value'), mark: t('prev'), editor: 'none' },
  }),
);

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/** typeOf finds a type of the field's menu; one that the menu lacks is shown under its own name, as text. */
export function valueType(field: Field, name: string): ValueType {
  const own = field.ui.ownTypes?.[name];
  if (own) {
    const as = own.as ? known()[own.as] : undefined;
    return {
      name,
      label: capital(own.label),
      mark: own.label,
      editor: as?.editor ?? 'none',
      ...(as?.placeholder ? { placeholder: as.placeholder } : {}),
    };
  }
  const type = known()[name];
  return type ? { name, ...type } : { name, label: name, mark: name, editor: 'text' };
}

/** menuOf lists the types a field offers in this object, and the one it has if that is none of them. */
export function menuOf(field: Field, current: string, raw: Rec = {}): ValueType[] {
  const names = (field.ui.types ?? ['str']).filter((name) => field.offersType?.(raw, name) ?? true);
  return (names.includes(current) ? names : [...names, current]).map((name) => valueType(field, name));
}

/** withValue is the object with one of the words that it may choose from; the word is the type, too, as Node-RED has it. */
export function withValue(raw: Rec, field: Field, word: string): Rec {
  const typed = field.ui.typeKey ? put(raw, keyIn(raw, field.ui.typeKey, field.ui.typeAliases), word) : raw;
  return write(typed, field, word);
}

/**
 * settled is an object after an edit of it, with another type where its siblings do not let a value have the type that
 * it had: a rule that now moves has no text to move to.
 */
export function settled(fields: Field[], was: Rec, raw: Rec): Rec {
  let next = raw;
  for (const f of fields) {
    const { typeKey, types = [] } = f.ui;
    if (f.kind !== 'typed' || !typeKey) continue;
    const [word] = f.values?.(next) ?? [];
    const hadWords = (f.values?.(was) ?? []).length > 0;
    if (word !== undefined) {
      if (!hadWords) next = withValue(next, f, word);
      continue;
    }
    const type = typeIn(next, f);
    const lost = types.includes(type) && f.offersType?.(was, type) === true && !f.offersType(next, type);
    if (!hadWords && !lost) continue;
    const to = types.find((name) => f.offersType?.(next, name) ?? true) ?? type;
    const value = hadWords ? '' : carried(valueType(f, type).editor, valueType(f, to).editor, read(next, f));
    next = write(put(next, keyIn(next, typeKey, f.ui.typeAliases), to), f, value);
  }
  return next;
}

/** switched is the type that typed text asks for by its prefix, and the text without it. */
export function switched(field: Field, current: string, input: string): { type: string; value: string } | undefined {
  if (valueType(field, current).editor !== 'text') return undefined;
  const m = /^(msg|flow|global)\.(.*)$/s.exec(input);
  const type = m?.[1];
  if (!m || !type || !field.ui.types?.includes(type)) return undefined;
  return { type, value: m[2] ?? '' };
}

/** carried is the value after the type was changed: what still makes sense of the old one. */
export function carried(from: Editor, to: Editor, v: Json | undefined): Json {
  if (from === to) return v ?? '';
  const text = typeof v === 'string' ? v : v === undefined || v === null ? '' : String(v);
  if (to === 'none' || from === 'none' || from === 'date' || to === 'date') return '';
  if (to === 'bool') return bool(text) === false ? 'false' : 'true';
  if (from === 'bool' && to !== 'text' && to !== 'json') return '';
  if (to === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? text : '';
  return text;
}

/** wrong says what is wrong with a value of this type, if the browser can tell. */
export function wrong(editor: Editor, v: Json | undefined): string | undefined {
  if (typeof v !== 'string') return undefined;
  const blank = v.trim() === '';
  switch (editor) {
    case 'number':
      return blank || Number.isFinite(Number(v)) || v.startsWith('${')
        ? undefined
        : t('“{{value}}” is not a number.', { value: v });
    case 'json':
      if (blank || v.startsWith('${')) return undefined;
      try {
        JSON.parse(v);
        return undefined;
      } catch (e) {
        return t('Not JSON: {{reason}}', { reason: (e as Error).message });
      }
    case 'regex':
      try {
        new RegExp(v);
        return undefined;
      } catch (e) {
        const reason = (e as Error).message.replace(/^Invalid regular expression: /, '');
        return t('Not a regular expression: {{reason}}', { reason });
      }
    case 'path': {
      let depth = 0;
      for (const c of v.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')) {
        if (c === '[') depth++;
        else if (c === ']') depth--;
        if (depth < 0) return t('A ] without [.');
      }
      if (depth > 0) return t('A [ without ].');
      return /^\s|\s$|\.\.|\.$/.test(v) ? t('Not a path such as payload.text or payload[0].') : undefined;
    }
  }
  return undefined;
}
