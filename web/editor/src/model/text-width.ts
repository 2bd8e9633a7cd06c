/**
 * Widths of text in Inter 13 px / 500, the font of node labels, so that a node
 * is as wide everywhere and nothing has to be measured in the browser. Units
 * are tenths of a pixel.
 */
const ascii = [
  35, 40, 64, 83, 84, 129, 85, 41, 48, 48, 68, 87, 39, 60, 39, 48, 84, 54, 80, 82, 85, 78, 82, 74, 82, 82, 39, 41, 87,
  87, 87, 69, 128, 92, 85, 95, 94, 78, 77, 97, 97, 35, 75, 89, 74, 119, 98, 100, 83, 100, 84, 84, 85, 96, 92, 130, 91,
  91, 83, 48, 48, 48, 62, 60, 44, 74, 80, 75, 80, 76, 49, 81, 78, 33, 33, 73, 33, 115, 78, 79, 80, 80, 50, 70, 44, 78,
  75, 108, 72, 75, 73, 57, 45, 57, 87,
];
const latin1 = [
  35, 40, 75, 81, 96, 72, 38, 74, 78, 119, 59, 79, 87, 0, 86, 60, 59, 87, 58, 59, 44, 78, 78, 39, 39, 41, 63, 79, 106,
  112, 116, 69, 92, 92, 92, 92, 92, 92, 130, 95, 78, 78, 78, 78, 35, 35, 35, 35, 97, 98, 100, 100, 100, 100, 100, 87,
  100, 96, 96, 96, 96, 91, 84, 82, 74, 74, 74, 74, 74, 74, 119, 75, 76, 76, 76, 76, 33, 33, 33, 33, 76, 78, 79, 79, 79,
  79, 79, 87, 79, 78, 78, 78, 78, 75, 80, 75,
];
const ellipsis = 118;

function charWidth(code: number): number {
  if (code < 0x20) return 0;
  if (code < 0x7f) return ascii[code - 0x20] ?? 80;
  if (code < 0xa0) return 0;
  if (code < 0x100) return latin1[code - 0xa0] ?? 80;
  if (code < 0x300) return 77;
  if (code < 0x370) return 0; // combining marks
  if (code < 0x400) return 77;
  if (code < 0x530) return 90;
  if (code >= 0x200b && code <= 0x200f) return 0; // joiners, direction marks
  if (code === 0x2026) return ellipsis;
  if (code >= 0xfe00 && code <= 0xfe0f) return 0; // variation selectors
  if (code >= 0x1100 && (code < 0x1200 || code >= 0x2e80)) return code >= 0x1f000 ? 170 : 130; // full width
  return 85;
}

/** Width of one line in pixels. */
export function textWidth(text: string): number {
  let tenths = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0;
    if (code > 0xffff) i++;
    tenths += charWidth(code);
  }
  return tenths / 10;
}

/** The text, or as much of its beginning as fits into max pixels with an ellipsis. */
export function fitText(text: string, max: number): string {
  // No label is worth walking a whole pasted book for.
  const head = text.length > 500 ? text.slice(0, 500) : text;
  if (head === text && textWidth(text) <= max) return text;
  let tenths = 0;
  let end = 0;
  while (end < head.length) {
    const code = head.codePointAt(end) ?? 0;
    tenths += charWidth(code);
    if (tenths + ellipsis > max * 10) break;
    end += code > 0xffff ? 2 : 1;
  }
  return `${head.slice(0, end).trimEnd()}…`;
}
