import { describe, expect, it } from 'vitest';
import { segmentsOf } from './segments';

const r = (s: string, n: number) => s.repeat(n);

// The same cases as the engine's own counter (nodes/messaging/sms).
describe('parts of a text', () => {
  it.each<[string, string, 'unicode' | 'text' | undefined, number]>([
    ['empty', '', undefined, 1],
    ['160', r('a', 160), undefined, 1],
    ['161', r('a', 161), undefined, 2],
    ['306', r('a', 306), undefined, 2],
    ['307', r('a', 307), undefined, 3],
    ['612', r('a', 612), undefined, 4],
    ['613', r('a', 613), undefined, 5],
    ['letters of two bytes', r('é', 160), undefined, 1],
    ['80 euros are 160 septets', r('€', 80), undefined, 1],
    ['81 euros', r('€', 81), undefined, 2],
    ['a last euro that needs 161', `${r('a', 159)}€`, undefined, 2],
    ['153 euros are 306 septets but three parts', r('€', 153), undefined, 3],
    ['an escape pair kept whole at the cut', `${r('a', 152)}€${r('a', 152)}`, undefined, 3],
    ['an escape pair that just fits', `${r('a', 151)}€${r('a', 153)}`, undefined, 2],
    ['foreign letters forced into GSM-7', r('ж', 160), 'text', 1],
    ['70 units', r('ж', 70), undefined, 1],
    ['71 units', r('ж', 71), undefined, 2],
    ['135 units', r('ж', 135), undefined, 3],
    ['ASCII as unicode', r('a', 71), 'unicode', 2],
    ['35 emoji are 70 units', r('😀', 35), undefined, 1],
    ['67 emoji are 134 units but three parts', r('😀', 67), undefined, 3],
    ['a skin tone is four units', `${r('👍🏽', 17)}aa`, undefined, 1],
    ['a skin tone over', `${r('👍🏽', 17)}aaa`, undefined, 2],
    ['a surrogate pair kept whole', `${r('a', 66)}😀${r('a', 66)}`, undefined, 3],
  ])('%s', (_, text, force, want) => {
    expect(segmentsOf(text, force).segments).toBe(want);
  });

  it('says what makes it UCS-2', () => {
    expect(segmentsOf('“hi” – ça')).toMatchObject({
      encoding: 'UCS-2',
      odd: ['“', '”', '–', 'ç'],
      units: 9,
      capacity: 70,
    });
    expect(segmentsOf('plain £ {ok}')).toMatchObject({ encoding: 'GSM-7', odd: [], units: 14, capacity: 160 });
  });
});
