import { decode, encode } from '../model/codec';
import type { NodeType } from '../model/schema';
import type { FlowDoc, Id, Json, Problem, Rec } from '../model/types';
import { call } from './http';

/** What is below the admin root (contract admin-api.md; ours under flowrill/v1). */

export type DeployType = 'full' | 'flows' | 'nodes';

/** ms: a server that has not answered then will not. Nodes have 15 s to close. */
const deployWithin = 60_000;

const v2 = { 'Node-RED-API-Version': 'v2' };
const seg = encodeURIComponent;

export async function getFlows(): Promise<FlowDoc> {
  const { flows, rev } = await call<{ flows: Rec[]; rev: string }>('flows', { headers: v2 });
  return decode(flows, rev);
}

/** Deploys. A rev that is not the server's any more is refused with 409; strict refuses what has errors. */
export function postFlows(doc: FlowDoc, o: { type: DeployType; strict: boolean }): Promise<{ rev: string }> {
  const headers: Record<string, string> = { ...v2, 'Node-RED-Deployment-Type': o.type };
  if (o.strict) headers['Flowrill-Strict'] = 'true';
  const signal = AbortSignal.timeout(deployWithin);
  return call('flows', { method: 'POST', headers, signal, body: { flows: encode(doc), rev: doc.rev } });
}

export type RunState = 'start' | 'stop' | 'safe';
export const getState = () => call<{ state: RunState }>('flows/state');
export const setState = (state: RunState) =>
  call<{ state: RunState }>('flows/state', { method: 'POST', body: { state } });

/** Every node type with its form. */
export const getNodes = () => call<NodeType[]>('flowrill/v1/nodes');

/** What a deploy stops and starts again: how many, and the first of them. */
export interface Restarts {
  count: number;
  ids: Id[];
}

/** What is wrong with flows, which are not deployed, and what that would restart. */
export const check = (flows: Rec[], signal?: AbortSignal) =>
  call<{ rev: string; problems: Problem[]; restarts?: Record<DeployType, Restarts> }>('flowrill/v1/check', {
    method: 'POST',
    body: flows,
    ...(signal ? { signal } : {}),
  });

/** A value as debug shows it. */
export interface Shown {
  msg: string;
  format: string;
}

/** The whole value of a debug message, of which the panel has the beginning. */
export const whole = (session: string, seq: number) => call<Shown>(`flowrill/v1/debug/${seg(session)}/${seq}`);

/** What a template makes of a message. */
export const render = (template: string, msg: Json, flow?: Id, signal?: AbortSignal) =>
  call<{ text: string; value: Shown }>('flowrill/v1/render', {
    method: 'POST',
    body: flow === undefined ? { template, msg } : { template, msg, flow },
    ...(signal ? { signal } : {}),
  });

export const inject = (id: Id) => call<string>(`inject/${seg(id)}`, { method: 'POST', body: {} });
export const debug = (id: Id, on: boolean) =>
  call<string>(`debug/${seg(id)}/${on ? 'enable' : 'disable'}`, { method: 'POST', body: {} });

export interface Revision {
  number: number;
  rev: string;
  time: string;
  author?: string;
  note?: string;
}
export const revisions = () => call<Revision[]>('flowrill/v1/revisions');
export const revision = (n: number) => call<Revision & { flows: Rec[] }>(`flowrill/v1/revisions/${n}`);
export const restore = (n: number) =>
  call<{ rev: string; problems?: Problem[] }>(`flowrill/v1/revisions/${n}/restore`, { method: 'POST', body: {} });

/** Which secrets of a node are set: {has_token: true}. */
export const credentials = (type: string, id: Id) =>
  call<Record<string, Json>>(`credentials/${seg(type.replaceAll(' ', '-'))}/${seg(id)}`);

export type Scope = 'global' | 'flow' | 'node';
const contextPath = (scope: Scope, id: Id) => `context/${scope}${scope === 'global' ? '' : `/${seg(id)}`}`;

/** By store, by key. */
export const getContext = (scope: Scope, id: Id) => call<Record<string, Record<string, Shown>>>(contextPath(scope, id));
export const setContext = (scope: Scope, id: Id, key: string, store: string, value: Json) =>
  call<void>(`flowrill/v1/${contextPath(scope, id)}/${seg(key)}?store=${seg(store)}`, {
    method: 'PUT',
    body: { value },
  });
export const deleteContext = (scope: Scope, id: Id, key: string, store: string) =>
  call<void>(`${contextPath(scope, id)}/${seg(key)}?store=${seg(store)}`, { method: 'DELETE' });

export interface Settings {
  version: string;
  context: { default: string; stores: string[] };
  user?: { username: string; permissions: string };
  flowrill?: { version: string };
}
export const getSettings = () => call<Settings>('settings');

/** A person who wants no more texts from a number of ours, or with * from any. */
export interface OptOut {
  own: string;
  peer: string;
  at: string;
  /** The word they used, "receipt 9", or "list". */
  by: string;
}
const optOutPath = (own: string, peer: string) => `opt-outs/${seg(own)}/${seg(peer)}`;
export const optOuts = () => call<OptOut[]>('opt-outs');
export const optOutsCSV = () => call<string>('opt-outs?format=csv');
export const addOptOut = (own: string, peer: string) => call<void>(optOutPath(own, peer), { method: 'PUT' });
export const removeOptOut = (own: string, peer: string) => call<void>(optOutPath(own, peer), { method: 'DELETE' });

/** A text that the simulated provider took from the flow. */
export interface Sent {
  api: string;
  from: string;
  to: string;
  text: string;
  id: string;
  channel: string;
  type: string;
  parts: number;
  time: string;
  status: string;
}
export interface Webhook {
  url: string;
  status?: number;
  error?: string;
  ms?: number;
}
export const clearOutbox = () => call<void>('simulator/outbox', { method: 'DELETE' });
/** A trouble that requests to the simulated provider meet; without a count until it is cleared. */
export interface Fault {
  kind: string;
  accepted?: boolean;
  count?: number;
}
export const faults = () => call<Fault[]>('simulator/faults');
export const addFault = (f: Fault) => call<Fault>('simulator/faults', { method: 'POST', body: { ...f } });
export const clearFaults = () => call<void>('simulator/faults', { method: 'DELETE' });
/** What becomes of messages; `after` in ms. */
export interface Delivery {
  status?: string;
  after?: number;
}
export const deliveries = () => call<Delivery[]>('simulator/deliveries');
export const addDelivery = (d: Delivery) => call<Delivery>('simulator/deliveries', { method: 'POST', body: { ...d } });
export const clearDeliveries = () => call<void>('simulator/deliveries', { method: 'DELETE' });
export const moveClock = (advance: number) =>
  call<{ now: string }>('simulator/clock', { method: 'POST', body: { advance } });

/** A text to the flow: as a webhook, or several: `copies` of it, or a long text in parts that come in any order. */
export interface Inbound {
  from: string;
  to: string;
  text: string;
  url?: string;
  format?: string;
  copies?: number;
  split?: boolean;
  shuffle?: boolean;
  /** What we call it: so it comes back on the live channel. */
  ref?: string;
}
/** A text to the flow, of whoever sent it. */
export interface Texted {
  ref: string;
  from: string;
  to: string;
  text: string;
  type: string;
  time: string;
}
export const sendInbound = (m: Inbound) =>
  call<Webhook | Webhook[]>('simulator/inbound', { method: 'POST', body: { ...m } });
