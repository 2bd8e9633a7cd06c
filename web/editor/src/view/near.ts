/**
 * Which nodes are elements of the page: those in view, when they are large
 * enough and few enough. They come in small lots, painted until they are there,
 * so that no frame has to make hundreds.
 */
import { type Box, boxOf, overlaps } from '../model/geometry';
import type { Id } from '../model/types';
import { farId } from './focus';
import type { Scene, SceneNode } from './scene';
import type { Place, Viewport } from './viewport';

export const NEAR_ZOOM = 0.55;
export const MOST = 300;
const MARGIN = 240; // px around the view that are made ready
const KEEP = 400; // px around the view that stay
const STEP = 80; // px the view moves before anything is chosen anew
const LOT = 30; // new elements in one frame

export class Near {
  /** What React draws; a new array when it changes. */
  list: readonly SceneNode[] = [];
  readonly elements = new Map<Id, HTMLElement>();
  private ids: ReadonlySet<Id> = new Set();
  private last: Place & { width: number; height: number } = { x: 0, y: 0, zoom: 0, width: 0, height: 0 };
  private listeners = new Set<() => void>();

  constructor(private dress: (el: HTMLElement, node: SceneNode) => void) {}

  subscribe = (fn: () => void): (() => void) => {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  };

  get = (): readonly SceneNode[] => this.list;

  has = (id: Id): boolean => this.ids.has(id);

  /** Called by React when a node's element comes and goes. */
  attach(node: SceneNode, el: HTMLElement): () => void {
    this.elements.set(node.id, el);
    this.dress(el, node);
    putAway(node.id, true);
    return () => {
      if (this.elements.get(node.id) !== el) return;
      this.elements.delete(node.id);
      putAway(node.id, false);
      // What had the focus of the keyboard leaves it to the canvas.
      if (el.contains(document.activeElement)) el.closest<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true });
    };
  }

  /** Whether the view moved so far that others may be near. */
  due(view: Viewport): boolean {
    const l = this.last;
    return (
      l.zoom !== view.zoom ||
      l.width !== view.width ||
      l.height !== view.height ||
      Math.abs(l.x - view.x) * view.zoom > STEP ||
      Math.abs(l.y - view.y) * view.zoom > STEP
    );
  }

  /** Chooses anew; whether there is more to come in the next frame. */
  choose(scene: Scene, view: Viewport, always: Iterable<Id>, zooming: boolean): boolean {
    this.last = { ...view.place, width: view.width, height: view.height };
    const want = new Map<Id, SceneNode>();
    let keep: Box | undefined;
    if (view.zoom >= NEAR_ZOOM && view.width > 0) {
      const inside = scene.nodesIn(view.seen(MARGIN));
      if (inside.length <= MOST) {
        for (const n of inside) want.set(n.id, n);
        if (scene.nodesIn(view.seen(KEEP)).length <= MOST + 60) keep = view.seen(KEEP);
      }
    }
    for (const id of always) {
      const n = scene.nodes.get(id);
      if (n) want.set(id, n);
    }
    const have = new Map(this.list.map((n) => [n.id, n]));
    let changed = false;
    const next: SceneNode[] = [];
    for (const n of this.list) {
      // What has just left the margin stays for a while: it may be back soon.
      const here = scene.nodes.get(n.id);
      const now = want.get(n.id) ?? (keep && here && overlaps(boxOf(here), keep) ? here : undefined);
      if (now) next.push(now);
      if (now !== n) changed = true;
    }
    let lot = zooming ? 0 : LOT;
    let more = false;
    for (const n of want.values()) {
      if (have.has(n.id)) continue;
      if (lot-- <= 0) {
        more = true;
        break;
      }
      next.push(n);
      changed = true;
    }
    if (changed) {
      this.list = next;
      this.ids = new Set(next.map((n) => n.id));
      for (const fn of this.listeners) fn();
    }
    return more;
  }

  /** Dresses every element again. */
  redress(scene: Scene, ids?: Iterable<Id>): void {
    for (const id of ids ?? this.elements.keys()) {
      const el = this.elements.get(id);
      const node = scene.nodes.get(id);
      if (el && node) this.dress(el, node);
    }
  }
}

/** A node that is an element speaks for itself; one that is painted has an item that nobody sees. */
function putAway(id: Id, away: boolean): void {
  document.getElementById(farId(id))?.toggleAttribute('hidden', away);
}
