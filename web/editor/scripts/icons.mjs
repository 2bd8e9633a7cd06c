// A Vite plugin that makes the icons' shapes importable as data, so that the
// canvas can draw what the DOM shows: `virtual:icons` holds the ones named in
// src/ui/icon-names.json, `virtual:icons/all` every icon of Lucide (load it lazily).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('lucide-react/package.json')), 'dist/esm/icons');
const list = new URL('../src/ui/icon-names.json', import.meta.url).pathname;

function shapes(name) {
  if (!existsSync(join(folder, `${name}.mjs`))) return undefined;
  const text = readFileSync(join(folder, `${name}.mjs`), 'utf8');
  const other = /from '\.\/([\w-]+)\.mjs'/.exec(text)?.[1]; // an older name
  if (other) return shapes(other);
  const data = /const __iconData = (\{[\s\S]*?\n\});/.exec(text)?.[1];
  if (!data) return undefined;
  const { node } = new Function(`return ${data}`)();
  return node.map(([tag, { key: _, ...attrs }]) => [tag, attrs]);
}

function table(names) {
  const all = {};
  for (const name of names) {
    const s = shapes(name);
    if (s) all[name] = s;
  }
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(all))})`;
}

export function icons() {
  return {
    name: 'icons',
    resolveId: (id) => (id === 'virtual:icons' || id === 'virtual:icons/all' ? `\0${id}` : undefined),
    load(id) {
      if (id === '\0virtual:icons') {
        this.addWatchFile?.(list);
        return table(JSON.parse(readFileSync(list, 'utf8')));
      }
      if (id === '\0virtual:icons/all') {
        return table(
          readdirSync(folder)
            .filter((f) => f.endsWith('.mjs') && f !== 'index.mjs')
            .map((f) => f.slice(0, -4)),
        );
      }
    },
  };
}
