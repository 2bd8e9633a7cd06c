/** All that forms need of the rest of the editor: document, node types, live values, server. */

import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useSession } from '../app/session';
import { t } from '../i18n';
import { lastMessages, type PortValue, values } from '../live';
import { encodeObject, objectOf } from '../model/codec';
import { docStore } from '../model/doc-store';
import { labelOf, type NodeType, nodeTypes, typeStore, typeTitle } from '../model/schema';
import type { FlowDoc, Id, Json, NodeRec, Rec } from '../model/types';
import * as api from '../net/api';
import { ApiError } from '../net/http';
import { watchValues } from '../view/watch';
import { draftStore } from './drafts';
import type { Choice } from './widgets/PickList';

/** recordOf is an object of the document as the file has it. */
export function recordOf(doc: FlowDoc, id: Id): Rec | undefined {
  const r = objectOf(doc, id);
  return r && encodeObject(r);
}

export const useRecord = (id: Id): Rec | undefined => useStore(docStore, (s) => recordOf(s.doc, id));

export function useNodeType(type: string): NodeType | undefined {
  return useStore(typeStore, () => nodeTypes[type]);
}

/** sameType tells whether two spellings mean one type. */
export const sameType = (a: string, b: string): boolean =>
  a === b || (nodeTypes[a] !== undefined && nodeTypes[a] === nodeTypes[b]);

export interface Instance {
  id: Id;
  label: string;
  uses: number;
  disabled: boolean;
}

/** usersOf are the nodes that have this id as a property, whatever its name. */
export function usersOf(doc: FlowDoc, id: Id): NodeRec[] {
  const mentions = (v: Json): boolean =>
    v === id || (typeof v === 'object' && v !== null && Object.values(v).some(mentions));
  return Object.values(doc.nodes).filter(
    (n) =>
      n.id !== id &&
      Object.entries(n.rec).some(([k, v]) => k !== 'id' && k !== 'z' && k !== 'g' && k !== 'wires' && mentions(v)),
  );
}

/** useInstances are the config nodes of a type that a node of this flow may use. */
export function useInstances(type: string, flow: Id): Instance[] {
  const doc = useStore(docStore, (s) => s.doc);
  return useMemo(
    () =>
      Object.values(doc.nodes)
        .filter((n) => n.kind === 'config' && sameType(n.type, type) && (n.z === '' || n.z === flow || !flow))
        .map((n) => ({ id: n.id, label: labelOf(n, doc), uses: usersOf(doc, n.id).length, disabled: n.d === true }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    [doc, type, flow],
  );
}

const choice = (n: NodeRec, doc: FlowDoc, where?: string): Choice => ({
  id: n.id,
  label: labelOf(n, doc),
  type: typeTitle(n.type, doc),
  ...(where ? { where } : {}),
});

/** useFlowNodes are the nodes of a flow, top to bottom as they are drawn. */
export function useFlowNodes(flow: Id): Choice[] {
  const doc = useStore(docStore, (s) => s.doc);
  return useMemo(
    () =>
      Object.values(doc.nodes)
        .filter((n) => n.z === flow && n.kind !== 'config')
        .sort((a, b) => (a.y ?? 0) - (b.y ?? 0) || (a.x ?? 0) - (b.x ?? 0))
        .map((n) => choice(n, doc)),
    [doc, flow],
  );
}

const canonical = (type: string): string => nodeTypes[type]?.type ?? type.replaceAll(' ', '-');

/** useLinkNodes are the nodes a link node may be tied to, and those that list it. */
export function useLinkNodes(id: Id, type: string): { choices: Choice[]; linked: Id[] } {
  const doc = useStore(docStore, (s) => s.doc);
  return useMemo(() => {
    const wanted = canonical(type) === 'link-in' ? ['link-out', 'link-call'] : ['link-in'];
    const found = Object.values(doc.nodes).filter(
      (n) => n.id !== id && wanted.includes(canonical(n.type)) && n.rec['mode'] !== 'return',
    );
    const where = (z: Id) => doc.tabs[z]?.label || doc.subflows[z]?.name || t('Flow');
    return {
      choices: found.map((n) => choice(n, doc, where(n.z))),
      linked: found.filter((n) => Array.isArray(n.rec['links']) && n.rec['links'].includes(id)).map((n) => n.id),
    };
  }, [doc, id, type]);
}

/** lightUp marks a node on the canvas while it is pointed at in a list. */
export function lightUp(id: Id | undefined): void {
  const { flash } = useSession.getState();
  if (id === undefined ? flash.size > 0 : !flash.has(id))
    useSession.setState({ flash: new Set(id === undefined ? [] : [id]) });
}

export interface LastInput {
  msg: Json;
  at: number;
}

const parsed = new WeakMap<PortValue, LastInput | null>();

/** messageOf reads what debug shows of a message; a cut text is none. */
function messageOf(v: PortValue | undefined): LastInput | undefined {
  if (!v) return undefined;
  let known = parsed.get(v);
  if (known === undefined) {
    known = null;
    try {
      const msg = JSON.parse(v.msg) as Json;
      if (typeof msg === 'object' && msg !== null && !Array.isArray(msg)) known = { msg, at: v.at };
    } catch {
      /* cut at 1,000 characters */
    }
    parsed.set(v, known);
  }
  return known ?? undefined;
}

const whole = new WeakMap<object, LastInput>();

/** sourcesOf are the outputs that are wired to a node. */
function sourcesOf(doc: FlowDoc, id: Id): string[] {
  const found: string[] = [];
  for (const n of Object.values(doc.nodes)) {
    n.wires.forEach((targets, port) => {
      if (targets.includes(id)) found.push(`${n.id}:${port}`);
    });
  }
  return found;
}

/** at is the last message at a port: whole if the server kept it, else what debug shows of it. */
function at(port: string): LastInput | undefined {
  const shown = values.get(port);
  const kept = lastMessages.get(port);
  if (kept === null || typeof kept !== 'object' || Array.isArray(kept)) return messageOf(shown);
  let known = whole.get(kept);
  if (!known) {
    known = { msg: kept, at: shown?.at ?? Date.now() };
    whole.set(kept, known);
  }
  return known;
}

/** The last of several ports. */
function latest(ports: readonly string[]): LastInput | undefined {
  let best: LastInput | undefined;
  for (const port of ports) {
    const m = at(port);
    if (m && (!best || m.at > best.at)) best = m;
  }
  return best;
}

/** inputPorts are where messages for a node are seen: its input, else the outputs wired to it. */
function useInputPorts(id: Id): string[] {
  const doc = useStore(docStore, (s) => s.doc);
  const key = useMemo(() => [`${id}:in`, ...sourcesOf(doc, id)].slice(0, maxPorts).join('\n'), [doc, id]);
  return useMemo(() => key.split('\n'), [key]);
}

const maxPorts = 16;

/** useLastInput is the last message that came to a node: previews and completion are made of it. */
export function useLastInput(id: Id): LastInput | undefined {
  const ports = useInputPorts(id);
  const subscribe = useCallback(
    (fn: () => void) => {
      const stops = ports.flatMap((port) => [values.subscribe(port, fn), lastMessages.subscribe(port, fn)]);
      return () => {
        for (const stop of stops) stop();
      };
    },
    [ports],
  );
  return useSyncExternalStore(subscribe, () => latest(ports));
}

/** useWatch asks the server for the messages that come to a node while its form is open. */
export function useWatch(id: Id): void {
  const ports = useInputPorts(id);
  useEffect(() => watchValues(ports), [ports]);
}

export type Rendered = { text: string } | { error: string };

/** renderTemplate asks the server what a template makes of a message. It throws when the server cannot be asked. */
export async function renderTemplate(template: string, msg: Json, flow: Id, signal: AbortSignal): Promise<Rendered> {
  try {
    return { text: (await api.render(template, msg, flow || undefined, signal)).text };
  } catch (e) {
    if (e instanceof ApiError && e.status === 400) return { error: e.message };
    throw e;
  }
}

const nothing: Rec = {};

/** useCredentials tells which secrets of an object the server has. */
export function useCredentials(type: string, id: Id): Rec {
  const isNew = useStore(draftStore, (s) => s.drafts[id]?.isNew ?? false);
  const rev = useStore(docStore, (s) => s.doc.rev);
  const [known, setKnown] = useState<Rec>(nothing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a deploy may have changed them
  useEffect(() => {
    let gone = false;
    setKnown(nothing);
    if (isNew || !type || !id) return;
    api.credentials(type, id).then(
      (c) => {
        if (!gone && typeof c === 'object' && c !== null) setKnown(c);
      },
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [type, id, isNew, rev]);
  return known;
}

/** useNow is the time, renewed every so many milliseconds. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
