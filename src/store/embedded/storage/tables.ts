import { closeSync, existsSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';

type Table = Database<Buffer, Buffer>;

/**
 * The three lmdb tables of a store.
 *
 * - `documents`: collection id (4 bytes) + record id (6) -> the document's BSON
 * - `entries`: index id (4) + encoded values (+ record id (6) unless unique) -> record id (6)
 * - `meta`: the catalogue, see catalog.ts
 */
export interface Tables {
  readonly root: RootDatabase<Buffer, Buffer>;
  readonly documents: Table;
  readonly entries: Table;
  readonly meta: Table;
}

export const DATA_FILE = 'data.mdb';

/** Address space, not disk: the file grows as it is filled. */
const MAP_BYTES = 2 ** 40;

/** The data can't be used as it is; the message says what to do. */
export class DamagedDataError extends Error {
  override readonly name = 'DamagedDataError';

  constructor(folder: string, why: string) {
    super(
      `${join(folder, DATA_FILE)} is damaged or no file of this store (${why}). It was left as it is: ` +
        'move it away, then restore a backup with: npm run admin -- restore DIR',
    );
  }
}

/**
 * Opens or creates the data file in a folder. Commits are synced before they count: no overlapping sync.
 *
 * @throws {DamagedDataError} for a file that is torn or foreign
 */
export function openTables(folder: string): Tables {
  const shortSize = fillShortFile(folder);
  try {
    const tables = openFile(folder);
    if (shortSize !== undefined) readThrough(tables);
    return tables;
  } catch (error) {
    if (shortSize !== undefined) truncateSync(join(folder, DATA_FILE), shortSize);
    throw new DamagedDataError(folder, error instanceof Error ? error.message : String(error));
  }
}

function openFile(folder: string): Tables {
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
  const root = open<Buffer, Buffer>({
    path: folder,
    mapSize: MAP_BYTES,
    maxDbs: 8,
    overlappingSync: false,
    // its batches come with a promise nobody holds, whose rejection would end the process when the disk is full
    eventTurnBatching: false,
    ...binary,
  });
  return {
    root,
    documents: root.openDB<Buffer, Buffer>({ name: 'documents', ...binary }),
    entries: root.openDB<Buffer, Buffer>({ name: 'entries', ...binary }),
    meta: root.openDB<Buffer, Buffer>({ name: 'meta', ...binary }),
  };
}

/** Of lmdb's two meta pages, which lie at the beginning of the first two pages; little-endian. */
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_BYTES = 160;

/**
 * Looks at the file before lmdb does, because lmdb kills the process over a file that is none of its own, and over a
 * page behind the file's end. A file may rightly be shorter than its last page, as pages freed at the end are never
 * written; or its end was cut off. So it is filled up with zeros, which lmdb refuses to take for a page.
 *
 * @returns the size of a file that was filled up; it has to be read through then
 * @throws {DamagedDataError} for a file that does not begin as a database does
 */
function fillShortFile(folder: string): number | undefined {
  const path = join(folder, DATA_FILE);
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size === 0) return undefined;
  const file = openSync(path, 'r');
  try {
    const first = readMeta(file, 0);
    if (!first) throw new DamagedDataError(folder, 'it does not begin as a database does');
    const second = readMeta(file, first.pageSize);
    const newest = second && second.transaction > first.transaction ? second : first;
    const needed = (newest.lastPage + 1) * first.pageSize;
    if (size >= needed) return undefined;
    truncateSync(path, needed);
    return size;
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, at: number) {
  const bytes = Buffer.alloc(META_BYTES);
  if (readSync(file, bytes, 0, META_BYTES, at) < META_BYTES || bytes.readUInt32LE(MAGIC_AT) !== MAGIC) return undefined;
  return {
    pageSize: bytes.readUInt32LE(PAGE_SIZE_AT),
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE_AT)),
    transaction: bytes.readBigUInt64LE(TRANSACTION_AT),
  };
}

/** @throws {Error} when a page is missing */
function readThrough(tables: Tables): void {
  for (const table of [tables.meta, tables.documents, tables.entries]) {
    for (const { value } of table.getRange({ start: Buffer.from([0]) }))
      if (!value) throw new Error('a value is missing');
  }
}

const RECORD_ID_BYTES = 6;

export function documentKey(collectionId: number, recordId: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key.writeUInt32BE(collectionId, 0);
  key.writeUIntBE(recordId, 4, RECORD_ID_BYTES);
  return key;
}

export function recordIdOf(key: Buffer): number {
  return key.readUIntBE(key.length - RECORD_ID_BYTES, RECORD_ID_BYTES);
}

export function recordIdValue(recordId: number): Buffer {
  const value = Buffer.allocUnsafe(RECORD_ID_BYTES);
  value.writeUIntBE(recordId, 0, RECORD_ID_BYTES);
  return value;
}

/** The keys that begin with an id, as [from, to). */
export function rangeOfId(id: number): { readonly start: Buffer; readonly end: Buffer } {
  const start = Buffer.allocUnsafe(4);
  start.writeUInt32BE(id);
  const end = Buffer.allocUnsafe(4);
  end.writeUInt32BE(id + 1);
  return { start, end };
}
