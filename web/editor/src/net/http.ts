import { createStore } from 'zustand/vanilla';
import { t } from '../i18n';
import type { Problem } from '../model/types';

/** An answer that is no success. status 0: the server could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problems: Problem[] = [],
  ) {
    super(message);
  }
}

const tokenKey = 'flowrill.token';

/** Who we are to the server. `asked` is true while it wants a token that we do not have. */
export const authStore = createStore<{ token: string; asked: boolean; refused: boolean }>(() => ({
  token: '',
  asked: false,
  refused: false,
}));

const safely = <T>(f: () => T, otherwise: T): T => {
  try {
    return f();
  } catch {
    return otherwise; // storage may be full or forbidden
  }
};

/** Takes the token from the address's fragment, or from where it was kept. */
export function findToken(): void {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get('token');
  if (given) {
    history.replaceState(null, '', location.pathname + location.search);
    keepToken(given);
    return;
  }
  const token = safely(() => sessionStorage.getItem(tokenKey) ?? localStorage.getItem(tokenKey), null) ?? '';
  authStore.setState({ token });
}

/** The token that the server took last: if it takes it no longer, nobody mistyped it. */
let accepted = '';

/** Whether the server takes a token; it is kept where it does. */
export async function tryToken(token: string, stay: boolean): Promise<boolean> {
  authStore.setState({ token, refused: false });
  try {
    await call('settings');
  } catch (e) {
    if (e instanceof ApiError && e.status === 401) return false;
    throw e;
  }
  keepToken(token, stay);
  return true;
}

/** Keeps the token for this browser tab, or with `stay` for all and for later. */
export function keepToken(token: string, stay = false): void {
  authStore.setState({ token, asked: false, refused: false });
  safely(() => sessionStorage.setItem(tokenKey, token), undefined);
  if (stay) safely(() => localStorage.setItem(tokenKey, token), undefined);
}

/** The server wants another token than the one that was used. Said of an older one it means nothing. */
export function dropToken(used: string): void {
  if (used !== authStore.getState().token) return;
  safely(() => sessionStorage.removeItem(tokenKey), undefined);
  safely(() => localStorage.removeItem(tokenKey), undefined);
  authStore.setState({ token: '', asked: true, refused: used !== '' && used !== accepted });
  accepted = '';
}

/** The admin root: where this page is. */
export const root = (): URL => new URL('./', location.href.replace(/[?#].*$/, ''));

export interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls the admin API and gives its JSON, or its text if it is none. */
export async function call<T>(path: string, options: Call = {}): Promise<T> {
  const { token } = authStore.getState();
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (token) headers['Authorization'] = `Bearer ${token}`;
  const init: RequestInit = { method: options.method ?? 'GET', headers };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(new URL(path, root()), init);
    text = await answer.text();
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new ApiError(0, 'offline', t('The server cannot be reached.'));
  }
  if (answer.status === 401) {
    dropToken(token);
    throw new ApiError(401, 'unauthorized', t('The server asks for an access token.'));
  }
  accepted = token;
  const json = parse(text);
  if (!answer.ok) {
    const e = (typeof json === 'object' && json !== null ? json : {}) as {
      code?: string;
      message?: string;
      problems?: Problem[];
    };
    throw new ApiError(answer.status, e.code ?? '', e.message ?? plain(text) ?? answer.statusText, e.problems);
  }
  return (json === undefined ? text : json) as T;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The words of an error page. */
const plain = (html: string): string | undefined =>
  html
    .replace(/<style[\s\S]*?<\/style>|<title[\s\S]*?<\/title>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300) || undefined;
