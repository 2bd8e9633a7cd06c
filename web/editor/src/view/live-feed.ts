/** Brings live data into the view: what went over wires, and who else is here. */

import { session } from '../app/session';
import { t } from '../i18n';
import { activity, presence, statuses } from '../live';
import type { Id, WireId } from '../model/types';
import type { FlowView } from './flow-view';
import { watchActivity } from './watch';

const COLOURS = ['#0891b2', '#c026d3', '#ca8a04', '#16a34a', '#e11d48', '#7c3aed', '#ea580c', '#0d9488'];

/** A colour that stays with a person. */
export function colourOfPeer(id: string): string {
  let h = 0;
  for (let i = 0; i < id.length; i++) h = (h * 31 + id.charCodeAt(i)) >>> 0;
  return COLOURS[h % COLOURS.length]!;
}

export class LiveFeed {
  private counts = new Map<string, number>();
  private off: (() => void)[] = [];

  constructor(private v: FlowView) {
    for (const [id, a] of activity.entries()) this.counts.set(id, a.count);
    this.off.push(
      activity.subscribeAll((keys) => this.moved(keys)),
      presence.subscribe(() => this.people()),
      statuses.subscribeAll((keys) => this.said(keys)),
      session.subscribe((s, old) => {
        if (s.tab === old.tab) return;
        watchActivity(s.tab);
        this.people();
      }),
    );
    const { tab } = session.getState();
    if (tab) watchActivity(tab);
    this.people();
  }

  destroy(): void {
    for (const fn of this.off) fn();
  }

  private moved(keys: ReadonlySet<string>): void {
    const now = performance.now();
    let seen = false;
    for (const key of keys) {
      const a = activity.get(key);
      const n = (a?.count ?? 0) - (this.counts.get(key) ?? 0);
      if (a) this.counts.set(key, a.count);
      else this.counts.delete(key);
      if (n <= 0 || !this.v.scene.wires.has(key as WireId)) continue;
      this.v.pulses.add(key as WireId, n, now, a?.error === true);
      seen = true;
    }
    if (seen) this.v.ask();
  }

  /** A status of a node that is painted: elements of the page follow theirs themselves. */
  private said(keys: ReadonlySet<string>): void {
    const { scene, near, view } = this.v;
    if (view.zoom < 0.3) return;
    if ([...keys].some((id) => scene.nodes.has(id) && !near.elements.has(id))) this.v.ask();
  }

  private people(): void {
    const here = presence.getState().peers.filter((p) => p.tab === session.getState().tab);
    const rings = new Map<Id, { name: string; colour: string }>();
    for (const p of here) {
      const ring = { name: p.name, colour: colourOfPeer(p.id) };
      for (const id of p.selection ?? []) rings.set(id, ring);
      if (p.editing) rings.set(p.editing, { ...ring, name: t('{{name}} edits', { name: p.name }) });
    }
    const before = this.v.looks.peers;
    this.v.looks.peers = rings;
    this.v.near.redress(this.v.scene, new Set([...before.keys(), ...rings.keys()]));
    this.v.overlay.people(
      here.flatMap((p) => (p.cursor ? [{ ...p.cursor, name: p.name, colour: colourOfPeer(p.id) }] : [])),
      this.v.view.zoom,
    );
    this.v.ask();
  }
}
