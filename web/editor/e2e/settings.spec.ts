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
