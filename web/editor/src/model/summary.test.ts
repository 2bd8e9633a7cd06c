// @vitest-environment node
import { expect, it } from 'vitest';
import { decode } from './codec';
import { restartWords } from './summary';

const doc = decode(
  ['a', 'b', 'c', 'd'].map((id) => ({ id, type: 'n', name: id.toUpperCase(), z: '', x: 1, y: 1, wires: [] })),
);

it.each([
  [0, [], 'Restarts nothing'],
  [1, ['a'], 'Restarts A'],
  [3, ['a', 'b', 'c'], 'Restarts A, B, C'],
  [4, ['a', 'b', 'c', 'd'], 'Restarts A, B and 2 more'],
  [1200, ['a', 'b', 'c', 'd'], 'Restarts A, B and 1,198 more'],
])('says what %i nodes restart', (count, ids, words) => {
  expect(restartWords({ count, ids }, doc)).toBe(words);
});
