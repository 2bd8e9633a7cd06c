import { afterEach, beforeEach, expect, it } from 'vitest';
import { nameWindow, openWindows } from './windows';

// Where there are no locks, as on a page that is not secure, windows ask each other.
let other: BroadcastChannel;
beforeEach(() => {
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
  sessionStorage.clear();
  other = new BroadcastChannel('flowrill.windows');
});
afterEach(() => {
  other.close();
  Reflect.deleteProperty(navigator, 'locks');
});

const answer = (name: string) => {
  other.onmessage = (e: MessageEvent) => {
    if (e.data === 'who') other.postMessage({ name });
  };
};

it('knows the windows that are open', async () => {
  answer('here x');
  expect([...(await openWindows())]).toEqual([]); // it has not said yet that it is one itself
  await nameWindow('here ');
  expect([...(await openWindows())]).toEqual(['here x']);
});

it('has the same name after a reload, and another one than the window it is a copy of', async () => {
  const name = await nameWindow('here ');
  expect(await nameWindow('here ')).toBe(name);
  answer(name);
  expect(await nameWindow('here ')).not.toBe(name);
});
