/** Paints wires in few passes: all of one look are one path. */
import type { Box } from '../model/geometry';
import type { Id, WireId } from '../model/types';
import type { Scene, SceneWire } from './scene';
import type { Theme } from './theme';

export interface WireLook {
  selected: ReadonlySet<WireId>;
  /** Selected nodes: their virtual wires show. */
  nodes: ReadonlySet<Id>;
  hover: WireId | undefined;
  /** When set, all others fade. */
  lit: ReadonlySet<WireId> | undefined;
  /** Wires taken by one end are not painted. */
  hidden: ReadonlySet<WireId> | undefined;
  /** Where a node held over a wire would be spliced in. */
  splice: WireId | undefined;
}

export type Ctx = CanvasRenderingContext2D;

/** Adds the wire to the current path. */
export function trace(ctx: Ctx, w: SceneWire, straight: boolean): void {
  const p = w.path as number[];
  ctx.moveTo(p[0]!, p[1]!);
  if (straight) {
    ctx.lineTo(p[p.length - 2]!, p[p.length - 1]!);
    return;
  }
  for (let i = 2; i + 5 < p.length; i += 6) {
    ctx.bezierCurveTo(p[i]!, p[i + 1]!, p[i + 2]!, p[i + 3]!, p[i + 4]!, p[i + 5]!);
  }
}

interface Passes {
  idle: SceneWire[];
  faded: SceneWire[];
  dashed: SceneWire[];
  virtual: SceneWire[];
  lit: SceneWire[];
  hover: SceneWire[];
  selected: SceneWire[];
}

export function sortWires(wires: Iterable<SceneWire>, look: WireLook): Passes {
  const p: Passes = { idle: [], faded: [], dashed: [], virtual: [], lit: [], hover: [], selected: [] };
  for (const w of wires) {
    if (look.hidden?.has(w.id)) continue;
    if (w.virtual) {
      if (look.nodes.has(w.source.id) || look.nodes.has(w.target.id)) p.virtual.push(w);
    } else if (look.selected.has(w.id) || w.id === look.splice) p.selected.push(w);
    else if (w.id === look.hover) p.hover.push(w);
    else if (look.lit && !look.lit.has(w.id)) p.faded.push(w);
    else if (w.source.disabled || w.target.disabled) p.dashed.push(w);
    else if (look.lit?.has(w.id)) p.lit.push(w);
    else p.idle.push(w);
  }
  return p;
}

export function paintWires(ctx: Ctx, scene: Scene, seen: Box, zoom: number, theme: Theme, look: WireLook): void {
  const straight = zoom < 0.3;
  const wires = scene.wiresIn(seen);
  const passes = sortWires(wires, look);
  const stroke = (list: SceneWire[], colour: string, width: number, dash: number[] = []) => {
    if (list.length === 0) return;
    ctx.beginPath();
    for (const w of list) trace(ctx, w, straight);
    ctx.strokeStyle = colour;
    ctx.lineWidth = Math.max(width, 1 / zoom);
    ctx.setLineDash(dash);
    ctx.stroke();
  };
  ctx.lineCap = 'round';
  ctx.globalAlpha = 0.35;
  stroke(passes.faded, theme.wire, 2);
  ctx.globalAlpha = 1;
  stroke(passes.idle, theme.wire, 2);
  stroke(passes.dashed, theme.wire, 2, [4, 6]);
  stroke(passes.virtual, theme.accent, 1.5, [2, 6]);
  stroke(passes.lit, theme.accent, 2.5);
  stroke(passes.hover, theme.secondary, 3);
  stroke(passes.selected, theme.accent, 3);
  ctx.setLineDash([]);
}
