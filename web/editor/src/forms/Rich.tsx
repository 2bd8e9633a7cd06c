/** A line of help: `code` and *words* of the schema's help texts, nothing else of Markdown. */
import { Fragment } from 'react';

export const Rich = ({ text }: { text: string }) =>
  text.split(/(`[^`]+`|<<[^>]+>>|\*[^*\s][^*]*\*|\b(?:msg|flow|global|env)\.[\w.]*\w)/).map((part, i) => {
    if (part.startsWith('`') && part.length > 1) return <code key={i}>{part.slice(1, -1)}</code>;
    if (part.startsWith('*') && part.length > 2) return <em key={i}>{part.slice(1, -1)}</em>;
    return i % 2 ? <code key={i}>{part}</code> : <Fragment key={i}>{part}</Fragment>;
  });
