import { nodeTypes } from './schema';
import type { Problem } from './types';

/** The label of the field that a problem is about, with the row within: "Rules 2". Empty where the form has no such field. */
export function fieldOf(p: Problem, type = p.type ?? ''): string {
  const [, key = '', row] = /^([^.[]+)(?:\[(\d+)\])?/.exec(p.property ?? '') ?? [];
  const label = nodeTypes[type]?.schema.properties?.[key]?.['x-ui']?.label;
  if (!label) return '';
  return row === undefined ? label : `${label} ${Number(row) + 1}`;
}

/** Whether a message goes on where the name of its field stands: "is required", but not "SyntaxError: …". */
export const goesOn = (message: string): boolean =>
  /^(is|are|has|have|must|may|can|cannot|needs|names|lists)\b/.test(message);

/** A problem in one line, for where its node is known: "To is required". */
export function lineOf(p: Problem, type?: string): string {
  const field = fieldOf(p, type);
  return field ? `${field}${goesOn(p.message) ? '' : ':'} ${p.message}` : p.message;
}
