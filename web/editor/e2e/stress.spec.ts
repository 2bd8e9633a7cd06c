import { expect, type Page } from '@playwright/test';
import { test } from './server';

const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const rtl = 'שלום עולם 😀';

/** 10,000 nodes on ten tabs, of which the first shows what no name should do. */
function huge() {
  const flow: object[] = [];
  for (let t = 0; t < 10; t++) {
    flow.push({ id: `t${t}`, type: 'tab', label: t === 0 ? evil : `Flow ${t}`, info: t === 0 ? evil : '' });
    for (let i = 0; i < 1000; i++) {
      flow.push({
        id: `n${t}-${i}`,
        type: 'change',
        z: `t${t}`,
        name: ['x'.repeat(500), rtl, evil][i] ?? '',
        info: i === 2 ? evil : undefined,
        rules: [],
        x: 200 + 220 * (i % 25),
        y: 80 + 60 * Math.floor(i / 25),
        wires: [i % 25 === 24 ? [] : [`n${t}-${i + 1}`]],
      });
    }
  }
  return flow;
}

/** Counts the main thread's tasks of more than a second. */
async function watchFreezes(page: Page) {
  await page.addInitScript(() => {
    const w = window as unknown as { freezes: number[] };
    w.freezes = [];
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) if (task.duration > 1000) w.freezes.push(task.duration);
    }).observe({ type: 'longtask', buffered: true });
  });
}
const freezes = (page: Page) => page.evaluate(() => (window as unknown as { freezes: number[] }).freezes);
const hacked = (page: Page) => page.evaluate(() => (window as unknown as { hacked?: number }).hacked);

test('10,000 nodes, names of 500 characters, from right to left, and with script in them', async ({ page, server }) => {
  test.setTimeout(90_000);
  await watchFreezes(page);
  const put = await fetch(`${server.origin}/admin/flows`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: JSON.stringify(huge()),
  });
  expect(put.ok).toBe(true);
  await page.goto(server.url);
  const canvas = page.getByRole('application', { name: 'Flow canvas' });
  await expect(canvas).toBeVisible();
  await expect(page.getByRole('tab', { name: evil })).toBeVisible();
  await expect(canvas.getByText(rtl).first()).toBeVisible();
  await canvas.getByText(rtl).first().dblclick();
  const form = page.getByRole('region', { name: 'Node settings' });
  await expect(form.getByLabel('Name', { exact: true })).toHaveValue(rtl);
  await page.getByRole('tab', { name: 'Flow 9' }).click();
  await expect(page.getByRole('tab', { name: 'Flow 9' })).toHaveAttribute('aria-selected', 'true');
  expect(await hacked(page)).toBeUndefined();
  expect(await freezes(page)).toEqual([]);
});

test('a flood of 10,000 debug messages a second leaves typing and answers quick', async ({ page, server }) => {
  test.setTimeout(90_000);
  const flood = [
    { id: 'f', type: 'tab', label: 'Flood' },
    {
      id: 'tick',
      type: 'inject',
      z: 'f',
      x: 140,
      y: 80,
      repeat: '0.1',
      props: [{ p: 'payload', v: JSON.stringify(Array.from({ length: 1000 }, (_, i) => `message ${i}`)), vt: 'json' }],
      wires: [['split']],
    },
    { id: 'split', type: 'split', z: 'f', x: 340, y: 80, wires: [['d']] },
    { id: 'd', type: 'debug', z: 'f', x: 540, y: 80, active: true, tosidebar: true, complete: 'payload', wires: [] },
    { id: 'in', type: 'http in', z: 'f', x: 140, y: 160, method: 'get', url: '/ping', wires: [['out']] },
    { id: 'out', type: 'http response', z: 'f', x: 340, y: 160, wires: [] },
  ];
  await page.goto(server.url);
  const put = await fetch(`${server.origin}/admin/flows`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: JSON.stringify(flood),
  });
  expect(put.ok).toBe(true);
  const debug = page.getByRole('region', { name: 'Debug messages' });
  await expect(debug.getByRole('log')).toContainText('message');
  const filter = debug.getByRole('searchbox', { name: 'Filter' });
  await filter.focus();
  const slow = await typing(page, 'nosuchtext');
  console.log('typing', Math.round(slow), 'ms');
  expect(slow, 'median milliseconds from a key to the picture').toBeLessThan(400);
  await filter.fill('');
  const began = Date.now();
  for (let i = 0; i < 20; i++) expect((await fetch(`${server.origin}/ping`)).status).toBe(200);
  expect((Date.now() - began) / 20, 'milliseconds for an answer').toBeLessThan(400);
  await debug.getByRole('button', { name: 'Pause' }).click();
  await expect(debug).toContainText(/\d+ new/);
});

test('payloads of 5 MB, 500 levels deep, binary, and with script in them', async ({ page, server }) => {
  await watchFreezes(page);
  const put = await fetch(`${server.origin}/admin/flows`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: JSON.stringify([
      { id: 'f', type: 'tab', label: 'Bodies' },
      { id: 'in', type: 'http in', z: 'f', x: 140, y: 80, method: 'post', url: '/in', wires: [['out', 'd']] },
      { id: 'out', type: 'http response', z: 'f', x: 340, y: 80, wires: [] },
      {
        id: 'd',
        type: 'debug',
        z: 'f',
        x: 340,
        y: 160,
        name: 'Bodies',
        active: true,
        tosidebar: true,
        tostatus: true,
        statusType: 'auto',
        complete: 'payload',
        targetType: 'msg',
        wires: [],
      },
    ]),
  });
  expect(put.ok).toBe(true);
  await page.goto(server.url);
  const log = page.getByRole('region', { name: 'Debug messages' }).getByRole('log');
  await expect(log).toContainText('No messages yet');
  const send = (type: string, body: BodyInit) =>
    fetch(`${server.origin}/in`, { method: 'POST', headers: { 'content-type': type }, body });
  const rows = log.locator('.debug-row');

  await send(
    'application/json',
    JSON.stringify({ list: Array.from({ length: 100_000 }, (_, i) => `${i} ${evil.slice(0, 30)}`) }),
  );
  await expect(rows).toHaveCount(1);
  await send('application/json', '['.repeat(500) + ']'.repeat(500));
  await expect(rows).toHaveCount(2);
  await send('application/octet-stream', new Uint8Array(1 << 20).fill(0xff));
  await expect(rows).toHaveCount(3);
  await send('text/plain', evil);
  await expect(rows).toHaveCount(4);
  await expect(rows.last()).toContainText('onerror');
  await expect(page.getByRole('application', { name: 'Flow canvas' })).toContainText('<img src=x');
  expect(await hacked(page)).toBeUndefined();
  expect(await freezes(page)).toEqual([]);
});

/** Types a text and tells the median time from a key to the frame after it. */
async function typing(page: Page, text: string): Promise<number> {
  await page.evaluate(() => {
    const w = window as unknown as { painted: number[] };
    w.painted = [];
    const key = (e: Event) =>
      requestAnimationFrame(() => setTimeout(() => w.painted.push(performance.now() - e.timeStamp)));
    addEventListener('keydown', key, { capture: true });
  });
  const painted = () => page.evaluate(() => (window as unknown as { painted: number[] }).painted);
  for (const [i, key] of [...text].entries()) {
    await page.keyboard.press(key);
    await expect.poll(async () => (await painted()).length).toBe(i + 1);
  }
  const times = (await painted()).sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
}
