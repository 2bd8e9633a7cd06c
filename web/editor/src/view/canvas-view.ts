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
  /** Brings a node into sight and gives it the focus of the canvas. */
  reveal(id: Id): void;
  fit(selection?: boolean): void;
  /** What is at a place in the window. */
  pick(x: number, y: number): Hit | null;
  /** The place in the flow that a place in the window, or the middle of the view, shows. */
  toFlow?(at?: { x: number; y: number }): { x: number; y: number };
  /** Something that would become a node is held over the canvas: shows the wire it would go into. */
  hold?(at: { x: number; y: number } | undefined): WireId | undefined;
  /** Lights these nodes and the wires between them and fades all else; undefined ends that. */
  light?(ids: Iterable<Id> | undefined): void;
  focus?(): void;
  /** The node that has the focus of the keyboard. */
  focused?: Id | undefined;
  destroy(): void;
}

/** A wish for a node at a place. */
export interface QuickAdd {
  /** Where it is to stand, in the flow. */
  at: { x: number; y: number };
  /** Where to open, in the window. */
  client: { x: number; y: number };
  /** The port it is to be wired to. */
  from?: { id: Id; port: number; side: 'in' | 'out' };
  /** The wire it is to go into. */
  wire?: WireId;
}

/** What the canvas asks of features; whoever can do it puts a function here. */
export const asks: { quickAdd?: (wish: QuickAdd) => void } = {};

/** The canvas that is mounted, if any. */
export const current: { view: CanvasView | null } = { view: null };
