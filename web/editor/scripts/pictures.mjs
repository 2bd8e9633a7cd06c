// Makes the pictures that the documents show: docs/*.png and examples/*/flow.png. node scripts/pictures.mjs [example…]
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { browser, serve } from './serve.mjs';

const root = new URL('../../../', import.meta.url).pathname;
const limits = { examples: 120, docs: 200 }; // kB of a picture
const only = process.argv.slice(2);
const chromium = await browser();
let bad = 0;

async function open(flow, options) {
  const server = await serve(flow);
  const context = await chromium.newContext({ locale: 'en-GB', timezoneId: 'Europe/London', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(server.url);
  await page.getByRole('application', { name: 'Flow canvas' }).waitFor();
  await page.waitForTimeout(800);
  const end = async () => {
    await context.close();
    await server.stop();
  };
  return { page, end };
}

async function keep(page, path, options = {}) {
  await page.screenshot({ path: root + path, ...options });
  const size = statSync(root + path).size / 1024;
  const big = size > limits[path.split('/')[0]];
  if (big) bad++;
  console.log(`${big ? 'TOO BIG' : '     ok'} ${size.toFixed(0).padStart(4)} kB ${path}`);
}

/** The nodes of a flow and nothing else. */
async function ofFlow(name) {
  const flow = readFileSync(`${root}examples/${name}/flow.json`, 'utf8');
  const { page, end } = await open(flow, { viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  await page.getByRole('application', { name: 'Flow canvas' }).focus();
  for (const chord of ['Control+b', 'Control+j', 'Control+Alt+s', 'Control+1']) {
    await page.keyboard.press(chord);
    await page.waitForTimeout(150);
  }
  await page.mouse.click(640, 880); // no ring of focus
  await page.waitForTimeout(700);
  const clip = await page.evaluate(() => {
    document.querySelector('.zoom-bar').style.display = 'none';
    const stage = document.querySelector('.stage').getBoundingClientRect();
    const all = [...document.querySelectorAll('.stage [data-id]')].map((e) => e.getBoundingClientRect());
    const air = 36;
    const x = Math.max(stage.left, Math.min(...all.map((r) => r.left)) - air);
    const y = Math.max(stage.top, Math.min(...all.map((r) => r.top)) - air);
    const right = Math.min(stage.right, Math.max(...all.map((r) => r.right)) + air);
    const bottom = Math.min(stage.bottom, Math.max(...all.map((r) => r.bottom)) + air);
    return { x, y, width: right - x, height: bottom - y };
  });
  await keep(page, `examples/${name}/flow.png`, { clip });
  await end();
}

/** The editor while somebody texts the auto-reply. */
async function ofEditor(path, colorScheme, act, viewport = { width: 1440, height: 900 }) {
  const flow = readFileSync(`${root}examples/auto-reply/flow.json`, 'utf8');
  const { page, end } = await open(flow, { viewport, colorScheme });
  const phone = page.getByRole('region', { name: 'Phone simulator' });
  for (const text of ['hello', 'Are you open on Sunday?']) {
    await phone.getByRole('textbox', { name: 'Message' }).fill(text);
    await phone.getByRole('button', { name: 'Send', exact: true }).click();
    await page.waitForTimeout(1200);
  }
  await act?.(page);
  await page.waitForTimeout(1200);
  await keep(page, path);
  await end();
}

const examples = readdirSync(`${root}examples`).filter((d) => existsSync(`${root}examples/${d}/flow.json`));
for (const name of examples) if (only.length === 0 || only.includes(name)) await ofFlow(name);
if (only.length === 0) {
  await ofEditor('docs/editor.png', 'light');
  await ofEditor('docs/editor-dark.png', 'dark');
  const form = (page) => page.locator('[data-id=reply]').dblclick();
  await ofEditor('docs/form.png', 'light', form, { width: 1280, height: 820 });
}
await chromium.close();
process.exitCode = bad > 0 ? 1 : 0;
