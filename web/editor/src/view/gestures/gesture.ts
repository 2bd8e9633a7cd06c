/** What a tool of the pointer is. Gestures change the document once, at the end. */
export interface Pt {
  /** In the flow. */
  x: number;
  y: number;
  /** From the top left of the canvas. */
  sx: number;
  sy: number;
  e: PointerEvent;
}

export interface Gesture {
  /** Cursor while it lasts. */
  cursor?: string;
  /** The view follows when the pointer comes near its edge. */
  scrolls?: boolean;
  move(p: Pt): void;
  end(p: Pt): void;
  cancel(): void;
}
