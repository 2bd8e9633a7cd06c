/** The schemas of what is no node: tabs, groups and subflows; and what every node has besides its type's own. */
import { nodeTypes } from '../model/schema';
import type { Rec } from '../model/types';
import type { Property } from './schema';
import { text } from './values';

const env = (help: string): Property => ({ format: 'json', 'x-ui': { label: 'Variables', widget: 'env', help } });
const info: Property = { type: 'string', 'x-ui': { label: 'Description', widget: 'markdown' } };

const own: Record<string, Property> = {
  tab: {
    type: 'object',
    properties: {
      label: { type: 'string', 'x-ui': { label: 'Name' } },
      env: env('The nodes of this flow see them.'),
      info,
    },
  },
  group: {
    type: 'object',
    properties: {
      name: { type: 'string', 'x-ui': { label: 'Name' } },
      style: { format: 'json', 'x-ui': { label: 'Colours', widget: 'groupStyle' } },
      env: env('The nodes of this group see them.'),
      info,
    },
  },
  subflow: {
    type: 'object',
    properties: {
      name: { type: 'string', 'x-ui': { label: 'Name' } },
      category: {
        type: 'string',
        'x-ui': { label: 'Category', placeholder: 'subflows', help: 'Where it stands in the palette.' },
      },
      env: env('Every instance may give its own values.'),
      info,
    },
  },
};

const instance: Property = {
  type: 'object',
  properties: { env: { format: 'json', 'x-ui': { label: 'Variables', widget: 'instanceEnv' } } },
};

/** schemaOf is the schema of an object's form, undefined for a node of unknown type. */
export function schemaOf(rec: Rec): Property | undefined {
  const type = text(rec.type);
  if (type.startsWith('subflow:')) return instance;
  return own[type] ?? (nodeTypes[type]?.schema as Property | undefined);
}

/** What the editor and the engine keep on every object; a form shows it elsewhere or not at all. */
export const common = new Set([
  'id',
  'type',
  'z',
  'g',
  'x',
  'y',
  'w',
  'h',
  'd',
  'l',
  'name',
  'label',
  'info',
  'wires',
  'env',
  'credentials',
  'inbox',
  'outputs',
  'inputs',
  'nodes',
  'style',
  'in',
  'out',
  'status',
  'disabled',
  'locked',
  'outputLabels',
  'inputLabels',
  'icon',
  'color',
  'category',
  'meta',
]);

/** inboxSchema is for nodes that work behind a queue (architecture: inboxes). */
export const inboxSchema: Property = {
  type: 'object',
  properties: {
    size: {
      type: 'integer',
      minimum: 1,
      default: 256,
      'x-ui': { label: 'Waiting messages', help: 'How many may wait for this node.', unit: 'at most' },
    },
    overflow: {
      type: 'string',
      enum: ['block', 'drop', 'fail'],
      default: 'block',
      'x-ui': { label: 'One more', enumLabels: { block: 'waits', drop: 'is dropped', fail: 'is an error' } },
    },
  },
};
