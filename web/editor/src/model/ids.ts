import type { FlowDoc, Id } from './types';

/** A new id: 16 lower-case hex digits, as Node-RED makes them. */
export function newId(): Id {
  const b = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
}

export const hasId = (doc: FlowDoc, id: Id): boolean =>
  id in doc.nodes || id in doc.tabs || id in doc.groups || id in doc.subflows;
