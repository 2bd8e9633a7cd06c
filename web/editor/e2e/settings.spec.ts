import type { Page } from '@playwright/test';
import { expect, test } from './server';

test.use({ flow: 'examples/auto-reply/flow.json' });

const look = (page: Page, name: string) =>
  page.evaluate((n) => getComputedStyle(document.documentElement).getPropertyValue(n).trim(), name);
const height = async (page: Page, name: string) =>
  (await page.getByRole('button', { name, exact: true }).boundingBox())?.height;

test('the editor speaks German when that is chosen, keeps it, and goes back', async ({ page, server }) => {
  await page.goto(server.url);
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.keyboard.press('Control+,');
  await page.getByRole('dialog', { name: 'Settings' }).getByRole('radio', { name: 'Deutsch' }).click();
  await expect(page.getByRole('dialog', { name: 'Einstellungen' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.reload();
  await expect(page.getByRole('application', { name: 'Arbeitsfläche des Flows' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Bereitstellen', exact: true })).toBeVisible();

  // The palette of commands knows both languages.
  for (const words of ['Importieren', 'import', 'einstell', 'settings']) {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(words);
    await expect(page.getByRole('option', { name: /Importieren|Einstellungen/ }).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('English');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();
});

test.describe('in a German browser', () => {
  test.use({ locale: 'de-AT' });

  test('German is spoken from the start, and only its words are fetched', async ({ page, server }) => {
    const fetched: string[] = [];
    page.on('request', (r) => fetched.push(new URL(r.url()).pathname));
    await page.goto(server.url);
    await expect(page.getByRole('region', { name: 'Palette' }).getByPlaceholder('Nodes suchen')).toBeVisible();
    expect(fetched.filter((f) => /\/de-[^/]+\.js$/.test(f))).toHaveLength(1);
  });
});

test('what Settings offers for the look works and stays', async ({ page, server }) => {
  await page.goto(server.url);
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();
  const before = { button: await height(page, 'Deploy'), grid: await look(page, '--grid') };
  await page.keyboard.press('Control+,');
  const settings = page.getByRole('dialog', { name: 'Settings' });
  const choose = (of: string, what: string) =>
    settings.getByRole('radiogroup', { name: of }).getByRole('radio', { name: what, exact: true }).click();
  await choose('Theme', 'Dark');
  await choose('Contrast', 'High');
  await choose('Density', 'Compact');
  await choose('Text size', '16');
  await settings.getByRole('switch', { name: 'Grid', exact: true }).click();

  const shown = async () => {
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    expect(await look(page, '--text')).toMatch(/^#fff(fff)?$/);
    expect(await height(page, 'Deploy')).toBeLessThan(before.button ?? 0);
    expect(await look(page, '--grid')).not.toBe(before.grid);
    await expect(page.getByRole('button', { name: 'Problems' })).toHaveCSS('font-size', /^14\.7/);
  };
  await page.keyboard.press('Escape');
  await shown();
  await page.reload();
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();
  await shown();
});

test('a node goes to the grid, or where it is dragged if that is chosen', async ({ page, server }) => {
  await page.goto(server.url);
  const canvas = page.getByRole('application', { name: 'Flow canvas' });
  await canvas.focus();
  await page.keyboard.press('Control+0');
  const node = canvas.locator('.cv-node', { hasText: 'Why it failed' });
  const box = async () => (await node.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await expect.poll(async () => Math.round((await box()).height)).toBe(30);
  const drag = async (down: number) => {
    const from = await box();
    const at = { x: from.x + from.width / 2, y: from.y + 15 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x, at.y + 5);
    await page.mouse.move(at.x, at.y + down, { steps: 3 });
    await page.mouse.up();
    return Math.round((await box()).y - from.y);
  };
  expect(await drag(107)).toBe(100);
  await page.keyboard.press('Control+,');
  const settings = page.getByRole('dialog', { name: 'Settings' });
  await settings.getByRole('switch', { name: 'Snap to the grid' }).click();
  await page.keyboard.press('Escape');
  await expect(settings).toBeHidden();
  expect(await drag(27)).toBe(27);
});
