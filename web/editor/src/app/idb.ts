/** A small key-value store in IndexedDB. Where storage is full or forbidden it keeps nothing and says so. */

const name = 'flowrill';
const table = 'drafts';

let opened: Promise<IDBDatabase> | null = null;

function db(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const r = indexedDB.open(name, 1);
    r.onupgradeneeded = () => r.result.createObjectStore(table);
    r.onsuccess = () => resolve(r.result);
    r.onerror = () => reject(r.error);
    r.onblocked = () => reject(new Error('blocked'));
  });
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

async function request<T>(mode: IDBTransactionMode, f: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const tx = (await db()).transaction(table, mode);
  const r = f(tx.objectStore(table));
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve(r.result);
    tx.onabort = () => reject(tx.error);
    tx.onerror = () => reject(tx.error);
  });
}

export const idbGet = <T>(key: string) => request<T | undefined>('readonly', (s) => s.get(key));
export const idbPut = (key: string, value: unknown) => request('readwrite', (s) => s.put(value, key));
export const idbDelete = (key: string) => request('readwrite', (s) => s.delete(key));
export const idbKeys = async () => (await request('readonly', (s) => s.getAllKeys())).map(String);
