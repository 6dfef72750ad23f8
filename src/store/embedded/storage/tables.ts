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
/** lmdb's mark, behind the 24 bytes of the first page's header. */
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;

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
  requireDatabaseFile(folder);
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
  let root: Tables['root'];
  try {
    root = open<Buffer, Buffer>({ path: folder, mapSize: MAP_BYTES, maxDbs: 8, overlappingSync: false, ...binary });
  } catch (error) {
    throw new DamagedDataError(folder, error instanceof Error ? error.message : String(error));
  }
  const tables = {
    root,
    documents: root.openDB<Buffer, Buffer>({ name: 'documents', ...binary }),
    entries: root.openDB<Buffer, Buffer>({ name: 'entries', ...binary }),
    meta: root.openDB<Buffer, Buffer>({ name: 'meta', ...binary }),
  };
  requireWhole(folder, tables);
  return tables;
}

/** Looked at before lmdb does, because opening what is no database of its kind kills the process. */
function requireDatabaseFile(folder: string): void {
  const path = join(folder, DATA_FILE);
  if (!existsSync(path) || statSync(path).size === 0) return;
  const head = Buffer.alloc(MAGIC_AT + 4);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, head, 0, head.length, 0);
    if (length < head.length || head.readUInt32LE(MAGIC_AT) !== MAGIC) {
      throw new DamagedDataError(folder, 'it does not begin as a database does');
    }
  } finally {
    closeSync(file);
  }
}

/**
 * A file may be shorter than lmdb's last page, as pages freed at its end are never written; or because its end was cut
 * off, and reading there would kill the process. So a short file is filled up with zeros, which lmdb refuses to take
 * for a page, and read through once; if that fails it is cut back to what it was.
 */
function requireWhole(folder: string, tables: Tables): void {
  const path = join(folder, DATA_FILE);
  // lmdb's typings don't say what getStats returns
  const { lastPageNumber, pageSize } = tables.root.getStats() as { lastPageNumber: number; pageSize: number };
  const { size } = statSync(path);
  const needed = (lastPageNumber + 1) * pageSize;
  if (size >= needed) return;
  truncateSync(path, needed);
  try {
    for (const table of [tables.meta, tables.documents, tables.entries]) {
      for (const { value } of table.getRange({ start: Buffer.from([0]) }))
        if (!value) throw new Error('a value is missing');
    }
  } catch (error) {
    truncateSync(path, size);
    throw new DamagedDataError(folder, error instanceof Error ? error.message : String(error));
  }
}

export const RECORD_ID_BYTES = 6;

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
