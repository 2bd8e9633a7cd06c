/** Windows of one browser: each keeps its own changes, and takes over what a closed one left. */

const place = 'flowrill.window';
const channel = 'flowrill.windows';
const patience = 150; // ms, for an answer of another window
const reloading = 700; // ms, in which the page that is left gives up its name

const newId = (): string => crypto.randomUUID?.() ?? String(Math.random()).slice(2);

function known(): string {
  try {
    return sessionStorage.getItem(place) ?? '';
  } catch {
    return '';
  }
}

function keep(id: string): void {
  try {
    sessionStorage.setItem(place, id);
  } catch {
    // for this page only
  }
}

/** Takes the name for as long as the page is there; false: another window has it. */
function hold(name: string): Promise<boolean> {
  return new Promise((taken) => {
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(reloading) }, () => {
        taken(true);
        return new Promise<void>(() => {});
      })
      .catch(() => taken(false));
  });
}

/** Where the page is not secure there are no locks: the others are asked. */
const asked = { mine: '', channel: undefined as BroadcastChannel | undefined };

function answer(): void {
  if (typeof BroadcastChannel === 'undefined') return;
  asked.channel = new BroadcastChannel(channel);
  asked.channel.addEventListener('message', (e: MessageEvent) => {
    if (e.data === 'who' && asked.mine !== '') asked.channel?.postMessage({ name: asked.mine });
  });
}

function others(): Promise<Set<string>> {
  const names = new Set<string>();
  const c = asked.channel;
  if (!c) return Promise.resolve(names);
  const hear = (e: MessageEvent) => {
    const name = (e.data as { name?: unknown } | null)?.name;
    if (typeof name === 'string') names.add(name);
  };
  c.addEventListener('message', hear);
  c.postMessage('who');
  return new Promise((done) =>
    setTimeout(() => {
      c.removeEventListener('message', hear);
      done(names);
    }, patience),
  );
}

/** The names under which open windows keep their changes. */
export async function openWindows(): Promise<Set<string>> {
  if (!navigator.locks) return others();
  const { held } = await navigator.locks.query();
  return new Set(held?.map((l) => l.name ?? ''));
}

/**
 * The name under which this window keeps its changes: the same after a reload, another one in a copy of the window,
 * which has its session storage too.
 */
export async function nameWindow(prefix: string): Promise<string> {
  const before = known();
  const name = prefix + before;
  if (!navigator.locks) answer();
  const free = async () => (navigator.locks ? hold(name) : !(await others()).has(name));
  if (before !== '' && (await free())) {
    asked.mine = name;
    return name;
  }
  const id = newId();
  keep(id);
  asked.mine = prefix + id;
  if (navigator.locks) void hold(asked.mine);
  return asked.mine;
}
