/** The flow document as the editor holds it. Pure data: neither React nor the DOM. */

export type Id = string;
export type Json = null | boolean | number | string | Json[] | { [k: string]: Json };
/** An object of the flow file as it was read, untouched fields and key order included. */
export type Rec = Record<string, Json>;

/** A flow node, config node, junction or subflow instance. */
export interface NodeRec {
  id: Id;
  type: string;
  /** Tab or subflow it is in, '' for a global config node. */
  z: Id;
  g?: Id;
  /** Centre. Config nodes have neither x nor y. */
  x?: number;
  y?: number;
  w?: number;
  h?: number;
  name?: string;
  /** Disabled. */
  d?: boolean;
  /** Label shown; absent = the type's default. */
  l?: boolean;
  /** Per output the ids it is wired to. */
  wires: Id[][];
  rec: Rec;
  kind: 'node' | 'config' | 'junction' | 'instance';
}

export interface TabRec {
  id: Id;
  label: string;
  disabled: boolean;
  locked: boolean;
  rec: Rec;
  /** The editor made it for a document without one: the server does not have it. */
  made?: true;
}

export interface GroupRec {
  id: Id;
  z: Id;
  g?: Id;
  name: string;
  nodes: Id[];
  x: number;
  y: number;
  w: number;
  h: number;
  rec: Rec;
}

/** rec holds in, out, status and env. */
export interface SubflowRec {
  id: Id;
  name: string;
  rec: Rec;
}

export interface FlowDoc {
  tabs: Record<Id, TabRec>;
  nodes: Record<Id, NodeRec>;
  groups: Record<Id, GroupRec>;
  subflows: Record<Id, SubflowRec>;
  /** Ids of all objects, as in the file. */
  order: Id[];
  /** Revision on the server this is based on. */
  rev: string;
}

export type AnyRec = NodeRec | TabRec | GroupRec | SubflowRec;

/** `source:port>target` */
export type WireId = `${Id}:${number}>${Id}`;

export const wireId = (source: Id, port: number, target: Id): WireId => `${source}:${port}>${target}`;

/** The parts of a wire's id. Ids of nodes may hold any character but '>'. */
export function wireParts(wire: WireId): { source: Id; port: number; target: Id } {
  const end = wire.indexOf('>');
  const colon = wire.lastIndexOf(':', end);
  return { source: wire.slice(0, colon), port: Number(wire.slice(colon + 1, end)), target: wire.slice(end + 1) };
}

/** What is wrong with a node, from the server's check or the editor's own. */
export interface Problem {
  severity: 'error' | 'notice';
  node?: Id;
  name?: string;
  type?: string;
  property?: string;
  message: string;
  code?: string;
}
