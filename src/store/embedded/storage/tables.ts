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

/** Address space, not disk: the file grows as it is filled. */
const MAP_BYTES = 2 ** 40;

/** Opens or creates the data file in a folder. Commits are synced before they count: no overlapping sync. */
export function openTables(folder: string): Tables {
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
  const root = open<Buffer, Buffer>({ path: folder, mapSize: MAP_BYTES, maxDbs: 8, overlappingSync: false, ...binary });
  return {
    root,
    documents: root.openDB<Buffer, Buffer>({ name: 'documents', ...binary }),
    entries: root.openDB<Buffer, Buffer>({ name: 'entries', ...binary }),
    meta: root.openDB<Buffer, Buffer>({ name: 'meta', ...binary }),
  };
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
