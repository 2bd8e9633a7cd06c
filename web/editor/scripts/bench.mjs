// Measures the canvas with 2,000 nodes and 2,500 wires in Chromium, on the real server.
//   make build && npm run bench            FLOWRILL=path of the binary, CHROMIUM=path of the browser
// Frames are counted while events come once per frame, as from a hand; medians of three runs.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { bigFlow } from './bench-flow.mjs';

const binary = process.env['FLOWRILL'] ?? new URL('../../../bin/flowrill', import.meta.url).pathname;
const port = Number(process.env['PORT'] ?? 18777);
const slack = Number(process.env['SLACK'] ?? 1);
const dir = mkdtempSync(join(tmpdir(), 'flowrill-bench-'));
const file = join(dir, 'flow.json');
writeFileSync(file, JSON.stringify(bigFlow()));
const server = spawn(
  binary,
  ['serve', file, '--data', join(dir, 'data'), '--auth', 'none', '--addr', `127.0.0.1:${port}`],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
server.on('error', (e) => {
  console.error(`${binary}: ${e.message}; "make build" makes it`);
  process.exit(1);
});
const url = `http://127.0.0.1:${port}/admin/`;
for (let i = 0; i < 100; i++) {
  if (
    await fetch(url).then(
      (r) => r.ok,
      () => false,
    )
  )
    break;
  await new Promise((r) => setTimeout(r, 100));
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
});
const results = [];
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const report = (name, value, unit, limit, more) =>
  results.push({ name, value, unit, limit, good: more ? value >= limit / slack : value <= limit * slack });

async function open() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (e) => console.error(e));
  let live;
  await page.routeWebSocket(/\/live$/, (ws) => {
    const server = ws.connectToServer();
    live = (frame) => ws.send(JSON.stringify(frame));
    server.onMessage((m) => ws.send(m));
  });
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('canvas-ready').length > 0);
  const ready = await page.evaluate(() => performance.getEntriesByName('canvas-ready')[0].startTime);
  return { page, ready, send: (f) => live?.(f) };
}

/** Frames a second while `step(i)` runs in each. Returns fps, the 95th percentile of a frame, and the script's share. */
const frames = (page, kind, ms = 2000) =>
  page.evaluate(
    async ([kind, ms]) => {
      const root = document.querySelector('[role=application]');
      const r = root.getBoundingClientRect();
      const at = { clientX: r.left + r.width / 2, clientY: r.top + r.height / 2, bubbles: true, cancelable: true };
      const pointer = (type, x, y, buttons) =>
        new PointerEvent(type, { ...at, clientX: x, clientY: y, pointerId: 1, isPrimary: true, button: 0, buttons });
      const steps = {
        pan: (i) =>
          root.dispatchEvent(
            new WheelEvent('wheel', { ...at, deltaX: Math.sin(i / 40) * 18, deltaY: 14 * (i % 240 < 120 ? 1 : -1) }),
          ),
        zoom: (i) =>
          root.dispatchEvent(new WheelEvent('wheel', { ...at, ctrlKey: true, deltaY: i % 120 < 60 ? 7 : -7 })),
        drag: (i) =>
          root.dispatchEvent(pointer('pointermove', node.x + (i % 200) * 2, node.y + Math.sin(i / 9) * 80, 1)),
        idle: () => {},
      };
      let node;
      if (kind === 'drag') {
        const el = [...document.querySelectorAll('[data-id]')].find((e) => {
          const b = e.getBoundingClientRect();
          return b.left > r.left + 200 && b.top > r.top + 100 && b.bottom < r.bottom - 60;
        });
        const b = el.getBoundingClientRect();
        node = { x: b.left + b.width / 2, y: b.top + b.height / 2 };
        root.setPointerCapture = () => {};
        root.dispatchEvent(pointer('pointerdown', node.x, node.y, 1));
      }
      const times = [];
      const begin = performance.now();
      await new Promise((done) => {
        let i = 0;
        const tick = (now) => {
          times.push(now);
          if (now - begin > ms) return done();
          steps[kind](i++);
          requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      });
      if (kind === 'drag') root.dispatchEvent(pointer('pointerup', node.x, node.y, 0));
      const gaps = times
        .slice(1)
        .map((t, i) => t - times[i])
        .sort((a, b) => a - b);
      const span = times.at(-1) - times[0];
      return {
        n: times.length,
        fps: ((times.length - 1) * 1000) / span,
        p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0,
      };
    },
    [kind, ms],
  );

// Seconds of processor all of the browser has used: unlike frames it does not depend on who else is busy.
const system = await browser.newBrowserCDPSession();
const cpu = async () => (await system.send('SystemInfo.getProcessInfo')).processInfo.reduce((t, p) => t + p.cpuTime, 0);

const press = (page, keys) => page.keyboard.press(keys);
const settle = (page) => page.waitForTimeout(500);

try {
  const readies = [];
  for (let i = 0; i < 3; i++) {
    const { page, ready } = await open();
    readies.push(ready);
    await page.close();
  }
  report('ready', median(readies), 'ms', 1000);
  const { page, send } = await open();
  const canvas = page.locator('[role=application]');
  await canvas.focus();
  await settle(page);
  const run = async (name, kind, before) => {
    const fps = [];
    const p95 = [];
    const work = [];
    for (let i = 0; i < 3; i++) {
      await before?.();
      await settle(page);
      const used = await cpu();
      const f = await frames(page, kind);
      work.push((((await cpu()) - used) * 1000) / f.n);
      fps.push(f.fps);
      p95.push(f.p95);
    }
    report(name, median(fps), 'fps', 50, true);
    results.at(-1).note =
      `95 % of frames within ${median(p95).toFixed(1)} ms; ${median(work).toFixed(1)} ms of processor each; runs ${fps.map((f) => f.toFixed(0)).join(' ')}`;
  };
  // The middle of the flow, at 100 %.
  const close = async () => {
    await press(page, 'Control+1');
    await settle(page);
    await press(page, 'Control+0');
  };
  await run('pan close up', 'pan', close);
  await run('drag', 'drag', close);
  await run('zoom', 'zoom', close);
  await run('pan overview', 'pan', () => press(page, 'Control+1'));
  await close();
  const traffic = setInterval(() => {
    const wires = Array.from({ length: 60 }, (_, i) => [`n${(i * 6) % 1990}:0>n${((i * 6) % 1990) + 1}`, 1]);
    const events = Array.from({ length: 60 }, (_, i) => ({
      ...{ t: 'ev', ch: 'status', seq: Date.now() * 100 + i, node: `n${i * 3}` },
      data: { fill: 'green', shape: 'dot', text: `${Date.now() % 10000}` },
    }));
    send([...events, { t: 'ev', ch: 'activity', seq: Date.now() * 100, at: Date.now(), data: wires }]);
  }, 100);
  await run('600 statuses and 600 messages a second', 'pan');
  clearInterval(traffic);
  const selects = [];
  for (let i = 0; i < 5; i++) {
    await press(page, 'Escape');
    await settle(page);
    selects.push(
      await page.evaluate(async () => {
        const root = document.querySelector('[role=application]');
        const t = performance.now();
        root.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'a', code: 'KeyA', ctrlKey: true, bubbles: true, cancelable: true }),
        );
        await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
        return performance.now() - t;
      }),
    );
  }
  report('select all', median(selects), 'ms', 100);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  report('heap', usedSize / 1048576, 'MB', 40);
} finally {
  await browser.close();
  server.kill();
  rmSync(dir, { recursive: true, force: true });
}
for (const r of results) {
  console.log(
    `${r.good ? 'ok  ' : 'SLOW'} ${r.name.padEnd(42)} ${r.value.toFixed(1).padStart(8)} ${r.unit.padEnd(4)} (${r.limit}) ${r.note ?? ''}`,
  );
}
process.exit(results.every((r) => r.good) ? 0 : 1);
