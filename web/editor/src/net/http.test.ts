import { beforeEach, describe, expect, it, vi } from 'vitest';
import { authStore, call, keepToken, tryToken } from './http';

/** A server that takes one token; answers come when they are let go. */
function server(good: string) {
  const waiting: (() => void)[] = [];
  vi.stubGlobal('fetch', (_: URL, init: RequestInit) => {
    const { Authorization } = init.headers as Record<string, string>;
    const ok = Authorization === `Bearer ${good}`;
    return new Promise((answer) => waiting.push(() => answer(new Response('{}', { status: ok ? 200 : 401 }))));
  });
  return () => waiting.shift()?.();
}

const state = () => authStore.getState();

beforeEach(() => authStore.setState({ token: '', asked: false, refused: false }));

describe('the token', () => {
  it('is not lost to the late answer to an older one', async () => {
    const next = server('new');
    keepToken('old');
    const late = call('flows').catch((e: Error) => e.message);
    const login = tryToken('new', false);
    next();
    await late;
    next();
    expect(await login).toBe(true);
    expect(state()).toEqual({ token: 'new', asked: false, refused: false });
  });

  it('is refused when it never was good, and has ended when it was', async () => {
    let next = server('first');
    const typo = tryToken('frist', false);
    next();
    expect(await typo).toBe(false);
    expect(state()).toEqual({ token: '', asked: true, refused: true });
    const login = tryToken('first', false);
    expect(state().refused).toBe(false);
    next();
    expect(await login).toBe(true);
    next = server('second');
    const ended = call('flows').catch((e: Error) => e.message);
    next();
    await ended;
    expect(state()).toEqual({ token: '', asked: true, refused: false });
    const again = tryToken('first', false);
    next();
    expect(await again).toBe(false);
    expect(state().refused).toBe(true);
  });
});
