import type { Locator } from '@playwright/test';
import { Mouse } from './hands';
import { expect, type Server, test } from './server';

const payload = JSON.stringify({ from: '447700900001', items: [{ text: 'hello' }] });
const long = `${'x'.repeat(1500)} the end`;

test.use({
  flow: {
    flows: [
      { id: 't1', type: 'tab', label: 'Pins' },
      {
        id: 'in1',
        type: 'inject',
        z: 't1',
        name: 'Go',
        props: [{ p: 'payload' }],
        payload,
        payloadType: 'json',
        x: 120,
        y: 80,
        wires: [['d1']],
      },
      {
        id: 'in2',
        type: 'inject',
        z: 't1',
        name: 'Long',
        props: [{ p: 'payload' }],
        payload: JSON.stringify({ text: long }),
        payloadType: 'json',
        x: 120,
        y: 160,
        wires: [['d1']],
      },
      { id: 'd1', type: 'debug', z: 't1', name: 'Seen', active: true, complete: 'payload', x: 320, y: 80, wires: [] },
    ],
  },
});

const press = (s: Server, id: string) =>
  fetch(`${s.origin}/admin/inject/${id}`, { method: 'POST', headers: { Authorization: `Bearer ${s.token}` } });

/** Presses until a message is shown: what comes before the editor watches is not. */
const firstShown = (s: Server, rows: Locator) =>
  expect(async () => {
    await press(s, 'in1');
    await expect(rows).toHaveCount(1, { timeout: 1000 });
  }).toPass();

test('a pinned path is seen at a glance, until it is unpinned', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  const rows = m.debug.getByRole('article');
  const line = (name: string) => rows.last().locator('.vt-line').filter({ hasText: name }).last();
  await firstShown(server, rows);
  await expect(rows.last()).toContainText('{ from: "447700900001"');

  // By mouse one, by keyboard the other.
  await rows.last().getByRole('button', { expanded: false }).first().click();
  await line('from:').hover();
  await line('from:').getByRole('button', { name: 'Pin', exact: true }).click();
  await expect(line('from:').getByRole('button', { name: 'Unpin' })).toBeVisible();
  await line('items:').getByRole('button', { expanded: false }).press('ArrowRight');
  await line('0:').getByRole('button', { expanded: false }).press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(line('text:').locator('.vt-toggle')).toBeFocused();
  await page.keyboard.press('p');
  await expect(line('text:').getByRole('button', { name: 'Unpin' })).toBeVisible();

  // They are remembered.
  await page.reload();
  await expect(rows.last()).toContainText(/from: "447700900001"\s*items\[0\]\.text: "hello"/);
  await rows.last().getByRole('button', { expanded: false }).first().click();
  await expect(line('text:')).toContainText('"hello"');

  await line('text:').getByRole('button', { name: 'Unpin' }).click();
  await line('from:').getByRole('button', { name: 'Unpin' }).click();
  await rows.last().getByRole('button', { expanded: true }).first().click();
  await expect(rows.last()).toContainText('{ from: "447700900001"');
});

test('a message that shows less than its value shows all of it', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  const rows = m.debug.getByRole('article');
  await firstShown(server, rows);
  await press(server, 'in2');
  await expect(rows).toHaveCount(2);
  await expect(rows.first().getByRole('button', { name: 'Show all' })).toHaveCount(0);
  const row = rows.last();
  await row.getByRole('button', { name: 'Show all' }).click();
  await expect(row.getByRole('button', { name: 'Show all' })).toHaveCount(0);
  await row.locator('.vt-children').getByRole('button', { expanded: false }).first().click();
  await expect(row.locator('.vt-text')).toHaveText(long);

  // The server does not keep it for ever.
  await page.reload();
  await expect(rows.last().getByRole('button', { name: 'Show all' })).toBeVisible();
  await page.route('**/flowrill/v1/debug/**', (r) => r.continue({ url: r.request().url().replace(/\d+$/, '999') }));
  await rows.last().getByRole('button', { name: 'Show all' }).click();
  await expect(page.getByText('The whole value is no longer kept')).toBeVisible();
});
