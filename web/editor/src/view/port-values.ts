/**
 * The last value at each port of the focused node, for those who do not hover: V shows them, they go along with the
 * focus, and V or Esc puts them away.
 */
import { register } from '../actions/registry';
import { t } from '../i18n';
import { ago } from '../i18n/format';
import { values } from '../live';
import { announce } from './a11y-tree';
import type { FlowView } from './flow-view';
import type { SceneNode } from './scene';
import { outputText } from './scene-parts';
import { shown } from './tooltip';
import { watchValues } from './watch';

const SETTLE = 300; // ms until what came is read out
const MOST = 8; // ports shown of one node

interface Port {
  key: string;
  name: string;
}

/** The ports of a node, the input first. */
export function portsOf(n: SceneNode): Port[] {
  const outputs = Array.from({ length: n.outputs }, (_, i) => ({
    key: `${n.id}:${i}`,
    name: outputText(n, i),
  }));
  return [...(n.inputs > 0 ? [{ key: `${n.id}:in`, name: t('input') }] : []), ...outputs];
}

export class PortValues {
  private el = document.createElement('dl');
  private on = false;
  private node: SceneNode | undefined;
  private stop: (() => void)[] = [];
  private timer = 0;
  private off: (() => void)[];

  constructor(private v: FlowView) {
    this.el.className = 'cv-tip cv-values';
    this.el.hidden = true;
    v.root.append(this.el);
    const subject = () => (v.focused === undefined ? undefined : v.scene.nodes.get(v.focused));
    v.changed.add(this.follow);
    v.after.add(this.place);
    this.off = [
      () => v.changed.delete(this.follow),
      () => v.after.delete(this.place),
      register(
        {
          ...{ id: 'canvas.values', title: 'Last values at the node’s ports', section: 'Flow', icon: 'eye', keys: 'V' },
          ...{ canvas: true, words: 'inspect message port see' },
          when: () => (this.on || subject() !== undefined) && !v.wiring,
          run: () => this.turn(!this.on),
        },
        {
          ...{ id: 'canvas.values-off', title: 'Put the last values away', keys: 'Escape', canvas: true, hidden: true },
          when: () => this.on && !v.wiring,
          run: () => this.turn(false),
        },
      ),
    ];
  }

  destroy(): void {
    this.turn(false);
    for (const fn of this.off) fn();
    this.el.remove();
  }

  private turn(on: boolean): void {
    this.on = on;
    this.follow();
  }

  private follow = (): void => {
    const id = this.on ? this.v.focused : undefined;
    const node = id === undefined ? undefined : this.v.scene.nodes.get(id);
    if (node === this.node) return;
    const same = node !== undefined && node.id === this.node?.id && node.outputs === this.node.outputs;
    this.node = node;
    if (!same) this.watch();
    this.draw();
  };

  private watch(): void {
    clearTimeout(this.timer);
    for (const fn of this.stop.splice(0)) fn();
    if (!this.node) return;
    const ports = portsOf(this.node).slice(0, MOST);
    if (ports.length === 0) return;
    this.stop = [watchValues(ports.map((p) => p.key)), ...ports.map((p) => values.subscribe(p.key, this.draw))];
    this.timer = window.setTimeout(() => announce(this.text()), SETTLE);
  }

  /** What is read out. */
  private text(): string {
    if (!this.node) return '';
    const ports = portsOf(this.node).slice(0, MOST);
    const said = ports.map((p) => {
      const v = values.get(p.key);
      return `${p.name}: ${v ? `${shown(v).replaceAll('\n', ', ')}, ${ago(v.at)}` : t('no message yet')}`;
    });
    return `${this.node.label}. ${said.join('. ') || t('no ports')}`;
  }

  private draw = (): void => {
    const n = this.node;
    this.el.hidden = n === undefined;
    if (!n) return;
    this.el.setAttribute('role', 'group');
    this.el.setAttribute('aria-label', t('Last values of {{name}}', { name: n.label }));
    const ports = portsOf(n);
    const rows = ports.slice(0, MOST).flatMap((p) => {
      const v = values.get(p.key);
      const at = v ? [part('span', 'cv-tip-none', ago(v.at))] : [];
      return [
        part('dt', 'cv-tip-title', v ? `${p.name} · msg.payload` : p.name, ...at),
        part('dd', v ? 'cv-tip-value' : 'cv-tip-none', v ? shown(v) : t('no message yet')),
      ];
    });
    const more =
      ports.length > MOST
        ? [part('dd', 'cv-tip-none', t('{{count}} more outputs', { count: ports.length - MOST }))]
        : [];
    this.el.replaceChildren(...(rows.length > 0 ? rows : [part('dd', 'cv-tip-none', t('no ports'))]), ...more);
    this.place();
  };

  /** Under the node, or above it where there is no room. */
  private place = (): void => {
    const n = this.node;
    if (!n || this.el.hidden) return;
    const { view } = this.v;
    const p = view.toScreen(n.x, n.y);
    const { offsetWidth: w, offsetHeight: h } = this.el;
    const half = (n.h / 2) * view.zoom;
    const x = Math.max(8, Math.min(view.width - w - 8, p.x - w / 2));
    const below = p.y + half + 26;
    const y = below + h > view.height - 8 ? Math.max(8, p.y - half - 14 - h) : below;
    this.el.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };
}

function part(tag: string, cls: string, text: string, ...more: HTMLElement[]): HTMLElement {
  const el = document.createElement(tag);
  el.className = cls;
  el.append(text, ...more);
  return el;
}
