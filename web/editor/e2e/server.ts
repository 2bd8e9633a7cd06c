import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base } from '@playwright/test';

const root = resolve(import.meta.dirname, '../../..');

/** A flowrill that serves one file in a directory of its own. */
export interface Server {
  /** With the access token. */
  url: string;
  origin: string;
  token: string;
  file: string;
}

async function start(flow: string | null): Promise<{ server: Server; stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'flowrill-e2e-'));
  const file = join(dir, 'flows.json');
  if (flow === null) await writeFile(file, '[]');
  else await copyFile(join(root, flow), file);
  const bin = process.env['FLOWRILL_BIN'] ?? join(root, 'bin/flowrill');
  const child = spawn(bin, ['serve', file, '--addr', '127.0.0.1:0', '--data', join(dir, 'data')]);
  const server = { ...(await address(child)), file };
  return {
    server,
    stop: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function address(child: ChildProcess): Promise<Omit<Server, 'file'>> {
  return new Promise((found, failed) => {
    let text = '';
    const read = (b: Buffer) => {
      text += b;
      const m = /(http:\/\/[\w.:]+)\/#token=(\w+)/.exec(text);
      if (m) found({ url: m[0], origin: m[1] ?? '', token: m[2] ?? '' });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => failed(new Error(`flowrill ended with ${code}:\n${text}`)));
    child.once('error', failed);
  });
}

/** test with a server: `test.use({ flow: 'examples/…/flow.json' })`, null for an empty one. */
export const test = base.extend<{ flow: string | null; server: Server }>({
  flow: [null, { option: true }],
  server: async ({ flow }, use) => {
    const { server, stop } = await start(flow);
    await use(server);
    await stop();
  },
});
export { expect } from '@playwright/test';
