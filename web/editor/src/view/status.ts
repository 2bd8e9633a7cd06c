/** How a node's status is drawn: Node-RED's fill and shape become a shape and a colour with a meaning. */
import type { Status } from '../live';

export interface StatusLook {
  kind: 'ok' | 'dot' | 'waiting' | 'warning' | 'error';
  text: string;
  /** Of a fill that has no meaning of ours. */
  colour?: string;
}

const MOST = 40;

/** 40 characters, as people count them. */
export function short(text: string, most = MOST): string {
  const all = [...text.slice(0, most * 4)];
  return all.length > most ? `${all.slice(0, most - 1).join('')}…` : all.join('');
}

export function statusLook(s: Status): StatusLook {
  const text = short(String(s.text ?? '').trim());
  const ring = s.shape === 'ring';
  switch (s.fill) {
    case 'red':
      return { kind: ring ? 'waiting' : 'error', text, ...(ring ? { colour: 'var(--error)' } : {}) };
    case 'yellow':
      return { kind: ring ? 'waiting' : 'warning', text, ...(ring ? { colour: 'var(--warning)' } : {}) };
    case 'green':
      return ring ? { kind: 'waiting', text, colour: 'var(--ok)' } : { kind: 'ok', text };
    case 'blue':
      return { kind: ring ? 'waiting' : 'dot', text, colour: 'var(--accent)' };
    case undefined:
    case '':
    case 'grey':
    case 'gray':
      return { kind: ring || s.shape === undefined ? 'waiting' : 'dot', text };
    default:
      return { kind: ring ? 'waiting' : 'dot', text, ...(safeColour(s.fill) ? { colour: s.fill } : {}) };
  }
}

// A fill comes from a message: only what is plainly a colour gets into a style.
const safeColour = (c: string): boolean => /^(#[0-9a-f]{3,8}|[a-z]{3,20})$/i.test(c);
