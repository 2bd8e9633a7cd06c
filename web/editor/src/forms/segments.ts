/** How a text message is cut into parts (contract vonage.md §1.6). */

const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('|^€{}[]~\\\f');

export type Encoding = 'GSM-7' | 'UCS-2';

export interface Segments {
  encoding: Encoding;
  /** Septets of GSM-7, UTF-16 units of UCS-2. */
  units: number;
  segments: number;
  /** What the parts so far could hold. */
  capacity: number;
  /** The characters that made it UCS-2, or that GSM-7 was forced to lose: each once, at most eight. */
  odd: string[];
}

/** segmentsOf counts a text as it would be sent; `force` is the node's encoding where that is not automatic. */
export function segmentsOf(text: string, force?: 'text' | 'unicode'): Segments {
  const chars = Array.from(text);
  const odd: string[] = [];
  for (const c of chars) {
    if (!basic.has(c) && !extension.has(c) && !odd.includes(c) && odd.length < 8) odd.push(c);
  }
  const gsm = force === 'text' || (force !== 'unicode' && odd.length === 0);
  const sizes = chars.map((c) => (gsm ? (extension.has(c) ? 2 : 1) : c.length));
  const units = sizes.reduce((a, b) => a + b, 0);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  const encoding: Encoding = gsm ? 'GSM-7' : 'UCS-2';
  if (units <= single) return { encoding, units, segments: 1, capacity: single, odd };
  let segments = 1;
  let room = part;
  for (const size of sizes) {
    // a pair is not cut in two: the part before it stays shorter
    if (size > room) {
      segments++;
      room = part;
    }
    room -= size;
  }
  return { encoding, units, segments, capacity: segments * part, odd };
}
