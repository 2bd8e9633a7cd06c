/** What a port or a node has to say when the pointer rests on it: its name, and the last value that went through. */
import { session } from '../app/session';
import { t } from '../i18n';
import { ago } from '../i18n/format';
import { type PortValue, statuses, values } from '../live';
import { linesOf } from '../model/shown';
import { lineOf } from '../model/told';
import type { FlowView } from './flow-view';
import type { Hit } from './hit';
import { inAt, outAt } from './scene';
import { outputText } from './scene-parts';
import { short } from './status';
import { watchValues } from './watch';

const DELAY = 350; // ms of rest
const MOST_PROBLEMS = 6; // the form has them all

interface Said {
  title: string;
  lines: string[];
  /** Key of the value shown. */
  port?: string;
  x: number;
  y: number;
}

export class Tooltip {
  private el = document.createElement('div');
  private timer = 0;
  private off: (() => void)[] = [];
  private unwatch: (() => void) | undefined;
  private key = '';

  constructor(private v: FlowView) {
    this.el.className = 'cv-tip';
    this.el.setAttribute('role', 'tooltip');
    this.el.hidden = true;
    v.root.append(this.el);
    const onHover = (h: Hit | null) => this.over(h);
    v.hovers.add(onHover);
    v.after.add(this.place);
    this.off.push(
      () => v.hovers.delete(onHover),
      () => v.after.delete(this.place),
    );
  }

  destroy(): void {
    this.hide();
    for (const fn of this.off) fn();
    this.el.remove();
  }

  private over(h: Hit | null): void {
    const said = h && !this.v.gesturing ? this.say(h) : undefined;
    const key = said ? `${h && 'node' in h ? h.node.id : ''} ${said.title}` : '';
    if (key === this.key) return;
    this.hide();
    this.key = key;
    if (said) this.timer = window.setTimeout(() => this.show(said), DELAY);
  }

  private say(h: Hit): Said | undefined {
    switch (h.kind) {
      case 'output': {
        const name = outputText(h.node, h.port);
        return { title: name, lines: [], port: `${h.node.id}:${h.port}`, ...outAt(h.node, h.port) };
      }
      case 'input':
        return { title: t('input'), lines: [], port: `${h.node.id}:in`, ...inAt(h.node) };
      case 'node': {
        const lines: string[] = [];
        const full = h.node.lines.some((l) => l.endsWith('…')) || !h.node.showLabel;
        const status = String(statuses.get(h.node.id)?.text ?? '');
        const problems = (session.getState().problems[h.node.id] ?? []).slice(0, MOST_PROBLEMS);
        // A node that cannot run has its problem for a status: said once is enough, by the title if that is it.
        if (short(status) !== status && !problems.some((p) => status.includes(p.message)))
          lines.push(short(status, 300));
        for (const p of problems) {
          if (h.node.unknown && p.property === 'type') continue;
          lines.push(`${p.severity === 'error' ? t('Error') : t('Notice')}: ${short(lineOf(p, h.node.type), 300)}`);
        }
        if (!full && lines.length === 0 && !h.node.unknown) return undefined;
        const title = h.node.unknown
          ? t('The type {{type}} is not known here', { type: short(h.node.type, 60) })
          : short(h.node.label, 300);
        return { title, lines, x: h.node.x, y: h.node.y - h.node.h / 2 };
      }
      case 'button':
        return {
          title: h.node.button === 'left' ? t('Send now') : h.node.pressed ? t('Switch off') : t('Switch on'),
          lines: [],
          x: h.node.x + ((h.node.button === 'left' ? -1 : 1) * h.node.w) / 2,
          y: h.node.y - 12,
        };
      default:
        return undefined;
    }
  }

  private at: { x: number; y: number } | undefined;

  private show(s: Said): void {
    this.at = s;
    const draw = () => {
      const value = s.port === undefined ? undefined : values.get(s.port);
      this.el.replaceChildren(
        line('cv-tip-title', value ? `${s.title} · msg.payload` : s.title),
        ...s.lines.map((l) => line('', l)),
      );
      if (s.port === undefined) return;
      if (!value) this.el.append(line('cv-tip-none', t('no message yet')));
      else this.el.append(line('cv-tip-value', shown(value)), line('cv-tip-none', ago(value.at)));
    };
    draw();
    if (s.port !== undefined) {
      const port = s.port;
      const stop = [watchValues([port]), values.subscribe(port, draw)];
      this.unwatch = () => {
        for (const fn of stop) fn();
      };
    }
    this.el.hidden = false;
    this.place();
  }

  private place = (): void => {
    if (this.el.hidden || !this.at) return;
    if (this.v.gesturing) {
      this.hide();
      return;
    }
    const p = this.v.view.toScreen(this.at.x, this.at.y);
    const { offsetWidth: w, offsetHeight: h } = this.el;
    const x = Math.max(8, Math.min(this.v.view.width - w - 8, p.x - w / 2));
    const y = p.y - h - 14 < 8 ? p.y + 18 : p.y - h - 14;
    this.el.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };

  private hide(): void {
    clearTimeout(this.timer);
    this.unwatch?.();
    this.unwatch = undefined;
    this.key = '';
    this.el.hidden = true;
  }
}

function line(cls: string, text: string): HTMLElement {
  const el = document.createElement('div');
  el.className = cls;
  el.textContent = text;
  return el;
}

export const shown = (v: PortValue): string => linesOf(v.msg, v.format).join('\n');
