/** The schemas of what is no node: tabs, groups and subflows; and what every node has besides its type's own. */
import { inLanguage, t } from '../i18n';
import { nodeTypes } from '../model/schema';
import type { Rec } from '../model/types';
import type { Property } from './schema';
import { text } from './values';

const env = (help: string): Property => ({ format: 'json', 'x-ui': { label: t('Variables'), widget: 'env', help } });
const info = (): Property => ({ type: 'string', 'x-ui': { label: t('Description'), widget: 'markdown' } });

const own = inLanguage(
  (): Record<string, Property> => ({
    tab: {
      type: 'object',
      properties: {
        label: { type: 'string', 'x-ui': { label: t('Name') } },
        env: env(t('The nodes of this flow see them.')),
        info: info(),
      },
    },
    group: {
      type: 'object',
      properties: {
        name: { type: 'string', 'x-ui': { label: t('Name') } },
        style: { format: 'json', 'x-ui': { label: t('Colours'), widget: 'groupStyle' } },
        env: env(t('The nodes of this group see them.')),
        info: info(),
      },
    },
    subflow: {
      type: 'object',
      properties: {
        name: { type: 'string', 'x-ui': { label: t('Name') } },
        category: {
          type: 'string',
          'x-ui': { label: t('Category'), placeholder: 'subflows', help: t('Where it stands in the palette.') },
        },
        env: env(t('Every instance may give its own values.')),
        info: info(),
      },
    },
  }),
);

const instance = inLanguage(
  (): Property => ({
    type: 'object',
    properties: { env: { format: 'json', 'x-ui': { label: t('Variables'), widget: 'instanceEnv' } } },
  }),
);

/** schemaOf is the schema of an object's form, undefined for a node of unknown type. */
export function schemaOf(rec: Rec): Property | undefined {
  const type = text(rec.type);
  if (type.startsWith('subflow:')) return instance();
  return own()[type] ?? (nodeTypes[type]?.schema as Property | undefined);
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
export const inboxSchema = inLanguage(
  (): Property => ({
    type: 'object',
    properties: {
      size: {
        type: 'integer',
        minimum: 1,
        default: 256,
        'x-ui': { label: t('Waiting messages'), help: t('How many may wait for this node.'), unit: t('at most') },
      },
      overflow: {
        type: 'string',
        enum: ['block', 'drop', 'fail'],
        default: 'block',
        'x-ui': {
          label: t('One more'),
          enumLabels: { block: t('waits'), drop: t('is dropped'), fail: t('is an error') },
        },
      },
    },
  }),
);
