import { prefs, setPref } from '../../app/prefs';
import { select, useSession } from '../../app/session';
import { commit, docStore } from '../../model/doc-store';
import { addNode, splice, wire } from '../../model/ops/nodes';
import { typeTitle } from '../../model/schema';
import { type Id, type WireId, wireParts } from '../../model/types';
import { current } from '../../view/canvas-view';

export interface Place {
  at: { x: number; y: number };
  /** The port it is wired to. */
  from?: { id: Id; port: number; side: 'in' | 'out' };
  /** The wire it goes into. */
  wire?: WireId;
}

const grid = 20;
const snap = (v: number) => (prefs.getState().snap ? Math.round(v / grid) * grid : Math.round(v));

/** Where there is room: at the place, or below what stands there. */
function free(z: Id, at: { x: number; y: number }): { x: number; y: number } {
  const { doc } = docStore.getState();
  const nodes = Object.values(doc.nodes).filter((n) => n.z === z && n.x !== undefined);
  let { x, y } = { x: snap(at.x), y: snap(at.y) };
  for (let i = 0; i < 200; i++) {
    if (!nodes.some((n) => Math.abs(n.x! - x) < 120 && Math.abs(n.y! - y) < 40)) break;
    y += 60;
  }
  return { x, y };
}

/** The middle of what can be seen. */
const middle = () => current.view?.toFlow?.() ?? { x: 300, y: 200 };

/** Adds a node and selects it; without a place in the middle of the view, where there is room. */
export function add(type: string, place?: Place): Id {
  const z = useSession.getState().tab;
  const at = place ? { x: snap(place.at.x), y: snap(place.at.y) } : free(z, middle());
  let id = '';
  commit(`Add ${typeTitle(type, docStore.getState().doc)}`, (d) => {
    id = addNode(d, type, z, at.x, at.y);
    if (place?.wire) splice(d, id, wireParts(place.wire));
    if (place?.from?.side === 'out') wire(d, { source: place.from.id, port: place.from.port, target: id });
    if (place?.from?.side === 'in') wire(d, { source: id, port: 0, target: place.from.id });
  });
  const recent = [type, ...prefs.getState().recentTypes.filter((t) => t !== type)].slice(0, 6);
  setPref({ recentTypes: recent });
  select({ nodes: new Set([id]) });
  return id;
}

export const dragType = 'application/x-flowrill-node';
/** What is dragged now: other windows' data can only be read on drop. */
export const dragged: { type: string } = { type: '' };
