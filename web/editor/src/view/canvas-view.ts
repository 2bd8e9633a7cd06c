import type { Id, WireId } from '../model/types';

export type Hit =
  | { kind: 'node'; id: Id }
  | { kind: 'port'; id: Id; port: number; side: 'in' | 'out' }
  | { kind: 'wire'; id: WireId }
  | { kind: 'group'; id: Id };

/** All that the shell knows of the canvas. */
export interface CanvasView {
  mount(el: HTMLElement): void;
  setTab(id: Id): void;
  /** Brings a node into sight. */
  reveal(id: Id): void;
  fit(selection?: boolean): void;
  /** What is at a place in the window. */
  pick(x: number, y: number): Hit | null;
  /** The place in the flow that a place in the window, or the middle of the view, shows. */
  toFlow?(at?: { x: number; y: number }): { x: number; y: number };
  focus?(): void;
  destroy(): void;
}

/** The canvas that is mounted, if any. */
export const current: { view: CanvasView | null } = { view: null };
