import { beforeAll, expect, it } from 'vitest';
import { decodeObject } from './codec';
import { labelOf, setNodeTypes } from './schema';
import type { NodeRec, Rec } from './types';

beforeAll(() => {
  const text = (ui: object, more: object = {}) => ({ type: 'string', ...more, 'x-ui': { summary: true, ...ui } });
  setNodeTypes([
    {
      type: 'http-in',
      category: 'network',
      schema: { properties: { method: text({ suggest: ['get', 'post'] }, { default: 'get' }), url: text({}) } },
    },
    {
      type: 'send-message',
      category: 'messaging',
      schema: {
        properties: {
          channel: text({ enumLabels: { sms: 'SMS', mms: 'MMS' } }, { enum: ['sms', 'mms'], default: 'sms' }),
        },
      },
    },
    {
      type: 'debug',
      category: 'common',
      schema: {
        properties: {
          complete: {
            format: 'typed',
            default: 'payload',
            'x-ui': { summary: true, typeKey: 'targetType', types: ['msg'] },
          },
        },
      },
    },
  ]);
});

it.each<[string, Rec, string]>([
  ['its name', { type: 'http-in', name: 'Texts', url: '/sms' }, 'Texts'],
  ['what its summary says', { type: 'http-in', url: '/sms' }, 'GET /sms'],
  ['what is chosen in it', { type: 'http-in', method: 'post' }, 'POST'],
  ['its type, while nothing is said in it', { type: 'http-in', method: 'get', url: '' }, 'http in'],
  ['its type, though its one choice has a default', { type: 'send-message', channel: 'sms' }, 'send message'],
  ['another choice', { type: 'send-message', channel: 'mms' }, 'MMS'],
  ['a default that does tell', { type: 'debug', targetType: 'msg' }, 'msg.payload'],
  ['its type, of which there is none', { type: 'ui-chart' }, 'ui chart'],
])('a node is called by %s', (_, rec, label) => {
  expect(labelOf(decodeObject({ id: 'n', z: 't', x: 1, y: 1, wires: [], ...rec }, 'n') as NodeRec)).toBe(label);
});
