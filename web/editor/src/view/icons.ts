/** Icons for the painter, from the same shapes the page uses. */
import { iconShapes } from '../ui/icon-data';

const paths = new Map<string, Path2D>();

/** Forgets shapes, as when the ones that were missing have come. */
export const dropIcons = (): void => paths.clear();

/** The outline in a 24×24 box, to be stroked. */
export function iconPath(name: string): Path2D {
  const had = paths.get(name);
  if (had) return had;
  const path = new Path2D();
  for (const [tag, attrs] of iconShapes(name)) addShape(path, tag, attrs);
  paths.set(name, path);
  return path;
}

function addShape(path: Path2D, tag: string, attrs: Record<string, string | number>): void {
  const n = (a: string) => Number(attrs[a] ?? 0);
  switch (tag) {
    case 'path':
      path.addPath(new Path2D(String(attrs['d'] ?? '')));
      break;
    case 'circle':
      path.moveTo(n('cx') + n('r'), n('cy'));
      path.arc(n('cx'), n('cy'), n('r'), 0, 2 * Math.PI);
      break;
    case 'ellipse':
      path.moveTo(n('cx') + n('rx'), n('cy'));
      path.ellipse(n('cx'), n('cy'), n('rx'), n('ry'), 0, 0, 2 * Math.PI);
      break;
    case 'line':
      path.moveTo(n('x1'), n('y1'));
      path.lineTo(n('x2'), n('y2'));
      break;
    case 'rect':
      path.roundRect(n('x'), n('y'), n('width'), n('height'), n('rx'));
      break;
    case 'polyline':
    case 'polygon':
      polygon(path, String(attrs['points'] ?? ''), tag === 'polygon');
  }
}

function polygon(path: Path2D, points: string, closed: boolean): void {
  const p = points
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  for (let i = 0; i + 1 < p.length; i += 2) {
    if (i === 0) path.moveTo(p[0]!, p[1]!);
    else path.lineTo(p[i]!, p[i + 1]!);
  }
  if (closed) path.closePath();
}
