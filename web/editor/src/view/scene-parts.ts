/** Makes drawable nodes, groups and virtual wires from records. */
import { t } from '../i18n';
import { JUNCTION, labelLines, nodeSize } from '../model/geometry';
import { categoryOf, iconOf, inputsOf, isMissing, labelOf, outputName, outputsOf, ruledOf } from '../model/schema';
import type { FlowDoc, GroupRec, Id, Json, NodeRec, SubflowRec } from '../model/types';

export type SceneKind = 'node' | 'junction' | 'in' | 'out' | 'status';

export interface SceneNode {
  id: Id;
  kind: SceneKind;
  type: string;
  x: number;
  y: number;
  w: number;
  h: number;
  /** What a reader is told; lines is what is drawn. */
  label: string;
  lines: string[];
  showLabel: boolean;
  /** Has a name of its own, rather than that of its type. */
  named: boolean;
  inputs: number;
  outputs: number;
  outputNames: string[];
  /** How many of the outputs are made by rules, the first ones: they wear the colour of their rule. */
  ruled: number;
  category: string;
  icon: string;
  disabled: boolean;
  unknown: boolean;
  button: 'left' | 'right' | undefined;
  /** A debug node that listens, an inject that can be pressed. */
  pressed: boolean;
  g: Id | undefined;
  order: number;
  rec: NodeRec | undefined;
}

export interface SceneGroup {
  id: Id;
  g: Id | undefined;
  x: number;
  y: number;
  w: number;
  h: number;
  name: string;
  nodes: Id[];
  depth: number;
  stroke: string;
  fill: string;
  fillOpacity: number;
  rec: GroupRec;
}

const str = (v: Json | undefined): string => (typeof v === 'string' ? v : '');
const num = (v: Json | undefined, or: number): number => (typeof v === 'number' ? v : or);
const list = (v: Json | undefined): Json[] => (Array.isArray(v) ? v : []);
const obj = (v: Json | undefined): Record<string, Json> => (v && typeof v === 'object' && !Array.isArray(v) ? v : {});

/** Node-RED writes some types with a space, we with a hyphen. */
export const plainType = (type: string): string => type.replace(/ /g, '-');
export const isLink = (type: string): boolean => /^link-(in|out|call)$/.test(plainType(type));

export function makeNode(rec: NodeRec, doc: FlowDoc): SceneNode {
  if (rec.kind === 'junction') return junction(rec);
  const type = plainType(rec.type);
  const instance = rec.kind === 'instance';
  const unknown = instance ? !(rec.type.slice('subflow:'.length) in doc.subflows) : isMissing(rec);
  const label = unknown && !rec.name ? t('missing: {{type}}', { type: rec.type }) : labelOf(rec, doc);
  const showLabel = rec.l ?? !/^link-(in|out)$/.test(type);
  // A wire that is there is drawn, even where the type says there is no such output.
  const wired = rec.wires.reduce((n, targets, i) => (targets.length > 0 ? i + 1 : n), 0);
  const outputs = Math.max(outputsOf(rec, doc), wired);
  const inputs = inputsOf(rec, doc);
  return {
    ...{ id: rec.id, kind: 'node', type: rec.type, x: rec.x ?? 0, y: rec.y ?? 0 },
    ...nodeSize({ label, inputs, outputs, showLabel }),
    ...{ label, lines: labelLines(label), showLabel, named: Boolean(rec.name), inputs, outputs },
    outputNames: Array.from({ length: outputs }, (_, i) => outputName(rec, i, doc)),
    ruled: ruledOf(rec),
    category: unknown ? 'unknown' : type === 'catch' ? 'error' : categoryOf(rec.type),
    icon: unknown ? 'circle-help' : instance ? 'workflow' : iconOf(rec.type),
    disabled: rec.d === true,
    unknown,
    button: type === 'inject' ? 'left' : type === 'debug' ? 'right' : undefined,
    pressed: type === 'debug' && rec.rec['active'] !== false && rec.rec['active'] !== 'false',
    ...{ g: rec.g, order: 0, rec },
  };
}

function bare(id: Id, kind: SceneKind, label: string, x: number, y: number): SceneNode {
  return {
    ...{
      id,
      kind,
      type: kind,
      x,
      y,
      w: 40,
      h: 40,
      label,
      lines: [label],
      showLabel: true,
      named: true,
      outputNames: [],
      ruled: 0,
    },
    ...{
      inputs: kind === 'in' ? 0 : 1,
      outputs: kind === 'in' ? 1 : 0,
      category: 'subflows',
      icon: '',
      disabled: false,
    },
    ...{ unknown: false, button: undefined, pressed: false, g: undefined, order: 0, rec: undefined },
  };
}

function junction(rec: NodeRec): SceneNode {
  const at = bare(rec.id, 'junction', 'junction', rec.x ?? 0, rec.y ?? 0);
  return { ...at, ...{ w: JUNCTION, h: JUNCTION, inputs: 1, outputs: 1, named: false, g: rec.g, rec } };
}

export const portNodeId = (sf: Id, kind: 'in' | 'out' | 'status', i = 0): Id => `${sf}/${kind}/${i}`;

/** Which port of its subflow a drawn port stands for. */
export function portOf(id: Id): { sf: Id; kind: 'in' | 'out' | 'status'; i: number } | undefined {
  const m = /^(.*)\/(in|out|status)\/(\d+)$/.exec(id);
  return m ? { sf: m[1] as Id, kind: m[2] as 'in' | 'out' | 'status', i: Number(m[3]) } : undefined;
}

/** The ends of a subflow, seen from inside. */
export function portNodes(sf: SubflowRec): SceneNode[] {
  const at = (v: Json, kind: 'in' | 'out' | 'status', i: number, label: string) =>
    bare(portNodeId(sf.id, kind, i), kind, label, num(obj(v).x, 60), num(obj(v).y, 60 + 60 * i));
  return [
    ...list(sf.rec.in).map((v, i) => at(v, 'in', i, t('input'))),
    ...list(sf.rec.out).map((v, i) => at(v, 'out', i, t('output {{n}}', { n: i + 1 }))),
    ...(sf.rec.status ? [at(sf.rec.status, 'status', 0, t('status'))] : []),
  ];
}

/** The wires at the ends of a subflow, which its record holds. */
export function inLayers(sf: SubflowRec): { from: Id; port: number; to: Id }[] {
  const into = list(sf.rec.in).flatMap((v, i) =>
    list(obj(v).wires).map((w) => ({ from: portNodeId(sf.id, 'in', i), port: 0, to: str(obj(w).id) })),
  );
  const ends: [Json, Id][] = list(sf.rec.out).map((v, i) => [v, portNodeId(sf.id, 'out', i)]);
  if (sf.rec.status) ends.push([sf.rec.status, portNodeId(sf.id, 'status')]);
  const from = ends.flatMap(([v, to]) =>
    list(obj(v).wires).map((w) => {
      const source = str(obj(w).id);
      return { from: source === sf.id ? portNodeId(sf.id, 'in', 0) : source, port: num(obj(w).port, 0), to };
    }),
  );
  return [...into, ...from];
}

/** From and to of link nodes that know each other; either end may be the one that says so. */
export function linkPairs(nodes: Map<Id, SceneNode>): [Id, Id][] {
  const pairs = new Map<string, [Id, Id]>();
  for (const n of nodes.values()) {
    if (!n.rec || !isLink(n.type)) continue;
    for (const v of list(n.rec.rec.links)) {
      const other = nodes.get(str(v));
      if (!other || !isLink(other.type)) continue;
      const pair: [Id, Id] = plainType(n.type) === 'link-in' ? [other.id, n.id] : [n.id, other.id];
      pairs.set(pair.join('\n'), pair);
    }
  }
  return [...pairs.values()];
}

/** Groups, outer ones first. */
export function groupsOf(recs: GroupRec[]): SceneGroup[] {
  const by = new Map(recs.map((g) => [g.id, g]));
  const depth = (g: GroupRec, seen = 0): number => {
    const outer = g.g && seen < 100 ? by.get(g.g) : undefined;
    return outer ? 1 + depth(outer, seen + 1) : 0;
  };
  return recs
    .map((rec) => {
      const style = obj(rec.rec.style);
      return {
        ...{
          id: rec.id,
          g: rec.g,
          x: rec.x,
          y: rec.y,
          w: rec.w,
          h: rec.h,
          name: style.label === false ? '' : rec.name,
        },
        ...{ nodes: rec.nodes, depth: depth(rec), stroke: str(style.stroke), fill: str(style.fill), rec },
        fillOpacity: Math.min(1, Math.max(0, Number(style['fill-opacity'] ?? 0.5) || 0)),
      };
    })
    .sort((a, b) => a.depth - b.depth);
}

/** What a port is called: by its name or its number. */
export const outputText = (n: SceneNode, port: number): string =>
  n.outputNames[port] || (n.outputs > 1 ? t('output {{n}}', { n: port + 1 }) : t('output'));
