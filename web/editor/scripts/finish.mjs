// After `vite build`: writes .br and .gz beside every file that shrinks, and
// checks the sizes that the editor promises.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const gz = new Map();

function walk(dir) {
  for (const name of readdirSync(dir)) {
    const file = join(dir, name);
    if (statSync(file).isDirectory()) walk(file);
    else if (/\.(js|css|svg|json|html|map)$/.test(name)) squeeze(file);
  }
}

function squeeze(file) {
  const data = readFileSync(file);
  const zipped = gzipSync(data, { level: 9 });
  gz.set(file.slice(dist.length), zipped.length);
  if (file.endsWith('.html') || zipped.length > data.length * 0.95) return;
  writeFileSync(`${file}.gz`, zipped);
  writeFileSync(`${file}.br`, brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}

walk(dist);

// What the first page needs: the entry and all it imports without asking.
const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
// All styles are in one file.
const first = { js: new Set(), css: [...gz.keys()].filter((f) => f.endsWith('.css')) };
function need(key) {
  const chunk = manifest[key];
  if (first.js.has(chunk.file)) return;
  first.js.add(chunk.file);
  for (const next of chunk.imports ?? []) need(next);
}
need('index.html');

const kb = (files) => [...files].reduce((sum, f) => sum + (gz.get(f) ?? 0), 0) / 1024;
const limits = [
  ['initial JavaScript', kb(first.js), 220],
  ['initial CSS', kb(first.css), 25],
  ...[...gz.keys()].filter((f) => f.endsWith('.js') && !first.js.has(f)).map((f) => [f, gz.get(f) / 1024, 220]),
];
let bad = false;
for (const [what, size, limit] of limits) {
  const over = size > limit;
  bad ||= over;
  console.log(`${over ? 'TOO BIG' : '     ok'}  ${size.toFixed(1).padStart(6)} kB gzip of ${limit}  ${what}`);
}
if (bad) process.exit(1);
