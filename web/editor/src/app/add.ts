import { t } from '../i18n';
import { commit, docStore } from '../model/doc-store';
import { boxOf, grow, nodeSize, overlaps } from '../model/geometry';
import { addNode, splice, wire } from '../model/ops/nodes';
import { labelOf, typeTitle } from '../model/schema';
import { type Id, type WireId, wireParts } from '../model/types';
import { current } from '../view/canvas-view';
import { prefs, setPref } from './prefs';
import { select, useSession } from './session';

export interface Place {
  at: { x: number; y: number };
  /** The port it is wired to. */
  from?: { id: Id; port: number; side: 'in' | 'out' };
  /** The wire it goes into. */
  wire?: WireId;
}

const grid = 20;
const snap = (v: number) => (prefs.getState().snap ? Math.round(v / grid) * grid : Math.round(v));

const gap = 10;

/** Where there is room: at the place, or near it, below first. */
export function free(z: Id, type: string, at: { x: number; y: number }): { x: number; y: number } {
  const { doc } = docStore.getState();
  const boxes = Object.values(doc.nodes)
    .filter((n) => n.z === z && n.x !== undefined && n.y !== undefined)
    .map((n) => boxOf({ x: n.x!, y: n.y!, ...sizeOf(labelOf(n, doc)) }));
  const size = sizeOf(typeTitle(type, doc));
  for (let ring = 0; ring < 40; ring++) {
    for (const [dx, dy] of [
      [0, ring],
      [0, -ring],
      [ring, 0],
      [-ring, 0],
    ] as const) {
      const spot = { x: snap(at.x + dx * 60), y: snap(at.y + dy * 60) };
      const box = grow(boxOf({ ...spot, ...size }), gap);
      if (!boxes.some((b) => overlaps(b, box))) return spot;
    }
  }
  return { x: snap(at.x), y: snap(at.y) };
}

/** About as large as it is drawn; its outputs do not matter here. */
const sizeOf = (label: string) => nodeSize({ label, inputs: 1, outputs: 1, showLabel: true });

/** The middle of what can be seen. */
const middle = () => current.view?.toFlow?.() ?? { x: 300, y: 200 };

/** Adds a node and selects it; without a place in the middle of the view, where there is room. */
export function add(type: string, place?: Place): Id {
  const z = useSession.getState().tab;
  const at = place ? { x: snap(place.at.x), y: snap(place.at.y) } : free(z, type, middle());
  let id = '';
  commit(t('Add {{name}}', { name: typeTitle(type, docStore.getState().doc) }), (d) => {
    id = addNode(d, type, z, at.x, at.y);
    if (place?.wire) splice(d, id, wireParts(place.wire));
    if (place?.from?.side === 'out') wire(d, { source: place.from.id, port: place.from.port, target: id });
    if (place?.from?.side === 'in') wire(d, { source: id, port: 0, target: place.from.id });
  });
  const recent = [type, ...prefs.getState().recentTypes.filter((t) => t !== type)].slice(0, 6);
  setPref({ recentTypes: recent });
  select({ nodes: new Set([id]) });
  if (!place) requestAnimationFrame(() => current.view?.reveal(id));
  return id;
}

export const dragType = 'application/x-flowrill-node';
/** What is dragged now: other windows' data can only be read on drop. */
export const dragged: { type: string } = { type: '' };
