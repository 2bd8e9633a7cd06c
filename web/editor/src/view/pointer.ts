/** Mouse, pen, fingers and wheel: finds out what is meant and hands it to a gesture. */
import { edit, select, session } from '../app/session';
import { asks } from './canvas-view';
import type { FlowView } from './flow-view';
import type { Gesture, Pt } from './gestures/gesture';
import { Pan } from './gestures/pan';
import { pressAt, startAt } from './gestures/start';
import { Pinch } from './gestures/touch';
import type { Hit } from './hit';
import { unscroll } from './places';
import { clickSelect, enter, toggleNode } from './selecting';

const SLACK = 4; // px a click may move
const TOUCH_SLACK = 9;
const EDGE = 36; // px from the edge where the view begins to follow

interface Down {
  p: Pt;
  hit: Hit | null;
}

export class Pointer {
  private down: Down | undefined;
  private gesture: Gesture | undefined;
  private last: Pt | undefined;
  private space = false;
  private touches = new Map<number, Pt>();
  private scroller = 0;
  private off: (() => void)[] = [];

  constructor(private v: FlowView) {
    const on = <K extends keyof HTMLElementEventMap>(type: K, fn: (e: HTMLElementEventMap[K]) => void) => {
      v.root.addEventListener(type, fn, { passive: false });
      this.off.push(() => v.root.removeEventListener(type, fn));
    };
    on('pointerdown', (e) => this.onDown(e));
    on('pointermove', (e) => this.onMove(e));
    on('pointerup', (e) => this.onUp(e));
    on('pointercancel', () => this.cancel());
    on('lostpointercapture', (e) => this.touches.delete(e.pointerId));
    on('pointerenter', () => v.rect(true));
    on('pointerleave', () => this.hover(null));
    on('dblclick', (e) => this.onDouble(e));
    on('contextmenu', (e) => this.onMenu(e));
    on('wheel', (e) => this.onWheel(e));
    on('keydown', (e) => {
      v.root.dataset['keys'] = '';
      this.onKey(e);
    });
    on('focusin', (e) => {
      if (this.down || this.gesture) return;
      v.root.dataset['keys'] = '';
      const id = e.target instanceof HTMLElement ? e.target.dataset['item'] : undefined;
      if (id !== undefined) enter(v, id);
    });
    on('scroll', () => unscroll(v.root, v.view));
    on('keyup', (e) => this.onKeyUp(e));
    on('blur', () => this.setSpace(false));
  }

  destroy(): void {
    this.cancel();
    for (const fn of this.off) fn();
  }

  private pt(e: PointerEvent): Pt {
    const r = this.v.rect();
    const sx = e.clientX - r.left;
    const sy = e.clientY - r.top;
    return { ...this.v.view.toFlow(sx, sy), sx, sy, e };
  }

  // What stands over the canvas, as the minimap, keeps its own events.
  private foreign(e: Event): boolean {
    return e.target instanceof Element && e.target.closest('[data-own]') !== null;
  }

  private onDown(e: PointerEvent): void {
    if (this.foreign(e)) return;
    unscroll(this.v.root, this.v.view);
    this.v.focus();
    // Rings of focus are for those who came by keys.
    delete this.v.root.dataset['keys'];
    this.v.rect(true);
    if (e.button === 0 || e.button === 1) e.preventDefault();
    const p = this.pt(e);
    this.v.view.stop();
    if (e.pointerType === 'touch') {
      this.touches.set(e.pointerId, p);
      if (this.touches.size === 2) {
        this.cancel(true);
        this.gesture = new Pinch(this.v, this.touches);
        return;
      }
    }
    if (this.gesture || this.down) return;
    this.v.root.setPointerCapture(e.pointerId);
    const hit = this.v.hit(p, e.pointerType === 'touch');
    this.last = p;
    if (e.button === 1 || (e.button === 0 && this.space)) {
      this.begin(new Pan(this.v, p));
      return;
    }
    this.down = { p, hit };
    if (e.button === 0) pressAt(this.v, hit, e);
  }

  private onMove(e: PointerEvent): void {
    const p = this.pt(e);
    if (this.touches.has(e.pointerId)) this.touches.set(e.pointerId, p);
    this.last = p;
    if (this.gesture) {
      this.gesture.move(p);
      if (this.gesture.scrolls) this.follow();
      return;
    }
    if (!this.down) {
      if (e.pointerType !== 'touch') this.hover(this.foreign(e) ? null : this.v.hit(p));
      return;
    }
    const slack = e.pointerType === 'touch' ? TOUCH_SLACK : SLACK;
    if (Math.hypot(p.sx - this.down.p.sx, p.sy - this.down.p.sy) < slack) return;
    const { p: from, hit } = this.down;
    const gesture = startAt(this.v, hit, from);
    this.down = undefined;
    if (!gesture) return;
    this.begin(gesture);
    gesture.move(p);
  }

  private begin(g: Gesture): void {
    this.gesture = g;
    this.down = undefined;
    this.hover(null);
    this.v.gesturing = true;
    this.v.root.style.cursor = g.cursor ?? '';
  }

  private onUp(e: PointerEvent): void {
    const p = this.pt(e);
    this.touches.delete(e.pointerId);
    const { gesture, down } = this;
    if (gesture instanceof Pinch && this.touches.size > 0) {
      // The finger that stays pans on.
      this.gesture = new Pan(this.v, [...this.touches.values()][0]!);
      return;
    }
    this.finish();
    if (gesture) gesture.end(p);
    else if (down && e.button === 0) clickSelect(this.v, down.hit, e);
    if (e.pointerType !== 'touch') this.hover(this.v.hit(this.pt(e)));
  }

  private finish(): void {
    cancelAnimationFrame(this.scroller);
    this.scroller = 0;
    this.gesture = undefined;
    this.down = undefined;
    this.v.gesturing = false;
    this.v.root.style.cursor = this.space ? 'grab' : '';
  }

  /** Ends what is going on as if it had not begun. */
  cancel(touches = false): void {
    const g = this.gesture;
    this.finish();
    if (!touches) this.touches.clear();
    g?.cancel();
  }

  // Near the edge the view moves on its own, faster the nearer.
  private follow(): void {
    if (this.scroller) return;
    const step = () => {
      this.scroller = 0;
      const p = this.last;
      if (!p || !this.gesture?.scrolls) return;
      const { width, height } = this.v.view;
      const pull = (at: number, size: number) => (at < EDGE ? at - EDGE : at > size - EDGE ? at - size + EDGE : 0) / 3;
      const dx = pull(p.sx, width);
      const dy = pull(p.sy, height);
      if (dx === 0 && dy === 0) return;
      this.v.view.panBy(Math.max(-14, Math.min(14, dx)), Math.max(-14, Math.min(14, dy)));
      this.last = { ...p, ...this.v.view.toFlow(p.sx, p.sy) };
      this.gesture.move(this.last);
      this.scroller = requestAnimationFrame(step);
    };
    this.scroller = requestAnimationFrame(step);
  }

  private hover(hit: Hit | null): void {
    this.v.setHover(hit, this.last);
    if (this.gesture) return;
    const cursor = this.space
      ? 'grab'
      : hit?.kind === 'output' || hit?.kind === 'input' || (hit?.kind === 'wire' && hit.end)
        ? 'crosshair'
        : hit?.kind === 'corner'
          ? hit.corner === 'nw' || hit.corner === 'se'
            ? 'nwse-resize'
            : 'nesw-resize'
          : hit && !(hit.kind === 'group' && hit.part === 'body')
            ? 'pointer'
            : '';
    if (this.v.root.style.cursor !== cursor) this.v.root.style.cursor = cursor;
  }

  private onDouble(e: MouseEvent): void {
    // An item of the tree has done it already; where it stands says nothing.
    if (this.foreign(e) || (e.target instanceof Element && e.target.closest('[data-far]'))) return;
    const at = this.v.at(e.clientX, e.clientY);
    const hit = this.v.hit(at);
    if (hit?.kind === 'node' && hit.node.rec && hit.node.kind === 'node') edit(hit.node.id);
    else if (hit?.kind === 'group' && hit.part === 'title') edit(hit.group.id);
    else if (!this.v.locked && (hit === null || hit.kind === 'group'))
      asks.quickAdd?.({ at, client: { x: e.clientX, y: e.clientY } });
    else if (!this.v.locked && hit?.kind === 'wire') {
      asks.quickAdd?.({ at, client: { x: e.clientX, y: e.clientY }, wire: hit.wire.id });
    }
  }

  // The menu itself belongs to Canvas; here what it is about gets selected.
  private onMenu(e: MouseEvent): void {
    if (this.foreign(e) || this.gesture) return;
    this.cancel();
    const hit = this.v.hit(this.v.at(e.clientX, e.clientY));
    const { selection } = session.getState();
    if (hit?.kind === 'node' && !selection.nodes.has(hit.node.id)) select({ nodes: new Set([hit.node.id]) });
    else if (hit?.kind === 'wire' && !selection.wires.has(hit.wire.id)) select({ wires: new Set([hit.wire.id]) });
    else if (hit?.kind === 'group' && hit.part === 'title') select({ groups: new Set([hit.group.id]) });
    this.v.menuAt = { x: e.clientX, y: e.clientY };
  }

  private onWheel(e: WheelEvent): void {
    if (this.foreign(e)) return;
    e.preventDefault();
    const unit = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1;
    const dx = e.deltaX * unit;
    const dy = e.deltaY * unit;
    const r = this.v.rect();
    if (e.ctrlKey || e.metaKey) {
      const d = Math.max(-60, Math.min(60, dy));
      this.v.view.zoomAt(e.clientX - r.left, e.clientY - r.top, this.v.view.zoom * Math.exp(-d / 150));
    } else if (e.shiftKey && dx === 0) this.v.view.panBy(dy, 0);
    else this.v.view.panBy(dx, dy);
    if (this.last) this.last = { ...this.last, ...this.v.view.toFlow(this.last.sx, this.last.sy) };
    if (this.gesture?.scrolls && this.last) this.gesture.move(this.last);
  }

  private onKey(e: KeyboardEvent): void {
    if (e.target !== this.v.root && !(e.target instanceof Element && e.target.closest('[data-item]'))) return;
    if (this.v.wiring) {
      this.v.wiring.key(e);
      return;
    }
    if (this.v.nextKey && !['Shift', 'Control', 'Alt', 'Meta'].includes(e.key)) {
      const next = this.v.nextKey;
      this.v.nextKey = undefined;
      e.preventDefault();
      e.stopPropagation();
      next(e.key);
      return;
    }
    if (e.key === 'Escape' && (this.gesture || this.down)) {
      e.preventDefault();
      e.stopPropagation();
      this.cancel();
    } else if (e.key === ' ' && !e.ctrlKey && !e.altKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      if (e.repeat) this.setSpace(true);
      else {
        this.tapped = true;
        this.setSpace(true);
      }
    }
  }

  private tapped = false;

  private onKeyUp(e: KeyboardEvent): void {
    if (e.key !== ' ') return;
    const tap = this.tapped && !this.gesture && performance.now() - this.spaceAt < 350;
    this.setSpace(false);
    if (tap && this.v.focused) toggleNode(this.v.focused);
  }

  private spaceAt = 0;

  private setSpace(on: boolean): void {
    if (on && !this.space) this.spaceAt = performance.now();
    this.space = on;
    if (!on) this.tapped = false;
    if (!this.gesture) this.v.root.style.cursor = on ? 'grab' : '';
  }
}
