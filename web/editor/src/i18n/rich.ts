import { createElement, Fragment, type ReactNode } from 'react';
import { t, type Values } from '.';

// Stands around the names of parts; no text has it.
const mark = '\u0001';

/** A text with elements in it: each stands where `{{its name}}` is. */
export function tx(text: string, parts: Record<string, ReactNode>, values: Values = {}): ReactNode {
  const places = Object.fromEntries(Object.keys(parts).map((name) => [name, mark + name + mark]));
  return t(text, { ...values, ...places })
    .split(mark)
    .map((piece, i) => createElement(Fragment, { key: i }, i % 2 === 1 ? parts[piece] : piece));
}
