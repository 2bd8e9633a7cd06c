// Takes a picture of the form of every type, as it is in the editor: node scripts/forms.mjs FOLDER [--only type,…] [--theme dark] [--open]
// --open unfolds what is folded.
import { mkdirSync } from 'node:fs';
import { browser, serve } from './serve.mjs';
import { everyType } from './view-flows.mjs';

const [out = '/tmp/forms', ...rest] = process.argv.slice(2);
const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1].split(',') : undefined);
mkdirSync(out, { recursive: true });

const flow = everyType();
const wanted = option('--only') ?? flow.filter((n) => n.type !== 'tab' && n.type !== 'junction').map((n) => n.type);
const server = await serve(flow);
const chromium = await browser();
let bad = 0;
for (const theme of option('--theme') ?? ['light', 'dark']) {
  const context = await chromium.newContext({ viewport: { width: 1180, height: 1600 }, colorScheme: theme });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on('pageerror', (e) => {
    bad++;
    console.error(e.message);
  });
  await page.goto(server.url);
  await page.getByRole('application', { name: 'Flow canvas' }).waitFor();
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${out}/canvas-${theme}.png` });
  for (const type of wanted) {
    try {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).fill(`@of-${type}.`);
      await page.keyboard.press('Enter');
      await page.waitForTimeout(150);
      if ((await page.getByRole('region', { name: 'Node settings' }).count()) === 0) await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'Node settings' }).waitFor();
      await page.waitForTimeout(700);
      if (rest.includes('--open'))
        await page.locator('.panel.right summary, .panel.right [aria-expanded=false][data-fold]').evaluateAll((all) => {
          for (const one of all) one.click();
        });
      await page.waitForTimeout(200);
    } catch (e) {
      bad++;
      console.error(`${type}: ${e.message.split('\n')[0]}`);
    }
    const clip = await page.evaluate(() => {
      const panel = document.querySelector('.panel.right').getBoundingClientRect();
      const last = document.querySelector('.panel.right form').lastElementChild?.getBoundingClientRect();
      const height = Math.min(panel.height, (last?.bottom ?? panel.top) + 12 - panel.top);
      return { x: panel.x, y: panel.y, width: panel.width, height };
    });
    await page.screenshot({ path: `${out}/${type}-${theme}.png`, clip });
  }
  await context.close();
}
await chromium.close();
await server.stop();
process.exitCode = bad > 0 ? 1 : 0;
