/** Where the view was on each flow, and how its layer moves. */
import { session } from '../app/session';
import { type Box, boxOf } from '../model/geometry';
import type { Scene } from './scene';
import type { Place, Viewport } from './viewport';

const readable = 0.75;
const narrow = 600; // px: a phone shows more of a flow, and fingers zoom

/** Where a flow is looked at first: all of it if that stays readable, else its upper left. */
export function firstPlace(scene: Scene, view: Viewport): Place {
  const all = [...scene.boxes()];
  const small = view.width < narrow;
  const air = small ? 16 : 48;
  const fit = view.placeOf(all, air);
  if (all.length === 0) return { x: 0, y: 0, zoom: 1 };
  if (fit.zoom >= (small ? 0.65 : readable)) return fit;
  const zoom = small ? readable : 1;
  const left = Math.min(...all.map((b) => b.x0)) - (air + 12) / zoom;
  return { x: left, y: Math.min(...all.map((b) => b.y0)) - 60 / zoom, zoom };
}

/** Brings a box into sight: near enough to be read, and no further than needed. */
export function showBox(view: Viewport, box: Box): void {
  const s = view.seen(-40);
  if (view.zoom >= 0.55 && box.x1 >= s.x0 && box.x0 <= s.x1 && box.y1 >= s.y0 && box.y0 <= s.y1) {
    view.ensure(box);
    return;
  }
  const zoom = Math.max(view.zoom, 0.75);
  view.fly({
    x: (box.x0 + box.x1) / 2 - view.width / zoom / 2,
    y: (box.y0 + box.y1) / 2 - view.height / zoom / 2,
    zoom,
  });
}

/** Keeps the place in the session, but not at every step of a pan. */
export class PlaceKeeper {
  private timer = 0;

  constructor(
    private scene: Scene,
    private view: Viewport,
  ) {}

  keep(now: boolean): void {
    if (!this.scene.tab || this.view.width === 0) return;
    if (now) {
      clearTimeout(this.timer);
      this.save();
    } else if (!this.timer) this.timer = window.setTimeout(() => this.save(), 400);
  }

  private save(): void {
    this.timer = 0;
    const { tab } = this.scene;
    session.setState((s) => ({ viewport: { ...s.viewport, [tab]: this.view.place } }));
  }
}

/** While it moves the layer is a picture of its own, moved and scaled as it is; at rest it is drawn sharp. */
export class Glide {
  private timer = 0;

  moved(layer: HTMLElement): void {
    if (this.timer) clearTimeout(this.timer);
    else layer.style.willChange = 'transform';
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      layer.style.willChange = '';
    }, 200);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = 0;
  }
}

/** A panel that opens for a node is not to hide it; when it closes, all stands where it stood. */
export class Aside {
  private went: { from: Place; to: Place } | undefined;

  constructor(private view: Viewport) {}

  /** The canvas got another size while the form of this node is open, or of none. */
  step(edited: Parameters<typeof boxOf>[0] | undefined): void {
    const { view, went } = this;
    if (edited) {
      const from = went?.from ?? view.place;
      const to = view.ensure(boxOf(edited));
      if (to) this.went = { from, to };
      return;
    }
    this.went = undefined;
    // Who moved the view meanwhile wants it where it is.
    const still = (a: number, b: number) => Math.abs(a - b) < 1;
    if (went && view.zoom === went.to.zoom && still(view.x, went.to.x) && still(view.y, went.to.y)) view.fly(went.from);
  }

  /** Nothing to go back to. */
  stay(): void {
    this.went = undefined;
  }
}

/** The browser scrolls to what is looked for; here that is for the view to do. */
export function unscroll(root: HTMLElement, view: Viewport): void {
  const { scrollLeft, scrollTop } = root;
  if (scrollLeft === 0 && scrollTop === 0) return;
  root.scrollTo(0, 0);
  view.panBy(scrollLeft, scrollTop);
}
