import { createStore } from 'zustand/vanilla';
import type { FlowDoc, Id, Json, NodeRec } from './types';

/** What a node type publishes (`flowrill nodes --json`). */
export interface NodeType {
  type: string;
  aliases?: string[];
  category: string;
  icon?: string;
  inputs?: number;
  outputs?: string[];
  /** It does something outside: sends, writes, calls. */
  effect?: boolean;
  /** Markdown. */
  help?: string;
  schema: PropSchema;
}

export interface PropSchema {
  type?: string;
  format?: string;
  enum?: Json[];
  default?: Json;
  minimum?: number;
  maximum?: number;
  required?: string[];
  properties?: Record<string, PropSchema>;
  items?: PropSchema;
  additionalProperties?: PropSchema | boolean;
  'x-ui'?: XUi;
}

export interface XUi {
  label?: string;
  help?: string;
  placeholder?: string;
  widget?: string;
  aliases?: string[];
  ref?: string;
  typeKey?: string;
  types?: string[];
  ownTypes?: Record<string, { label?: string }>;
  enumLabels?: Record<string, string>;
  /** Outputs follow this property: one for each element, or as many as it says. */
  ports?: 'each' | 'count';
  initial?: Json;
  group?: string;
  order?: number;
  width?: number;
  when?: string;
  advanced?: boolean;
  /** Its text stands on a node without a name. */
  summary?: boolean;
  unit?: string;
  multiline?: boolean;
  language?: string;
  [more: string]: unknown;
}

/** Node types by canonical name and by alias. */
export const nodeTypes: Record<string, NodeType> = Object.create(null);
/** The types in the order they were published, each once. */
export const typeStore = createStore<{ types: NodeType[] }>(() => ({ types: [] }));

export function setNodeTypes(types: NodeType[]): void {
  for (const k of Object.keys(nodeTypes)) delete nodeTypes[k];
  for (const t of types) {
    for (const a of t.aliases ?? []) nodeTypes[a] = t;
  }
  for (const t of types) nodeTypes[t.type] = t;
  typeStore.setState({ types });
}

/** Types that can stand in a flow, not those of config nodes. */
export const isConfigType = (t: NodeType): boolean => t.category === 'config';

export const isMissing = (n: NodeRec): boolean =>
  n.kind !== 'junction' && n.kind !== 'instance' && !(n.type in nodeTypes);

export const categories = [
  'common',
  'messaging',
  'function',
  'network',
  'sequence',
  'parser',
  'storage',
  'subflows',
  'unknown',
] as const;
export type Category = (typeof categories)[number];

export function categoryOf(type: string): Category {
  if (type.startsWith('subflow:') || type === 'subflow') return 'subflows';
  const c = nodeTypes[type]?.category ?? 'unknown';
  return (categories as readonly string[]).includes(c) ? (c as Category) : 'unknown';
}

const categoryIcons: Record<Category, string> = {
  common: 'circle-dot',
  messaging: 'message-square',
  function: 'square-function',
  network: 'globe',
  sequence: 'list-ordered',
  parser: 'braces',
  storage: 'database',
  subflows: 'workflow',
  unknown: 'circle-help',
};

/** The name of a lucide icon. */
/** Of what is no node, but is found by a search. */
const objectIcons: Record<string, string> = { tab: 'file', group: 'group' };

export function iconOf(type: string): string {
  return nodeTypes[type]?.icon || objectIcons[type] || categoryIcons[categoryOf(type)];
}

export const subflowOf = (type: string): Id | undefined => (type.startsWith('subflow:') ? type.slice(8) : undefined);

/** What a type is called: "http-in" is "http in". */
export function typeTitle(type: string, doc?: FlowDoc): string {
  const sub = subflowOf(type);
  if (sub !== undefined) return doc?.subflows[sub]?.name || 'subflow';
  return (nodeTypes[type]?.type ?? type).replaceAll('-', ' ');
}

/** What stands on a node: its name, else what its summary properties say, else its type. */
export function labelOf(n: NodeRec, doc?: FlowDoc): string {
  if (n.name?.trim()) return n.name;
  if (n.kind === 'junction') return 'junction';
  return summaryOf(n) || typeTitle(n.type, doc);
}

const maxSummary = 60;

function summaryOf(n: NodeRec): string {
  const props = nodeTypes[n.type]?.schema.properties;
  if (!props) return '';
  const parts: string[] = [];
  // One of a few choices as it is with every new node tells nothing by itself: "GET" is no request yet.
  let told = false;
  for (const [key, p] of Object.entries(props)) {
    if (!p['x-ui']?.summary) continue;
    const v = valueOf(n, key, p);
    if (v === undefined || v === null || v === '' || typeof v === 'object') continue;
    if (!(p.enum || p['x-ui'].suggest) || v !== p.default) told = true;
    const typeKey = p['x-ui'].typeKey;
    const kind = typeKey ? n.rec[typeKey] : p['x-ui'].types?.[0];
    if (p.format === 'typed' && typeof kind === 'string') {
      const own = p['x-ui'].ownTypes?.[kind]?.label;
      if (own !== undefined) {
        parts.push(own);
        continue;
      }
      if (kind === 'msg' || kind === 'flow' || kind === 'global' || kind === 'env') {
        parts.push(`${kind}.${String(v)}`);
        continue;
      }
    }
    const word = p['x-ui'].enumLabels?.[String(v)] ?? String(v);
    parts.push(key === 'method' ? word.toUpperCase() : word);
  }
  if (!told) return '';
  const text = parts.join(' ').replace(/\s+/g, ' ').trim();
  return text.length > maxSummary ? `${text.slice(0, maxSummary - 1)}…` : text;
}

/** A property's value on a node: under its name, an older name, or the default. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: it is the value of a property
export function valueOf(n: NodeRec, key: string, p: PropSchema): Json | undefined {
  if (n.rec[key] !== undefined) return n.rec[key];
  for (const a of p['x-ui']?.aliases ?? []) if (n.rec[a] !== undefined) return n.rec[a];
  return p.default;
}

/** How many inputs a node has: 0 or 1. */
export function inputsOf(n: NodeRec, doc?: FlowDoc): number {
  if (n.kind === 'junction') return 1;
  if (n.kind === 'config') return 0;
  const sub = subflowOf(n.type);
  if (sub !== undefined) {
    const ports = doc?.subflows[sub]?.rec['in'];
    return doc && sub in doc.subflows ? (Array.isArray(ports) ? Math.min(ports.length, 1) : 0) : 1;
  }
  return Math.min(nodeTypes[n.type] ? (nodeTypes[n.type]?.inputs ?? 0) : 1, 1);
}

const maxOutputs = 500;

/** How many outputs a node has. Of an unknown type: as many as are wired. */
export function outputsOf(n: NodeRec, doc?: FlowDoc): number {
  if (n.kind === 'junction') return 1;
  if (n.kind === 'config') return 0;
  const sub = subflowOf(n.type);
  if (sub !== undefined) {
    const ports = doc?.subflows[sub]?.rec['out'];
    return Array.isArray(ports) ? ports.length : n.wires.length;
  }
  const t = nodeTypes[n.type];
  if (!t) return n.wires.length;
  for (const [key, p] of Object.entries(t.schema.properties ?? {})) {
    const ports = p['x-ui']?.ports;
    if (!ports) continue;
    const v = valueOf(n, key, p);
    if (ports === 'each') {
      const some = v ?? p['x-ui']?.initial;
      return Array.isArray(some) ? Math.min(some.length, maxOutputs) : (t.outputs?.length ?? 0);
    }
    const count = Number(v ?? t.outputs?.length ?? 1);
    return Number.isFinite(count) ? Math.max(0, Math.min(Math.trunc(count), maxOutputs)) : 1;
  }
  return t.outputs?.length ?? 0;
}

/** How many of its outputs a node has from rules, one each; they are the first ones. */
export function ruledOf(n: NodeRec): number {
  for (const [key, p] of Object.entries(nodeTypes[n.type]?.schema.properties ?? {})) {
    if (p['x-ui']?.ports !== 'each') continue;
    const rules = valueOf(n, key, p) ?? p['x-ui']?.initial;
    return Array.isArray(rules) ? Math.min(rules.length, maxOutputs) : 0;
  }
  return 0;
}

/** What an output is called, '' if it has no name. */
export function outputName(n: NodeRec, port: number, doc?: FlowDoc): string {
  const own = n.rec['outputLabels'];
  if (Array.isArray(own) && typeof own[port] === 'string' && own[port] !== '') return own[port];
  const sub = subflowOf(n.type);
  if (sub !== undefined) {
    const labels = doc?.subflows[sub]?.rec['outputLabels'];
    return Array.isArray(labels) && typeof labels[port] === 'string' ? labels[port] : '';
  }
  const t = nodeTypes[n.type];
  for (const [key, p] of Object.entries(t?.schema.properties ?? {})) {
    if (p['x-ui']?.ports !== 'each') continue;
    const rules = valueOf(n, key, p);
    const rule = Array.isArray(rules) ? rules[port] : undefined;
    return rule && typeof rule === 'object' && !Array.isArray(rule) ? ruleText(rule, p) : '';
  }
  return t?.outputs?.[port] ?? '';
}

function ruleText(rule: Record<string, Json>, p: PropSchema): string {
  const parts: string[] = [];
  for (const [key, item] of Object.entries(p.items?.properties ?? {})) {
    const v = rule[key];
    if (typeof v !== 'string' && typeof v !== 'number') continue;
    const labels = item['x-ui']?.enumLabels;
    if (item.enum && !labels && key !== 't') continue;
    parts.push(labels?.[String(v)] ?? String(v));
  }
  return parts
    .filter((x) => x !== '')
    .join(' ')
    .slice(0, 40);
}

/** The members a new node of a type starts with. */
export function defaultsOf(type: string): Record<string, Json> {
  const out: Record<string, Json> = {};
  for (const [key, p] of Object.entries(nodeTypes[type]?.schema.properties ?? {})) {
    if (p.format === 'secret') continue;
    const v = p['x-ui']?.initial ?? p.default;
    if (v !== undefined) out[key] = v;
    const typeKey = p['x-ui']?.typeKey;
    const first = p['x-ui']?.types?.[0];
    if (typeKey && v !== undefined && first !== undefined && !(typeKey in out)) out[typeKey] = first;
  }
  return out;
}
