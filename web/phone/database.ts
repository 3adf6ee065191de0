/**
 * The phone's IndexedDB. It may answer late, never, or with an error, and may come back: every call opens it anew until
 * an opening has succeeded. Nobody on the Not Okay path waits for it.
 */
export type Table = 'keys' | 'sealed' | 'outbox';
const TABLES: readonly Table[] = ['keys', 'sealed', 'outbox'];

/** Rows by name, in three tables. */
export interface Database {
  get(table: Table, name: string): Promise<unknown>;
  all(table: Table): Promise<unknown[]>;
  put(table: Table, name: string, value: unknown): Promise<void>;
  /** Puts the value unless the name is there already, and returns what is there afterwards: two windows agree. */
  putFirst(table: Table, name: string, value: unknown): Promise<unknown>;
  remove(table: Table, name: string): Promise<void>;
}

/** Opens the database `name` of `factory` when it is first needed. */
export function openDatabase(factory: () => IDBFactory, name = 'muster-phone'): Database {
  let opened: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    opened ??= new Promise<IDBDatabase>((done, fail) => {
      const request = factory().open(name, 1);
      request.onupgradeneeded = () => TABLES.forEach((table) => request.result.createObjectStore(table));
      request.onerror = () => fail(request.error ?? new Error('IndexedDB did not open'));
      request.onblocked = () => fail(new Error('IndexedDB is blocked by another window'));
      request.onsuccess = () => {
        const database = request.result;
        database.onclose = () => (opened = undefined);
        database.onversionchange = () => {
          database.close();
          opened = undefined;
        };
        done(database);
      };
    }).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function run<T>(table: Table, mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await open();
    return new Promise<T>((done, fail) => {
      const transaction = database.transaction(table, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(table));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => fail(transaction.error ?? new Error('IndexedDB aborted'));
    });
  }

  return {
    get: (table, name) => run<unknown>(table, 'readonly', (rows) => rows.get(name)),
    all: (table) => run<unknown[]>(table, 'readonly', (rows) => rows.getAll()),
    put: (table, name, value) => run(table, 'readwrite', (rows) => rows.put(value, name)).then(() => undefined),
    async putFirst(table, name, value) {
      await run(table, 'readwrite', (rows) => rows.add(value, name)).catch(() => undefined);
      const there = await run<unknown>(table, 'readonly', (rows) => rows.get(name));
      if (there === undefined) throw new Error(`IndexedDB did not keep ${name}`);
      return there;
    },
    remove: (table, name) => run(table, 'readwrite', (rows) => rows.delete(name)).then(() => undefined),
  };
}
