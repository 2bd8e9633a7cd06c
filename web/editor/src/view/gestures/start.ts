/** Which gesture begins where. */
import { select, session } from '../../app/session';
import type { FlowView } from '../flow-view';
import type { Hit } from '../hit';
import type { SceneWire } from '../scene';
import { Drag } from './drag';
import type { Gesture, Pt } from './gesture';
import { Marquee } from './marquee';
import { Pan } from './pan';
import { Resize } from './resize';
import { Slice } from './slice';
import { WireTool } from './wire';

const adds = (e: PointerEvent | MouseEvent) => e.shiftKey || e.ctrlKey || e.metaKey;

/** The button went down: what is not yet selected is, so that it can be dragged at once. */
export function pressAt(v: FlowView, hit: Hit | null, e: PointerEvent): void {
  if (hit?.kind !== 'node' || adds(e)) return;
  if (!session.getState().selection.nodes.has(hit.node.id)) select({ nodes: new Set([hit.node.id]) });
  v.setFocus(hit.node.id, false);
}

/** The pointer moved with a button down. */
export function startAt(v: FlowView, hit: Hit | null, from: Pt): Gesture | undefined {
  const { e } = from;
  if (e.button !== 0) return undefined;
  const touch = e.pointerType === 'touch';
  if (!v.locked) {
    switch (hit?.kind) {
      case 'output':
      case 'input':
        return wireFrom(v, hit, e.shiftKey);
      case 'wire':
        // Along its way a wire is in nobody's way: only its ends can be taken.
        if (hit.end) return retarget(v, hit.wire, hit.end);
        break;
      case 'corner':
        return new Resize(v, hit.group, hit.corner);
      case 'node':
        if (touch && !session.getState().selection.nodes.has(hit.node.id)) break;
        if (!session.getState().selection.nodes.has(hit.node.id)) select({ nodes: new Set([hit.node.id]) });
        return new Drag(v, from, hit.node);
      case 'group':
        if (hit.part !== 'title') break;
        if (!session.getState().selection.groups.has(hit.group.id)) select({ groups: new Set([hit.group.id]) });
        return new Drag(v, from, undefined);
    }
    if (e.altKey && !touch) return new Slice(v, from, e.shiftKey);
  }
  return touch ? new Pan(v, from) : new Marquee(v, from);
}

// With Shift all wires of the port are taken elsewhere, without it one more is drawn.
function wireFrom(v: FlowView, hit: Extract<Hit, { kind: 'output' | 'input' }>, all: boolean): Gesture {
  const { node } = hit;
  if (hit.kind === 'output') {
    const wires = all ? v.scene.out(node.id).filter((w) => w.port === hit.port && !w.virtual) : [];
    if (wires.length > 0)
      return new WireTool(
        v,
        wires.map((w) => ({ node: w.target, port: 0 })),
        'input',
        wires,
      );
    return new WireTool(v, [{ node, port: hit.port }], 'output');
  }
  const wires = all ? v.scene.into(node.id).filter((w) => !w.virtual) : [];
  if (wires.length > 0)
    return new WireTool(
      v,
      wires.map((w) => ({ node: w.source, port: w.port })),
      'output',
      wires,
    );
  return new WireTool(v, [{ node, port: 0 }], 'input');
}

/** Takes a wire off one of its ends. */
function retarget(v: FlowView, wire: SceneWire, end: 'source' | 'target'): Gesture {
  if (end === 'source') return new WireTool(v, [{ node: wire.target, port: 0 }], 'input', [wire]);
  return new WireTool(v, [{ node: wire.source, port: wire.port }], 'output', [wire]);
}
