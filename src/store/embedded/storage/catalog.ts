import { toNumber } from '../bson/number.js';
import { asObject, fieldsOf, findField, textOf } from '../bson/raw.js';
import { document } from '../bson/writer.js';
import type { Index } from '../index/index-spec.js';
import { parseIndex, toIndex } from '../index/parse-index.js';
import type { Tables } from './tables.js';

/** Of the catalogue and the keys; a store of another version is not opened. */
export const FORMAT_VERSION = 1;

const FORMAT_KEY = Buffer.from('format');
const NEXT_ID_KEY = Buffer.from('nextId');
const COLLECTION_PREFIX = 'collection/';
const STATS_PREFIX = 'stats/';
const PURGE_PREFIX = 'purge/';

export interface Collection {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly namespace: string;
  /** Includes those being built. The first is `_id_`. */
  indexes: Index[];
  count: number;
  sizeBytes: number;
  nextRecordId: number;
}

/** What a dropped collection or index left to delete. */
export interface Purge {
  readonly table: 'documents' | 'entries';
  readonly id: number;
}

/** The collections and indexes of a store as last committed, held in memory. */
export class Catalog {
  readonly collections = new Map<string, Collection>();
  purges: Purge[] = [];
  nextId = 1;

  constructor(private readonly tables: Tables) {}

  /** Replaces what is in memory by what is on disk: at start, and after a commit that failed. */
  load(): void {
    const { meta } = this.tables;
    this.nextId = Number(meta.get(NEXT_ID_KEY)?.toString() ?? '1');
    const known = new Map([...this.collections.values()].map((each) => [each.id, each]));
    this.collections.clear();
    for (const { value } of meta.getRange(rangeOf(COLLECTION_PREFIX))) {
      const stored = readCollection(value);
      // whoever holds the object must see the reloaded state
      const collection = Object.assign(known.get(stored.id) ?? stored, stored);
      const stats = meta.get(statsKey(collection.id));
      if (stats) readStats(collection, stats);
      this.collections.set(collection.namespace, collection);
    }
    this.purges = [];
    for (const { key } of meta.getRange(rangeOf(PURGE_PREFIX))) {
      const [, table, id] = key.toString().split('/');
      this.purges.push({ table: table === 'documents' ? 'documents' : 'entries', id: Number(id) });
    }
  }

  /** @throws {Error} naming both versions when the data was written by another format */
  checkFormat(): void {
    const stored = this.tables.meta.get(FORMAT_KEY)?.toString();
    if (stored === undefined || stored === String(FORMAT_VERSION)) return;
    throw new Error(
      `the data has format ${stored}, this version reads ${FORMAT_VERSION}; start the version that wrote it, or restore a backup`,
    );
  }

  // everything below runs inside a write transaction

  writeFormat(): void {
    this.tables.meta.put(FORMAT_KEY, Buffer.from(String(FORMAT_VERSION)));
  }

  takeId(): number {
    const id = this.nextId++;
    this.tables.meta.put(NEXT_ID_KEY, Buffer.from(String(this.nextId)));
    return id;
  }

  save(collection: Collection): void {
    this.collections.set(collection.namespace, collection);
    this.tables.meta.put(collectionKey(collection.id), writeCollection(collection));
    this.saveStats(collection);
  }

  saveStats(collection: Collection): void {
    this.tables.meta.put(statsKey(collection.id), writeStats(collection));
  }

  remove(collection: Collection): void {
    this.collections.delete(collection.namespace);
    this.tables.meta.remove(collectionKey(collection.id));
    this.tables.meta.remove(statsKey(collection.id));
  }

  addPurge(purge: Purge): void {
    this.purges.push(purge);
    this.tables.meta.put(purgeKey(purge), Buffer.from([1]));
  }

  removePurge(purge: Purge): void {
    this.purges = this.purges.filter((each) => each !== purge);
    this.tables.meta.remove(purgeKey(purge));
  }
}

function rangeOf(prefix: string): { start: Buffer; end: Buffer } {
  return { start: Buffer.from(prefix), end: Buffer.from(`${prefix}~`) };
}

const collectionKey = (id: number) => Buffer.from(`${COLLECTION_PREFIX}${String(id).padStart(10, '0')}`);
const statsKey = (id: number) => Buffer.from(`${STATS_PREFIX}${String(id).padStart(10, '0')}`);
const purgeKey = ({ table, id }: Purge) => Buffer.from(`${PURGE_PREFIX}${table}/${id}`);

function writeStats({ count, sizeBytes, nextRecordId }: Collection): Buffer {
  const bytes = Buffer.allocUnsafe(24);
  bytes.writeDoubleLE(count, 0);
  bytes.writeDoubleLE(sizeBytes, 8);
  bytes.writeDoubleLE(nextRecordId, 16);
  return bytes;
}

function readStats(collection: Collection, bytes: Buffer): void {
  collection.count = bytes.readDoubleLE(0);
  collection.sizeBytes = bytes.readDoubleLE(8);
  collection.nextRecordId = bytes.readDoubleLE(16);
}

function writeCollection(collection: Collection): Buffer {
  return document((writer) => {
    writer.int32('id', collection.id).string('database', collection.database).string('name', collection.name);
    writer.beginArray('indexes');
    for (const [position, index] of collection.indexes.entries()) {
      writer.beginObject(String(position)).int32('id', index.id).bool('ready', index.ready);
      writer.beginArray('multikey');
      for (const [field, bits] of index.multikey.entries()) writer.double(String(field), bits >>> 0);
      writer.end().document('spec', index.spec).end();
    }
    writer.end();
  });
}

function readCollection(bytes: Buffer): Collection {
  const field = (name: string, document = bytes, at = 0) => {
    const value = findField(document, at, Buffer.from(name));
    if (!value) throw new Error(`catalogue entry has no "${name}"`);
    return value;
  };
  const database = textOf(field('database'));
  const name = textOf(field('name'));
  const indexes = fieldsOf(field('indexes')).map(([, entry]): Index => {
    const part = (of: string) => field(of, entry.bytes, entry.start);
    const spec = part('spec');
    const request = parseIndex(asObject(Buffer.from(spec.bytes.subarray(spec.start, spec.end))));
    const index = toIndex(request, toNumber(part('id')), part('ready').bytes[part('ready').start] === 1);
    index.multikey = fieldsOf(part('multikey')).map(([, bits]) => toNumber(bits) | 0);
    return index;
  });
  return {
    id: toNumber(field('id')),
    database,
    name,
    namespace: `${database}.${name}`,
    indexes,
    count: 0,
    sizeBytes: 0,
    nextRecordId: 1,
  };
}
