/**
 * Values by key with subscribers by key. Changes are told once per frame, and only to those who follow that key:
 * a burst never wakes more than it names.
 */
export class Keyed<V> {
  private values = new Map<string, V>();
  private followers = new Map<string, Set<() => void>>();
  private every = new Set<(keys: ReadonlySet<string>) => void>();
  private dirty = new Set<string>();

  constructor(private readonly frame: (f: () => void) => void = onFrame) {}

  get(key: string): V | undefined {
    return this.values.get(key);
  }

  entries(): IterableIterator<[string, V]> {
    return this.values.entries();
  }

  set(key: string, value: V | undefined): void {
    if (value === undefined) {
      if (!this.values.delete(key)) return;
    } else this.values.set(key, value);
    if (this.dirty.size === 0) this.frame(() => this.flush());
    this.dirty.add(key);
  }

  clear(): void {
    for (const key of [...this.values.keys()]) this.set(key, undefined);
  }

  /** Follows one key. */
  subscribe(key: string, fn: () => void): () => void {
    let all = this.followers.get(key);
    if (!all) {
      all = new Set();
      this.followers.set(key, all);
    }
    all.add(fn);
    return () => {
      all.delete(fn);
      if (all.size === 0 && this.followers.get(key) === all) this.followers.delete(key);
    };
  }

  /** Follows everything; told which keys changed. For painters, not for React. */
  subscribeAll(fn: (keys: ReadonlySet<string>) => void): () => void {
    this.every.add(fn);
    return () => this.every.delete(fn);
  }

  private flush(): void {
    const keys = this.dirty;
    this.dirty = new Set();
    for (const key of keys) for (const fn of [...(this.followers.get(key) ?? [])]) fn();
    for (const fn of this.every) fn(keys);
  }
}

/** In the next frame; in hidden tabs, which have none, a little later. */
export function onFrame(f: () => void): void {
  if (typeof document !== 'undefined' && document.hidden) setTimeout(f, 200);
  else requestAnimationFrame(f);
}
