// Takes a picture of every node type's form, light and dark: node scripts/forms-shots.mjs [out] [type,type…]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { icons } from './icons.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? '/tmp/forms';
const only = process.argv[3]?.split(',');
mkdirSync(out, { recursive: true });
const binary = `${root}../../bin/flowrill`;
const types = JSON.parse(
  process.env.NODES
    ? readFileSync(process.env.NODES, 'utf8')
    : execFileSync(binary, ['nodes', '--json'], { encoding: 'utf8' }),
);
const samples = JSON.parse(readFileSync(`${root}src/forms/lab/samples.json`, 'utf8'));

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Forms</title></head><body><div id="root"></div>
<script>window.lab = ${JSON.stringify({ types, samples }).replaceAll('<', '\\u003c')}</script><script type="module" src="/src/forms/lab/index.tsx"></script></body></html>`;
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { port: Number(process.env.PORT ?? 0), host: '127.0.0.1', hmr: false, watch: null },
  appType: 'custom',
  cacheDir: `${root}node_modules/.vite-lab`,
  plugins: [
    icons(),
    react(),
    {
      name: 'lab',
      configureServer: (s) => {
        s.middlewares.use('/lab', async (req, res) => {
          if (!/^\/?(\?|$)/.test(req.url)) {
            // With FLOWRILL=http://127.0.0.1:1880/admin previews and secrets are real.
            let body = '';
            for await (const part of req) body += part;
            const answer = process.env.FLOWRILL
              ? await fetch(process.env.FLOWRILL + req.url, {
                  method: req.method,
                  headers: { 'Content-Type': 'application/json' },
                  ...(body ? { body } : {}),
                })
              : new Response('{}', { status: 404 });
            res.statusCode = answer.status;
            res.end(await answer.text());
            return;
          }
          res.setHeader('Content-Type', 'text/html');
          res.end(await s.transformIndexHtml('/lab', page));
        });
      },
    },
  ],
});
await server.listen();
const port = server.httpServer.address().port;
if (process.env.SERVE) {
  console.log(`http://127.0.0.1:${port}/lab/?types=send-sms or ?inspect=send-sms`);
  await new Promise(() => {});
}
const browser = await chromium.launch({
  ...(existsSync('/usr/bin/chromium') ? { executablePath: '/usr/bin/chromium' } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--no-first-run'],
});
const names = [...types.map((t) => t.type), 'tab', 'group', 'subflow', 'subflow:n-subflow', 'mqtt strange'].filter(
  (t) => !only || only.includes(t),
);
const each = 4;
let bad = 0;
for (const theme of ['light', 'dark']) {
  const p = await browser.newPage({ viewport: { width: 16 + each * 396, height: 900 } });
  p.on('pageerror', (e) => {
    bad++;
    console.error(`${theme}: ${e.message.slice(0, 300)}`);
  });
  p.on('console', (m) => {
    if (m.type() === 'error' && !/404|Failed to load/.test(m.text())) {
      bad++;
      console.error(m.text().slice(0, 300));
    }
  });
  for (let i = 0; i < names.length; i += each) {
    const some = names.slice(i, i + each);
    await p.goto(`http://127.0.0.1:${port}/lab/?theme=${theme}&types=${some.join(',')}`);
    await p.waitForFunction(
      (n) => document.querySelectorAll('form > :first-child:not(:empty), form[aria-label=junction]').length >= n,
      some.length,
    );
    await p.waitForTimeout(900);
    await p.evaluate((open) => {
      if (open) for (const d of document.querySelectorAll('details')) d.open = true;
    }, process.env.OPEN === '1');
    await p.screenshot({ path: `${out}/${theme}-${String(i / each).padStart(2, '0')}.png` });
    console.log(theme, some.join(' '));
  }
  await p.close();
}
await browser.close();
await server.close();
process.exitCode = bad ? 1 : 0;
