/** How a text travels: GSM 03.38 septets or UCS-2, in how many parts (3GPP TS 23.038, 23.040). */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extension = '\f^{}\\[~]|€';
const gsm = new Set(basic);
const twice = new Set(extension);

export interface Segments {
  encoding: 'GSM-7' | 'UCS-2';
  /** Characters used, an extension counts two. */
  units: number;
  parts: number;
  /** Room in so many parts. */
  room: number;
}

export function segments(text: string): Segments {
  const plain = [...text].every((c) => gsm.has(c) || twice.has(c));
  if (plain) {
    const cost = (c: string) => (twice.has(c) ? 2 : 1);
    const units = [...text].reduce((n, c) => n + cost(c), 0);
    return { encoding: 'GSM-7', units, ...split([...text].map(cost), units, 160, 153) };
  }
  // A surrogate pair is not cut in two.
  const sizes = [...text].map((c) => c.length);
  return { encoding: 'UCS-2', units: text.length, ...split(sizes, text.length, 70, 67) };
}

function split(sizes: number[], units: number, alone: number, each: number): { parts: number; room: number } {
  if (units <= alone) return { parts: 1, room: alone };
  let parts = 1;
  let used = 0;
  for (const s of sizes) {
    if (used + s > each) {
      parts++;
      used = 0;
    }
    used += s;
  }
  return { parts, room: parts * each };
}

export function segmentText(text: string): string {
  const s = segments(text);
  return s.parts === 1 ? `${s.units}/${s.room} ${s.encoding}` : `${s.parts} parts ${s.encoding}`;
}
