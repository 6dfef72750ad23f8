const DATABASE = 'kanal-aduan';
const STORE = 'files';

/** Keeps the bytes of files that are not uploaded yet, over a reload; in memory only where the browser forbids more. */
export interface Blobs {
  put(id: string, blob: Blob): Promise<void>;
  get(id: string): Promise<Blob | undefined>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

export function createBlobs(): Blobs {
  const inMemory = new Map<string, Blob>();
  const database = openDatabase().catch(() => undefined);

  async function run<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | undefined> {
    const db = await database;
    if (!db) return undefined;
    return new Promise((resolve) => {
      const transaction = db.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => resolve(undefined);
      transaction.onerror = () => resolve(undefined);
    });
  }

  return {
    async put(id, blob) {
      inMemory.set(id, blob);
      await run('readwrite', (store) => store.put(blob, id));
    },
    async get(id) {
      return inMemory.get(id) ?? (await run<Blob | undefined>('readonly', (store) => store.get(id)));
    },
    async remove(id) {
      inMemory.delete(id);
      await run('readwrite', (store) => store.delete(id));
    },
    async clear() {
      inMemory.clear();
      await run('readwrite', (store) => store.clear());
    },
  };
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}
