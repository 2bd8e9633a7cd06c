/** Tells the others who have this editor open where we are. */
import { session } from '../app/session';
import { connection } from '../live';
import { socket } from '../net/live';
import type { FlowView } from './flow-view';

const EVERY = 120; // ms
const MOST = 100; // selected nodes that are told

export class Presence {
  private timer = 0;
  private cursor: { x: number; y: number } | undefined;
  private said = '';
  private off: (() => void)[] = [];

  constructor(v: FlowView) {
    socket.protocol.subscribe('presence');
    const onMove = (e: PointerEvent) => {
      const p = v.at(e.clientX, e.clientY);
      this.cursor = { x: Math.round(p.x), y: Math.round(p.y) };
      this.later();
    };
    const onLeave = () => {
      this.cursor = undefined;
      this.later();
    };
    v.root.addEventListener('pointermove', onMove, { passive: true });
    v.root.addEventListener('pointerleave', onLeave);
    this.off.push(
      () => v.root.removeEventListener('pointermove', onMove),
      () => v.root.removeEventListener('pointerleave', onLeave),
      session.subscribe((s, old) => {
        if (s.tab !== old.tab || s.selection !== old.selection || s.editing !== old.editing) this.later();
      }),
      connection.subscribe((c, old) => {
        if (c.online !== old.online) this.said = '';
        this.later();
      }),
    );
    this.later();
  }

  destroy(): void {
    clearTimeout(this.timer);
    for (const fn of this.off) fn();
  }

  private later(): void {
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      this.tell();
    }, EVERY);
  }

  private tell(): void {
    const { tab, selection, editing } = session.getState();
    const where = {
      tab,
      selection: [...selection.nodes].slice(0, MOST),
      ...(editing ? { editing } : {}),
      ...(this.cursor ? { cursor: this.cursor } : {}),
    };
    const text = JSON.stringify(where);
    if (text === this.said || connection.getState().online !== 'online') return;
    this.said = text;
    socket.protocol.tell(where);
  }
}
