// Starts flowrill for a script that takes pictures: on a free port, with a directory of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

export const binary = process.env.FLOWRILL ?? new URL('../../../bin/flowrill', import.meta.url).pathname;

/** The server of one flow: `url` opens the editor, `call` talks to its admin API. */
export async function serve(flow) {
  const dir = mkdtempSync(join(tmpdir(), 'flowrill-shots-'));
  const file = join(dir, 'flows.json');
  writeFileSync(file, typeof flow === 'string' ? flow : JSON.stringify(flow));
  const child = spawn(binary, ['serve', file, '--addr', '127.0.0.1:0', '--data', join(dir, 'data')]);
  const url = await new Promise((found, failed) => {
    let text = '';
    const read = (b) => {
      text += b;
      const m = /http:\/\/[\w.:]+\/\S*#token=\w+/.exec(text);
      if (m) found(m[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => failed(new Error(`flowrill ended with ${code}:\n${text}`)));
    child.once('error', (e) => failed(new Error(`${binary}: ${e.message}; "make build" makes it`)));
  });
  const { origin } = new URL(url);
  const token = url.split('#token=')[1];
  return {
    url,
    origin,
    call: (path, init = {}) =>
      fetch(`${origin}/admin/${path}`, {
        ...init,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...init.headers },
      }),
    stop: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
