import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base } from '@playwright/test';

const root = resolve(import.meta.dirname, '../../..');

/** An object of a flow file. */
export type Rec = Record<string, unknown>;

/** The objects of one: what an option cannot be is an array. */
export interface Flows {
  flows: Rec[];
}

/** A flowrill that serves one file in a directory of its own. */
export class Server {
  /** With the access token. */
  url = '';
  origin = '';
  token = '';
  private child: ChildProcess | undefined;

  private constructor(private readonly dir: string) {}

  get file(): string {
    return join(this.dir, 'flows.json');
  }

  /** Serves a file of the repository, objects, or with null nothing. */
  static async of(flow: string | Flows | null): Promise<Server> {
    const s = new Server(await mkdtemp(join(tmpdir(), 'flowrill-e2e-')));
    if (typeof flow === 'string') await copyFile(join(root, flow), s.file);
    else await writeFile(s.file, JSON.stringify(flow?.flows ?? []));
    await s.start();
    return s;
  }

  /** Starts it, again at the address where it was. */
  async start(): Promise<void> {
    const bin = process.env['FLOWRILL_BIN'] ?? join(root, 'bin/flowrill');
    const addr = this.origin === '' ? '127.0.0.1:0' : new URL(this.origin).host;
    this.child = spawn(bin, ['serve', this.file, '--addr', addr, '--data', join(this.dir, 'data')]);
    Object.assign(this, await address(this.child));
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.child = undefined;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Gives it another access token, for when it starts next. */
  async setToken(token: string): Promise<void> {
    await writeFile(join(this.dir, 'data/token'), `${token}\n`, { mode: 0o600 });
  }

  /** What it runs, without the editor. */
  async flows(): Promise<Rec[]> {
    const answer = await fetch(`${this.origin}/admin/flows`, { headers: { Authorization: `Bearer ${this.token}` } });
    return (await answer.json()) as Rec[];
  }

  /** One object of what it runs. */
  async object(id: string): Promise<Rec | undefined> {
    return (await this.flows()).find((r) => r['id'] === id);
  }

  /** Writes another flow file, while it is stopped. */
  async write(flows: Rec[]): Promise<void> {
    await writeFile(this.file, JSON.stringify(flows));
  }
}

function address(child: ChildProcess): Promise<Pick<Server, 'url' | 'origin' | 'token'>> {
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

/** test with a server: `test.use({ flow: 'examples/…/flow.json' })`, objects, or null for an empty one. */
export const test = base.extend<{ flow: string | Flows | null; server: Server }>({
  flow: [null, { option: true }],
  server: async ({ flow }, use) => {
    const server = await Server.of(flow);
    await use(server);
    await server.remove();
  },
});
export { expect } from '@playwright/test';
