import { expect, it } from 'vitest';
import { decode } from '../model/codec';
import { aroundOf } from './check';

it('a draft is judged with its flow, the config nodes and what it names, and nothing else', () => {
  const doc = decode([
    { id: 't', type: 'tab', label: 'Flow' },
    { id: 'u', type: 'tab', label: 'Other' },
    { id: 'v', type: 'vonage', name: 'Account' },
    { id: 'in', type: 'link in', z: 'u', x: 1, y: 1, wires: [['d']] },
    { id: 'd', type: 'debug', z: 't', x: 1, y: 1, wires: [] },
    { id: 'out', type: 'link out', z: 't', x: 1, y: 1, links: [], wires: [['d']] },
  ]);
  expect(aroundOf(doc, { id: 'out', type: 'link out', z: 't', x: 1, y: 1, links: ['in'], wires: [['d']] })).toEqual([
    { id: 't', type: 'tab', label: 'Flow' },
    { id: 'v', type: 'vonage', name: 'Account' },
    { id: 'in', type: 'link in', z: 'u', x: 1, y: 1, wires: [] },
    { id: 'out', type: 'link out', z: 't', x: 1, y: 1, links: ['in'], wires: [] },
  ]);
});
