import { render } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { portColor } from '../forms/rules/colors';
import { decode } from '../model/codec';
import { setNodeTypes } from '../model/schema';
import type { Rec } from '../model/types';
import { Near } from './near';
import { NodeView } from './node-view';
import { Scene } from './scene';

const rules = { type: 'array', items: { type: 'object', properties: {} }, 'x-ui': { ports: 'each' as const } };

beforeEach(() => {
  const type = { category: 'function', inputs: 1, outputs: ['', ''] };
  setNodeTypes([
    { ...type, type: 'switch', schema: { properties: { rules } } },
    { ...type, type: 'function', schema: {} },
  ]);
});

function stripes(rec: Rec): string[] {
  const scene = new Scene();
  scene.sync(
    decode([
      { id: 't', type: 'tab' },
      { id: 'n', z: 't', x: 100, y: 100, wires: [], ...rec },
    ]),
    't',
  );
  const node = scene.nodes.get('n');
  if (!node) throw new Error('not in the scene');
  const { container } = render(<NodeView node={node} near={new Near(() => {})} />);
  const ports = [...container.querySelectorAll('[data-side=out]')];
  return ports.map((p) => p.querySelector<HTMLElement>('.cv-rule')?.style.background ?? '');
}

it('gives each output that a rule makes the colour the rule has in the form', () => {
  expect(stripes({ type: 'switch', rules: [{ t: 'eq' }, { t: 'else' }] })).toEqual([portColor(0), portColor(1)]);
});

it('gives none to an output that is only wired, or that no rule makes', () => {
  expect(stripes({ type: 'switch', rules: [{ t: 'eq' }], wires: [[], ['x']] })).toEqual([portColor(0), '']);
  expect(stripes({ type: 'function' })).toEqual(['', '']);
});
