/** How each node looks now: selected, hovered, changed, faulty, lit. Written to elements without React. */
import { session } from '../app/session';
import { draftStore } from '../forms/drafts';
import { changedIds, docStore } from '../model/doc-store';
import type { Id, WireId } from '../model/types';
import type { FlowView } from './flow-view';
import { farId, itemId } from './focus';
import type { Hit } from './hit';
import type { Look } from './painter';
import type { SceneNode } from './scene';

const none: ReadonlySet<never> = new Set();

export class Looks {
  hover: Hit | null = null;
  splice: WireId | undefined;
  /** Wires taken by one end. */
  hiddenWires: ReadonlySet<WireId> | undefined;
  dropGroup: Id | undefined;
  /** While a wire is drawn: what could take it. */
  takers: ReadonlySet<Id> | undefined;
  /** Who else has which node. */
  peers: ReadonlyMap<Id, { name: string; colour: string }> = new Map();
  private lit: { nodes: Set<Id>; wires: Set<WireId> } | undefined;
  private changed: ReadonlySet<Id> = none;
  private faulty: ReadonlySet<Id> = none;
  /** With notices, but no errors. */
  private noted: ReadonlySet<Id> = none;
  /** Whether badges tell what differs from the server. */
  private near: Set<Id> = new Set();

  constructor(private v: FlowView) {}

  listen(): (() => void)[] {
    this.renew();
    return [
      session.subscribe((s, old) => {
        if (
          s.selection !== old.selection ||
          s.editing !== old.editing ||
          s.flash !== old.flash ||
          s.problems !== old.problems
        ) {
          this.renew();
          this.v.near.redress(this.v.scene);
          this.handles();
          if (s.selection.nodes !== old.selection.nodes) tellSelected(old.selection.nodes, s.selection.nodes);
          // An item that is no longer selected gives the focus back, so that it can get it again.
          const item = document.activeElement?.closest<HTMLElement>('[data-item]')?.dataset['item'];
          if (item !== undefined && s.selection !== old.selection && !s.selection.nodes.has(item)) this.v.focus();
          this.v.again();
        }
      }),
      draftStore.subscribe((s, old) => {
        const ids = new Set([...Object.keys(s.drafts), ...Object.keys(old.drafts)]);
        this.v.near.redress(this.v.scene, ids);
      }),
      docStore.subscribe((s, old) => {
        if (s.base === old.base) return;
        this.renew();
        this.v.near.redress(this.v.scene);
        this.v.ask();
      }),
    ];
  }

  /** Reads again what the stores say of many nodes at once. */
  renew(): void {
    this.changed = changedIds();
    const { problems } = session.getState();
    const ids = Object.keys(problems).filter((id) => problems[id]?.length);
    this.faulty = new Set(ids.filter((id) => problems[id]?.some((p) => p.severity === 'error')));
    this.noted = new Set(ids.filter((id) => !this.faulty.has(id)));
  }

  light(ids: Iterable<Id> | undefined): void {
    if (!ids) this.lit = undefined;
    else {
      const nodes = new Set(ids);
      const wires = [...this.v.scene.wires.values()].filter((w) => nodes.has(w.source.id) && nodes.has(w.target.id));
      this.lit = { nodes, wires: new Set(wires.map((w) => w.id)) };
    }
    this.v.near.redress(this.v.scene);
    this.v.ask();
  }

  setHover(hit: Hit | null): void {
    const before = this.hover;
    this.hover = hit;
    const ids = [nodeOf(before), nodeOf(hit)].filter((id) => id !== undefined);
    this.v.near.redress(this.v.scene, ids);
    if (ids.length > 0 || before?.kind === 'wire' || hit?.kind === 'wire') this.v.ask();
  }

  /** Nodes that are elements at any zoom. */
  *always(): Generator<Id> {
    const { selection, editing } = session.getState();
    if (this.v.focused && this.v.root.contains(document.activeElement)) yield this.v.focused;
    if (editing) yield editing;
    if (selection.nodes.size === 1) yield* selection.nodes;
  }

  handles(): void {
    const { groups } = session.getState().selection;
    this.v.overlay.handles(
      this.v.scene.groups.filter((g) => groups.has(g.id)),
      this.v.view.zoom,
    );
  }

  get(): Look {
    const { selection } = session.getState();
    this.near.clear();
    for (const id of this.v.near.elements.keys()) this.near.add(id);
    return {
      wires: {
        selected: selection.wires,
        nodes: selection.nodes,
        hover: this.hover?.kind === 'wire' ? this.hover.wire.id : undefined,
        lit: this.lit?.wires,
        hidden: this.hiddenWires,
        splice: this.splice,
      },
      nodes: {
        selected: selection.nodes,
        hover: this.hover?.kind === 'node' ? this.hover.node.id : undefined,
        changed: this.changed,
        faulty: this.faulty,
        noted: this.noted,
        lit: this.lit?.nodes,
      },
      groups: selection.groups,
      dropGroup: this.dropGroup,
      near: this.near,
    };
  }

  /** The ring and name of someone else on a node. */
  private ring(el: HTMLElement, id: Id): void {
    const peer = this.peers.get(id);
    const had = el.querySelector<HTMLElement>(':scope > .cv-peer');
    if (!peer) {
      had?.remove();
      return;
    }
    const ring = had ?? document.createElement('span');
    ring.className = 'cv-peer';
    ring.dataset['name'] = peer.name;
    ring.style.setProperty('--peer', peer.colour);
    if (!had) el.append(ring);
  }

  /** Puts place and state on a node's element. */
  dress(el: HTMLElement, n: SceneNode): void {
    const { selection, editing, flash } = session.getState();
    const left = n.x - n.w / 2;
    const top = n.y - n.h / 2;
    // Not a transform: hundreds of them would cost every frame of a pan.
    el.style.left = `${left}px`;
    el.style.top = `${top}px`;
    mark(el, 'selected', selection.nodes.has(n.id));
    mark(el, 'editing', editing === n.id);
    mark(el, 'hover', nodeOf(this.hover) === n.id);
    mark(el, 'focus', this.v.focused === n.id);
    mark(el, 'changed', this.changed.has(n.id));
    mark(el, 'faulty', this.faulty.has(n.id));
    mark(el, 'noted', this.noted.has(n.id));
    mark(el, 'draft', n.id in draftStore.getState().drafts);
    mark(el, 'flash', flash.has(n.id));
    mark(el, 'faded', this.lit !== undefined && !this.lit.nodes.has(n.id));
    mark(el, 'refuses', this.takers !== undefined && !this.takers.has(n.id));
    mark(el, 'wiring', this.takers !== undefined);
    this.ring(el, n.id);
  }
}

/** Says in the tree what is selected; of a tree of thousands only what changed. */
function tellSelected(before: ReadonlySet<Id>, now: ReadonlySet<Id>): void {
  const say = (id: Id, on: boolean) => {
    for (const item of [itemId(id), farId(id)])
      document.getElementById(item)?.setAttribute('aria-selected', String(on));
  };
  for (const id of before) if (!now.has(id)) say(id, false);
  for (const id of now) if (!before.has(id)) say(id, true);
}

const nodeOf = (h: Hit | null): Id | undefined => (h && 'node' in h ? h.node.id : undefined);

function mark(el: HTMLElement, name: string, on: boolean): void {
  if (on !== (el.dataset[name] !== undefined)) {
    if (on) el.dataset[name] = '';
    else delete el.dataset[name];
  }
}
