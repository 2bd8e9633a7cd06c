import { Mouse } from './hands';
import { expect, test } from './server';

const payload = JSON.stringify({ from: '447700900001', items: [{ text: 'hello' }] });

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
      { id: 'd1', type: 'debug', z: 't1', name: 'Seen', active: true, complete: 'payload', x: 320, y: 80, wires: [] },
    ],
  },
});

test('a pinned path is seen at a glance, until it is unpinned', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  const press = () =>
    fetch(`${server.origin}/admin/inject/in1`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.token}` },
    });
  const rows = m.debug.getByRole('article');
  const line = (name: string) => rows.last().locator('.vt-line').filter({ hasText: name }).last();
  await press();
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
