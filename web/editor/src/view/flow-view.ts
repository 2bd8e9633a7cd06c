/** The canvas: keeps the layers in step with document, session and live data, one frame at a time. */
import { session } from '../app/session';
import { docStore } from '../model/doc-store';
import { boxOf, type Point } from '../model/geometry';
import { typeStore } from '../model/schema';
import type { Id, WireId } from '../model/types';
import { iconStore } from '../ui/icon-data';
import type { CanvasView, Hit as Pick } from './canvas-view';
import { itemId } from './focus';
import { type Hit, hitTest, pickOf } from './hit';
import { dropIcons } from './icons';
import type { KeyWire } from './key-wire';
import { Looks } from './looks';
import { Near } from './near';
import { Overlay } from './overlay';
import { dropSprites } from './paint-nodes';
import { Painter } from './painter';
import { Aside, firstPlace, Glide, PlaceKeeper, showBox } from './places';
import { Pulses } from './pulses';
import { Scene } from './scene';
import { watchTheme } from './theme';
import { Viewport } from './viewport';

export class FlowView implements CanvasView {
  readonly scene = new Scene();
  readonly view = new Viewport(() => this.viewChanged());
  readonly overlay = new Overlay();
  readonly pulses = new Pulses();
  readonly looks = new Looks(this);
  private glide = new Glide();
  private places = new PlaceKeeper(this.scene, this.view);
  private aside = new Aside(this.view);
  readonly near = new Near((el, node) => this.looks.dress(el, node));
  root!: HTMLElement;
  layer!: HTMLElement;
  painter!: Painter;
  /** The node that has the focus of the keyboard. */
  focused: Id | undefined;
  /** Called after each frame, e.g. by the minimap. */
  readonly after = new Set<() => void>();
  /** Called when nodes, wires or focus changed. */
  readonly changed = new Set<() => void>();
  /** A gesture is going on: no tooltips now. */
  gesturing = false;
  /** Where the context menu was opened, in the window. */
  menuAt: Point | undefined;
  /** A wire is being drawn by key. */
  wiring: KeyWire | undefined;
  /** Takes the next key, as the second of a chord. */
  nextKey: ((key: string) => void) | undefined;
  /** Told what the pointer is over. */
  readonly hovers = new Set<(hit: Hit | null) => void>();
  private frame = 0;
  private syncDue = false;
  private moved = true;
  /** Which nodes are elements is to be chosen anew, however little the view moved. */
  private restock = true;
  private zoomedAt = 0;
  private zoomed = 1;
  private shown = false;
  private undo: (() => void)[] = [];

  /** Takes root (focusable, role application) with the element `.cv-layer` in it that React draws nodes into. */
  mount(root: HTMLElement): void {
    this.root = root;
    this.layer = root.querySelector('.cv-layer') as HTMLElement;
    this.painter = new Painter(root);
    root.prepend(this.painter.canvas);
    this.layer.after(this.overlay.svg);
    const sized = new ResizeObserver(() => this.resize());
    sized.observe(root);
    this.undo.push(
      () => sized.disconnect(),
      docStore.subscribe((s, old) => {
        if (s.doc !== old.doc) this.syncDue = true;
        this.ask();
      }),
      typeStore.subscribe(() => {
        this.scene.reset();
        this.syncDue = true;
        this.ask();
      }),
      iconStore.subscribe(() => this.retheme()),
      watchTheme(() => this.retheme()),
      ...this.looks.listen(),
    );
    document.fonts?.ready.then(() => this.ask());
    this.resize();
  }

  setTab(id: Id): void {
    if (id === this.scene.tab && this.scene.nodes.size > 0) return;
    this.places.keep(true);
    this.focused = undefined;
    this.aside.stay();
    this.pulses.clear();
    this.scene.sync(docStore.getState().doc, id);
    const kept = session.getState().viewport[id];
    this.view.stop();
    this.view.set(kept ?? firstPlace(this.scene, this.view));
    this.syncDue = true;
    this.again();
  }

  destroy(): void {
    this.places.keep(true);
    for (const fn of this.undo.splice(0)) fn();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.view.stop();
    this.glide.stop();
    this.painter.canvas.remove();
    this.overlay.svg.remove();
  }

  private resize(): void {
    this.place = undefined;
    const { clientWidth: w, clientHeight: h } = this.root;
    const first = this.view.width === 0;
    this.painter.resize(w, h);
    this.view.resize(w, h);
    if (first && w > 0 && this.scene.tab)
      this.view.set(session.getState().viewport[this.scene.tab] ?? firstPlace(this.scene, this.view));
    if (!first) this.aside.step(this.scene.nodes.get(session.getState().editing ?? ''));
    // A canvas that was resized is black until it is painted.
    this.draw(performance.now());
  }

  retheme(): void {
    this.painter.retheme();
    dropSprites();
    dropIcons();
    this.ask();
  }

  private viewChanged(): void {
    this.moved = true;
    this.ask();
  }

  /** Which nodes are elements may be different now. */
  again(): void {
    this.moved = this.restock = true;
    this.ask();
  }

  /** A frame is wanted. */
  ask(): void {
    if (this.frame || document.hidden) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      this.draw(now);
    });
  }

  /** Brings scene and document together now rather than in the next frame. */
  sync(): void {
    const doc = docStore.getState().doc;
    this.syncDue = false;
    const changed = this.scene.sync(doc, this.scene.tab);
    if (this.focused && !this.scene.nodes.has(this.focused)) this.focused = undefined;
    this.looks.renew();
    if (changed.size > 0) {
      this.moved = this.restock = true;
      this.near.redress(this.scene, changed);
    }
    for (const fn of this.changed) fn();
  }

  private draw(now: number): void {
    if (this.view.width === 0) return;
    if (this.syncDue) this.sync();
    if (this.zoomed !== this.view.zoom) {
      this.zoomed = this.view.zoom;
      this.zoomedAt = now;
    }
    const zooming = now - this.zoomedAt < 160;
    if (this.moved) {
      if (this.restock || this.near.due(this.view)) {
        this.restock = this.near.choose(this.scene, this.view, this.looks.always(), zooming);
      }
      this.moved = this.restock;
      const { x, y, zoom } = this.view;
      this.glide.moved(this.layer);
      this.layer.style.transform = `scale(${zoom}) translate(${-x}px, ${-y}px)`;
      this.overlay.follow(this.view);
      this.places.keep(false);
    }
    const live = this.pulses.step(now);
    this.painter.paint(this.scene, this.view, this.looks.get(), this.pulses, now);
    if (!this.shown && this.scene.nodes.size > 0) {
      this.shown = true;
      performance.mark('canvas-ready');
    }
    for (const fn of this.after) fn();
    if (this.moved || (live && this.pulses.running())) this.ask();
    else if (live) setTimeout(() => this.ask(), 250);
  }

  // CanvasView

  reveal(id: Id): void {
    if (this.syncDue) this.sync();
    if (this.scene.nodes.has(id)) this.setFocus(id, false);
    const box = [...this.scene.boxes(new Set([id]))][0];
    if (!box) return;
    showBox(this.view, box);
  }

  fit(sel = false): void {
    const { nodes, groups } = session.getState().selection;
    const ids = sel && nodes.size + groups.size > 0 ? new Set([...nodes, ...groups]) : undefined;
    this.view.fly(this.view.placeOf(this.scene.boxes(ids), 48, sel ? 1.5 : 1));
  }

  private place: DOMRect | undefined;

  /** Where the canvas is in the window. Measured once while the pointer is over it. */
  rect(fresh = false): DOMRect {
    if (fresh || !this.place) this.place = this.root.getBoundingClientRect();
    return this.place;
  }

  at(clientX: number, clientY: number): Point {
    const r = this.rect();
    return this.view.toFlow(clientX - r.left, clientY - r.top);
  }

  pick(x: number, y: number): Pick | null {
    return pickOf(this.hit(this.at(x, y)));
  }

  toFlow(at?: { x: number; y: number }): Point {
    return at ? this.at(at.x, at.y) : this.centre();
  }

  hit(p: Point, touch = false, not?: ReadonlySet<Id>): Hit | null {
    const groups = session.getState().selection.groups;
    return hitTest(this.scene, p, { zoom: this.view.zoom, touch, groups, ...(not ? { not } : {}) });
  }

  light(ids: Iterable<Id> | undefined): void {
    this.looks.light(ids);
  }

  hold(at: { x: number; y: number } | undefined): WireId | undefined {
    const hit = at && this.hit(this.at(at.x, at.y));
    this.looks.splice = hit?.kind === 'wire' ? hit.wire.id : undefined;
    this.ask();
    return this.looks.splice;
  }

  focus(): void {
    this.root.focus({ preventScroll: true });
  }

  /** Centre of the view, for what is added without a pointer. */
  centre(): Point {
    return this.view.toFlow(this.view.width / 2, this.view.height / 2);
  }

  setFocus(id: Id | undefined, show = true): void {
    const before = this.focused;
    this.focused = id;
    // An item that had the focus itself gives it back.
    if (document.activeElement?.closest('[data-item]') && document.activeElement.id !== itemId(id ?? '')) this.focus();
    if (id === undefined) this.root.removeAttribute('aria-activedescendant');
    else this.root.setAttribute('aria-activedescendant', itemId(id));
    this.near.redress(
      this.scene,
      [before, id].filter((i) => i !== undefined),
    );
    const node = id === undefined ? undefined : this.scene.nodes.get(id);
    if (node && show) this.view.ensure(boxOf(node));
    this.moved = this.restock = true;
    this.ask();
    for (const fn of this.changed) fn();
  }

  setHover(hit: Hit | null, _at?: Point): void {
    this.looks.setHover(hit);
    for (const fn of this.hovers) fn(hit);
  }

  /** Nothing on a locked flow can be changed. */
  get locked(): boolean {
    return docStore.getState().doc.tabs[this.scene.tab]?.locked ?? false;
  }

  /** The wires one may change: not those between link nodes. */
  wire(id: WireId) {
    const w = this.scene.wires.get(id);
    return w?.virtual ? undefined : w;
  }
}
