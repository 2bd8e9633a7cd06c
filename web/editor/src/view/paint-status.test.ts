import { expect, it } from 'vitest';
import type { Status } from '../live';
import { decode } from '../model/codec';
import { setNodeTypes } from '../model/schema';
import { paintStatuses, statusColour } from './paint-status';
import { Scene } from './scene';
import { statusLook } from './status';
import type { Theme } from './theme';
import type { Ctx } from './wires';

const theme = {
  ...{ canvas: 'canvas', secondary: 'secondary', accent: 'accent' },
  ...{ error: 'error', warning: 'warning', ok: 'ok' },
} as Theme;

/** Writes down what is painted: there is no canvas outside of a browser. */
function recorder() {
  const painted: string[] = [];
  const state: Record<string, unknown> = {};
  const does: Record<string, (...args: unknown[]) => void> = {
    fillText: (text, x, y) => painted.push(`${text} ${state['fillStyle']} ${x} ${y}`),
    fill: () => painted.push(`fill ${state['fillStyle']}`),
    stroke: () => painted.push(`stroke ${state['strokeStyle']}`),
  };
  const ctx = new Proxy(state, { get: (s, k: string) => does[k] ?? s[k] ?? (() => {}) });
  return { ctx: ctx as unknown as Ctx, painted, state };
}

function paint(statuses: Record<string, Status>) {
  const type = { category: 'common', inputs: 1, outputs: [], schema: {} };
  setNodeTypes([{ ...type, type: 'debug' }]);
  const scene = new Scene();
  const at = { type: 'debug', z: 't', y: 100, wires: [] };
  scene.sync(
    decode([
      { id: 't', type: 'tab' },
      { id: 'a', ...at, x: 100 },
      { id: 'b', ...at, x: 300 },
    ]),
    't',
  );
  const { ctx, painted, state } = recorder();
  paintStatuses(ctx, [...scene.nodes.values()], (id) => statuses[id], theme);
  return { painted, state };
}

it('paints shape, colour and text below the nodes that have a status', () => {
  // a debug node is 100 × 30: its pill begins at 250 + 2, 115 + 3, its text 17 px in and half of 16 px down
  expect(paint({ b: { fill: 'red', shape: 'dot', text: 'no route' } }).painted).toEqual([
    'fill canvas',
    'fill error',
    'no route error 269 126.5',
  ]);
  expect(paint({ a: { fill: 'green', shape: 'ring', text: '' } }).painted).toEqual(['fill canvas', 'stroke ok']);
});

it('touches nothing where no node has one', () => {
  expect(paint({})).toEqual({ painted: [], state: {} });
});

it('has the colours of the page', () => {
  const colour = (fill: string, shape = 'dot') => statusColour(statusLook({ fill, shape, text: '' }), theme);
  expect(['red', 'yellow', 'green', 'blue', 'grey'].map((f) => colour(f))).toEqual([
    ...['error', 'warning', 'ok', 'accent', 'secondary'],
  ]);
  expect(['red', 'yellow', 'green', 'blue', 'grey'].map((f) => colour(f, 'ring'))).toEqual([
    ...['error', 'warning', 'ok', 'accent', 'secondary'],
  ]);
  expect(colour('purple')).toBe('purple');
  expect(colour('url(x)')).toBe('secondary');
});
