// Takes pictures of every view, to look at: node scripts/shots.mjs FOLDER [--only name,…] [--size name,…] [--theme light]
import { mkdirSync } from 'node:fs';
import { browser, serve } from './serve.mjs';
import { sources, views } from './views.mjs';

const [out = '/tmp/shots', ...rest] = process.argv.slice(2);
const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1].split(',') : undefined);
mkdirSync(out, { recursive: true });

const wide = { viewport: { width: 1440, height: 900 } };
const sizes = {
  wide,
  middle: { viewport: { width: 1024, height: 700 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  contrast: { ...wide, contrast: 'more' },
  forced: { ...wide, forcedColors: 'active' },
  zoomed: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
};
const always = ['wide', 'middle', 'phone'];

const servers = {};
const chromium = await browser();
let bad = 0;

async function take(name, theme, size) {
  const scene = views[name];
  servers[scene.flow] ??= await serve(sources[scene.flow]());
  const server = servers[scene.flow];
  const context = await chromium.newContext({ ...sizes[size], colorScheme: theme, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on('pageerror', (e) => {
    bad++;
    console.error(`${name} ${theme} ${size}: ${e.message}`);
  });
  try {
    await scene.before?.(page);
    await page.goto(scene.signedOut ? `${server.origin}/admin/` : server.url);
    if (!scene.signedOut) await page.getByRole('application', { name: 'Flow canvas' }).waitFor();
    await page.waitForTimeout(500);
    await scene.act?.(page, server);
    await page.waitForTimeout(500);
  } catch (e) {
    bad++;
    console.error(`${name} ${theme} ${size}: ${e.message.split('\n')[0]}`);
  }
  await page.screenshot({ path: `${out}/${name}-${size}-${theme}.png` });
  await scene.after?.(server);
  await context.close();
}

for (const name of option('--only') ?? Object.keys(views))
  for (const size of option('--size') ?? [...always, ...(views[name].more ?? [])])
    for (const theme of option('--theme') ?? (size === 'forced' ? ['light'] : ['light', 'dark']))
      await take(name, theme, size);
await chromium.close();
for (const s of Object.values(servers)) await s.stop();
console.log(`pictures in ${out}`);
process.exitCode = bad > 0 ? 1 : 0;
