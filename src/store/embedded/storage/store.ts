import { StoreError } from '../errors.js';
import { ID_INDEX_NAME, type Index } from '../index/index-spec.js';
import { type IndexRequest, idIndexRequest, toIndex } from '../index/parse-index.js';
import { Catalog, type Collection, type Purge } from './catalog.js';
import { Records } from './records.js';
import { openTables, rangeOfId, recordIdOf, type Tables } from './tables.js';
import { Writer } from './writer.js';

/** Documents or entries handled in one transaction of a long job. */
const CHUNK = 500;

export interface StoreOptions {
  readonly folder: string;
  readonly monotonicMs: () => number;
  /** For tests: called inside each transaction before it is committed, may throw. */
  readonly fault?: () => void;
}

/** The data of one folder: catalogue, documents, indexes, and the one writer. */
export class Store {
  readonly tables: Tables;
  readonly catalog: Catalog;
  readonly records: Records;
  readonly writer: Writer;

  private constructor({ folder, monotonicMs, fault }: StoreOptions) {
    this.tables = openTables(folder);
    this.catalog = new Catalog(this.tables);
    this.records = new Records(this.tables, this.catalog);
    this.writer = new Writer({
      tables: this.tables,
      beforeCommit: () => this.records.saveCounts(),
      afterAbort: () => {
        this.records.forgetCounts();
        this.catalog.load();
      },
      monotonicMs,
      fault,
    });
  }

  /**
   * Opens or creates the data in a folder, which the caller must hold locked, and finishes what a crash left half done:
   * indexes being built are dropped, as their builder never got an answer.
   */
  static async open(options: StoreOptions): Promise<Store> {
    const store = new Store(options);
    store.catalog.checkFormat();
    store.catalog.load();
    await store.writer.run(() => store.catalog.writeFormat(), { alone: true });
    for (const collection of store.catalog.collections.values()) {
      const unfinished = collection.indexes.filter((index) => !index.ready);
      if (unfinished.length > 0) await store.dropIndexes(collection, unfinished);
    }
    void store.purgeAll();
    return store;
  }

  /** Opens data to look at it only: nothing is finished, purged or written. */
  static inspect(options: StoreOptions): Store {
    const store = new Store(options);
    store.catalog.checkFormat();
    store.catalog.load();
    return store;
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.tables.root.close();
  }

  find(namespace: string): Collection | undefined {
    return this.catalog.collections.get(namespace);
  }

  /** @throws {StoreError} 26 NamespaceNotFound */
  get(namespace: string): Collection {
    const collection = this.find(namespace);
    if (!collection) throw new StoreError(26, `ns does not exist: ${namespace}`);
    return collection;
  }

  /** False once a collection was dropped, whatever took its name since. To be asked inside the writing transaction. */
  isCurrent(collection: Collection): boolean {
    return this.catalog.collections.get(collection.namespace) === collection;
  }

  private requireCurrent(collection: Collection): void {
    if (!this.isCurrent(collection)) throw new StoreError(26, `ns does not exist: ${collection.namespace}`);
  }

  /** The collection of that name, made if it isn't there. */
  async ensure(database: string, name: string): Promise<{ collection: Collection; created: boolean }> {
    const namespace = `${database}.${name}`;
    const existing = this.find(namespace);
    if (existing) return { collection: existing, created: false };
    requireName(database, name);
    return this.writer.run(
      () => {
        const raced = this.find(namespace);
        if (raced) return { collection: raced, created: false };
        const id = this.catalog.takeId();
        const indexes = [toIndex(idIndexRequest(), this.catalog.takeId(), true)];
        const collection = { id, database, name, namespace, indexes, count: 0, sizeBytes: 0, nextRecordId: 1 };
        this.catalog.save(collection);
        return { collection, created: true };
      },
      { alone: true },
    );
  }

  /** Forgets a collection at once; its documents and entries are deleted behind. */
  async drop(collections: readonly Collection[]): Promise<void> {
    await this.writer.run(
      () => {
        for (const collection of collections) {
          if (!this.isCurrent(collection)) continue;
          this.catalog.remove(collection);
          this.catalog.addPurge({ table: 'documents', id: collection.id });
          for (const index of collection.indexes) this.catalog.addPurge({ table: 'entries', id: index.id });
        }
      },
      { alone: true },
    );
    void this.purgeAll();
  }

  async dropIndexes(collection: Collection, indexes: readonly Index[]): Promise<void> {
    await this.writer.run(
      () => {
        this.requireCurrent(collection);
        const ids = new Set(indexes.map((index) => index.id));
        collection.indexes = collection.indexes.filter((index) => !ids.has(index.id));
        this.catalog.save(collection);
        for (const index of indexes) this.catalog.addPurge({ table: 'entries', id: index.id });
      },
      { alone: true },
    );
    void this.purgeAll();
  }

  /**
   * Builds indexes over what a collection holds while writes go on: all of them or, if one document refuses, none.
   *
   * @throws {StoreError} 11000, 171, 17280 from the documents
   */
  async createIndexes(collection: Collection, requests: readonly IndexRequest[]): Promise<void> {
    const indexes = await this.writer.run(
      () => {
        this.requireCurrent(collection);
        const added = requests.map((request) => toIndex(request, this.catalog.takeId(), false));
        collection.indexes = [...collection.indexes, ...added];
        this.catalog.save(collection);
        return added;
      },
      { alone: true },
    );
    // what is inserted from here on enters the indexes by itself
    const end = collection.nextRecordId;
    try {
      let next = 1;
      while (next < end) next = await this.buildChunk(collection, indexes, next, end);
    } catch (error) {
      if (this.isCurrent(collection)) await this.dropIndexes(collection, indexes);
      throw error;
    }
    await this.writer.run(
      () => {
        this.requireCurrent(collection);
        for (const index of collection.indexes) if (indexes.some(({ id }) => id === index.id)) index.ready = true;
        this.catalog.save(collection);
      },
      { alone: true },
    );
  }

  /** @returns the record id to go on from */
  private buildChunk(collection: Collection, built: readonly Index[], from: number, end: number): Promise<number> {
    return this.writer.run(() => {
      this.requireCurrent(collection);
      // looked up again, because a failed commit reloads the catalogue
      const indexes = collection.indexes.filter((index) => built.some(({ id }) => id === index.id));
      const range = rangeOfId(collection.id);
      const start = Buffer.alloc(10);
      range.start.copy(start);
      start.writeUIntBE(from, 4, 6);
      let next = end;
      for (const { key, value } of this.tables.documents.getRange({ start, end: range.end, limit: CHUNK })) {
        const recordId = recordIdOf(key);
        if (recordId >= end) return end;
        for (const index of indexes) this.records.addToIndex(collection, index, recordId, value);
        next = recordId + 1;
      }
      return next;
    });
  }

  private purging: Promise<void> | undefined;

  /** Deletes what dropped collections and indexes left, a chunk at a time. */
  purgeAll(): Promise<void> {
    this.purging ??= this.purge().finally(() => {
      this.purging = undefined;
    });
    return this.purging;
  }

  private async purge(): Promise<void> {
    for (;;) {
      const [purge] = this.catalog.purges;
      if (!purge) return;
      try {
        await this.writer.run(() => this.purgeChunk(purge));
      } catch {
        // closing, or the disk refuses; the next start or the next drop goes on
        return;
      }
    }
  }

  private purgeChunk(purge: Purge): void {
    const table = this.tables[purge.table];
    const keys = [...table.getKeys({ ...rangeOfId(purge.id), limit: CHUNK })];
    for (const key of keys) table.remove(key);
    if (keys.length === CHUNK) return;
    const pending = this.catalog.purges.find(({ id, table: from }) => id === purge.id && from === purge.table);
    if (pending) this.catalog.removePurge(pending);
  }
}

const MAX_NAMESPACE_BYTES = 255;
const MAX_DATABASE_BYTES = 63;

/** @throws {StoreError} 73 InvalidNamespace */
export function requireName(database: string, name: string): void {
  const namespace = `${database}.${name}`;
  if (database === '' || /[/\\. "$\0]/.test(database) || Buffer.byteLength(database) > MAX_DATABASE_BYTES) {
    throw new StoreError(73, `Invalid database name: '${database}'`);
  }
  if (name === '' || name.startsWith('.') || name.endsWith('.') || /[$\0]/.test(name)) {
    throw new StoreError(73, `Invalid collection name: ${name}`);
  }
  if (name.startsWith('system.')) throw new StoreError(73, `Invalid system namespace: ${namespace}`);
  if (Buffer.byteLength(namespace) > MAX_NAMESPACE_BYTES) {
    throw new StoreError(73, `Fully qualified namespace is too long: ${namespace.slice(0, 64)}...`);
  }
}

export function isIdIndex(index: Index): boolean {
  return index.name === ID_INDEX_NAME;
}
