/** Wires without a mouse: ← → choose the output, ↑ ↓ or typing the target, Enter wires, Esc leaves. */
import { t } from '../i18n';

import { commit } from '../model/doc-store';
import { wirePath } from '../model/geometry';
import { announce } from './a11y-tree';
import { addWire } from './edits/wires';
import type { FlowView } from './flow-view';
import { inAt, outAt, type SceneNode } from './scene';
import { outputText } from './scene-parts';

export class KeyWire {
  private port = 0;
  private at = 0;
  private typed = '';
  private targets: SceneNode[];

  constructor(
    private v: FlowView,
    private source: SceneNode,
  ) {
    const used = new Set(v.scene.out(source.id).map((w) => w.port));
    while (this.port < source.outputs - 1 && used.has(this.port)) this.port++;
    this.targets = this.candidates('');
    this.show();
  }

  // Nearest first, what lies ahead before what lies behind.
  private candidates(text: string): SceneNode[] {
    const { source } = this;
    const words = text.toLowerCase();
    const cost = (n: SceneNode) => Math.hypot(n.x - source.x, n.y - source.y) + (n.x < source.x ? 400 : 0);
    return [...this.v.scene.nodes.values()]
      .filter(
        (n) =>
          n.id !== source.id && n.inputs > 0 && (words === '' || `${n.label} ${n.type}`.toLowerCase().includes(words)),
      )
      .sort((a, b) => cost(a) - cost(b));
  }

  private show(): void {
    const { v, source } = this;
    const target = this.targets[this.at];
    v.looks.takers = new Set(target ? [target.id, source.id] : [source.id]);
    v.near.redress(v.scene);
    const name = outputText(source, this.port);
    if (!target) {
      v.overlay.wires([]);
      announce(t('{{output}}: nothing called {{text}}', { output: name, text: this.typed }));
      return;
    }
    const a = outAt(source, this.port);
    const b = inAt(target);
    v.overlay.wires([wirePath(a.x, a.y, b.x, b.y)], b);
    v.view.ensure({ x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y) });
    const what = { output: name, target: `${target.label}, ${target.type}`, text: this.typed };
    announce(
      this.typed
        ? t('{{output}} to {{target}}; typed {{text}}. Enter wires', what)
        : t('{{output}} to {{target}}. Enter wires', what),
    );
    v.ask();
  }

  /** Takes every key while it lasts. */
  key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const turn = (n: number, by: number, size: number) => (size === 0 ? 0 : (n + by + size) % size);
    switch (e.key) {
      case 'ArrowRight':
        this.port = turn(this.port, 1, this.source.outputs);
        break;
      case 'ArrowLeft':
        this.port = turn(this.port, -1, this.source.outputs);
        break;
      case 'ArrowDown':
      case 'Tab':
        this.at = turn(this.at, e.shiftKey ? -1 : 1, this.targets.length);
        break;
      case 'ArrowUp':
        this.at = turn(this.at, -1, this.targets.length);
        break;
      case 'Enter':
        e.preventDefault();
        e.stopPropagation();
        this.finish();
        return;
      case 'Escape':
        e.preventDefault();
        e.stopPropagation();
        this.end();
        announce(t('No wire drawn'));
        return;
      case 'Backspace':
        this.type(this.typed.slice(0, -1));
        break;
      default:
        if (e.key.length !== 1) return;
        this.type(this.typed + e.key);
    }
    e.preventDefault();
    e.stopPropagation();
    this.show();
  }

  private type(text: string): void {
    this.typed = text;
    this.targets = this.candidates(text);
    this.at = 0;
  }

  private finish(): void {
    const target = this.targets[this.at];
    this.end();
    if (!target) return;
    commit(t('Wire'), (d) => addWire(d, { source: this.source.id, port: this.port, target: target.id }));
    announce(t('Wired {{source}} to {{target}}', { source: this.source.label, target: target.label }));
  }

  end(): void {
    this.v.wiring = undefined;
    this.v.looks.takers = undefined;
    this.v.overlay.wires([]);
    this.v.near.redress(this.v.scene);
    this.v.ask();
  }
}
