import { asObject, ElementWalk, fieldsOf, findField } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { MAX_DOCUMENT_BYTES, validateDocument } from '../bson/validate.js';
import { BsonWriter, document } from '../bson/writer.js';
import { DuplicateKeyError, StoreError } from '../errors.js';
import { type DocumentKeys, documentKeys, growsMultikey } from '../index/document-keys.js';
import type { Index } from '../index/index-spec.js';
import { valuesAt } from '../query/match.js';
import type { Catalog, Collection } from './catalog.js';
import { documentKey, recordIdOf, recordIdValue, type Tables } from './tables.js';

/**
 * Documents with their index entries. All of it runs inside a write transaction; each function checks everything that
 * can be refused before it writes, so that a StoreError leaves nothing behind.
 */
export class Records {
  /** Collections whose counts changed in the running transaction. */
  private readonly touched = new Set<Collection>();

  constructor(
    private readonly tables: Tables,
    private readonly catalog: Catalog,
  ) {}

  /** Writes the counts; once at the end of a transaction. */
  saveCounts(): void {
    for (const collection of this.touched) this.catalog.saveStats(collection);
    this.touched.clear();
  }

  forgetCounts(): void {
    this.touched.clear();
  }

  /** @returns a copy, or undefined when there is no such record */
  get(collection: Collection, recordId: number): Buffer | undefined {
    return this.tables.documents.get(documentKey(collection.id, recordId));
  }

  /**
   * @param bytes a validated document with `_id` first
   * @throws {StoreError} 11000 and whatever {@link documentKeys} refuses
   */
  insert(collection: Collection, bytes: Buffer): number {
    const recordId = collection.nextRecordId;
    const entries = collection.indexes.map((index) => documentKeys(index, bytes, recordId));
    for (const [position, index] of collection.indexes.entries()) {
      this.requireUnique(collection, index, entries[position]?.keys ?? [], recordId, bytes);
    }
    collection.nextRecordId++;
    this.tables.documents.put(documentKey(collection.id, recordId), bytes);
    const value = recordIdValue(recordId);
    for (const [position, index] of collection.indexes.entries()) {
      this.addEntries(collection, index, entries[position], value);
    }
    collection.count++;
    collection.sizeBytes += bytes.length;
    this.touched.add(collection);
    return recordId;
  }

  /** @throws {StoreError} 10334, 11000 and whatever {@link documentKeys} refuses */
  replace(collection: Collection, recordId: number, before: Buffer, after: Buffer): void {
    requireSize(after);
    // an update can nest deeper than a document may be
    validateDocument(after, 0, after.length);
    const changes = collection.indexes.map((index) => {
      const old = documentKeys(index, before, recordId);
      const fresh = documentKeys(index, after, recordId);
      return {
        index,
        multikey: fresh.multikey,
        removed: old.keys.filter((key) => !contains(fresh.keys, key)),
        keys: fresh.keys.filter((key) => !contains(old.keys, key)),
      };
    });
    for (const { index, keys } of changes) this.requireUnique(collection, index, keys, recordId, after);
    this.tables.documents.put(documentKey(collection.id, recordId), after);
    const value = recordIdValue(recordId);
    for (const change of changes) {
      for (const key of change.removed) this.removeEntry(change.index, key, recordId);
      this.addEntries(collection, change.index, change, value);
    }
    if (after.length === before.length) return;
    collection.sizeBytes += after.length - before.length;
    this.touched.add(collection);
  }

  remove(collection: Collection, recordId: number, bytes: Buffer): void {
    for (const index of collection.indexes) {
      for (const key of documentKeys(index, bytes, recordId).keys) this.removeEntry(index, key, recordId);
    }
    this.tables.documents.remove(documentKey(collection.id, recordId));
    collection.count--;
    collection.sizeBytes -= bytes.length;
    this.touched.add(collection);
  }

  /** Adds the entries of a document that was there before the index. */
  addToIndex(collection: Collection, index: Index, recordId: number, bytes: Buffer): void {
    const entries = documentKeys(index, bytes, recordId);
    this.requireUnique(collection, index, entries.keys, recordId, bytes);
    this.addEntries(collection, index, entries, recordIdValue(recordId));
  }

  private removeEntry(index: Index, key: Buffer, recordId: number): void {
    // while a unique index is built, its entry may belong to another document with the same value
    if (!index.ready && index.unique) {
      const owner = this.tables.entries.get(key);
      if (owner && recordIdOf(owner) !== recordId) return;
    }
    this.tables.entries.remove(key);
  }

  private addEntries(collection: Collection, index: Index, entries: DocumentKeys | undefined, value: Buffer): void {
    if (!entries) return;
    for (const key of entries.keys) this.tables.entries.put(key, value);
    if (!growsMultikey(index, entries.multikey)) return;
    index.multikey = index.multikey.map((bits, field) => bits | (entries.multikey[field] ?? 0));
    this.catalog.save(collection);
  }

  private requireUnique(
    collection: Collection,
    index: Index,
    keys: readonly Buffer[],
    recordId: number,
    bytes: Buffer,
  ): void {
    if (!index.unique) return;
    for (const key of keys) {
      const owner = this.tables.entries.getBinaryFast(key);
      if (owner && owner.readUIntBE(0, 6) !== recordId) throw duplicateKey(collection, index, bytes);
    }
  }
}

function contains(keys: readonly Buffer[], key: Buffer): boolean {
  for (const each of keys) if (each.equals(key)) return true;
  return false;
}

export function requireSize(bytes: Buffer): void {
  if (bytes.length <= MAX_DOCUMENT_BYTES) return;
  throw new StoreError(10334, `BSONObj size: ${bytes.length} is invalid. Size must be at most ${MAX_DOCUMENT_BYTES}`);
}

function duplicateKey(collection: Collection, index: Index, bytes: Buffer): DuplicateKeyError {
  const key = findField(index.spec, 0, Buffer.from('key'));
  const pattern = key ? Buffer.from(key.bytes.subarray(key.start, key.end)) : document(() => undefined);
  const value = document((writer) => {
    for (const { path } of index.fields) {
      const [found] = valuesAt(path, bytes);
      if (found) writer.value(path.text, found);
      else writer.null(path.text);
    }
  });
  // values stay out of the message: it may be logged
  const message = `E11000 duplicate key error collection: ${collection.namespace} index: ${index.name}`;
  return new DuplicateKeyError(message, pattern, value);
}

const ID = Buffer.from('_id');

/**
 * The document with `_id` as its first field, as the server stores it; the same bytes if it is so already.
 *
 * @param makeId called for the bytes of a new object id where the client sent none
 * @throws {StoreError} 53 for an `_id` that can't be one, 52 for one with names that begin with `$`
 */
export function withIdFirst(bytes: Buffer, makeId: () => Buffer): Buffer {
  const walk = new ElementWalk(bytes, 0);
  let found: { nameStart: number; end: number; type: number } | undefined;
  let position = 0;
  for (; walk.next(); position++) {
    if (!walk.nameIs(ID)) continue;
    requireIdType(walk.type, bytes, walk.start);
    if (position === 0) {
      found = { nameStart: walk.nameStart, end: walk.end, type: walk.type };
    } else if (!found) {
      return moveFirst(bytes, walk.type, walk.nameStart, walk.end);
    }
  }
  if (found) return bytes;
  const writer = new BsonWriter(bytes.length + 32);
  writer.beginDocument();
  writer.head(T.objectId, '_id');
  writer.payload(makeId(), 0, 12);
  writer.payload(bytes, 4, bytes.length - 1);
  return writer.end().view();
}

function moveFirst(bytes: Buffer, type: number, nameStart: number, end: number): Buffer {
  const writer = new BsonWriter(bytes.length);
  writer.beginDocument().element(bytes, type, nameStart, end);
  writer.payload(bytes, 4, nameStart - 1);
  writer.payload(bytes, end, bytes.length - 1);
  return writer.end().view();
}

/** @throws {StoreError} 53 for an array, a regex, undefined, or a document with `$` names */
function requireIdType(type: number, bytes: Buffer, start: number): void {
  if (type === T.array) throw new StoreError(53, "The '_id' value cannot be of type array");
  if (type === T.regex) throw new StoreError(53, "The '_id' value cannot be of type regex");
  if (type === T.undefined) throw new StoreError(53, "The '_id' value cannot be of type undefined");
  if (type !== T.object) return;
  for (const [name] of fieldsOf(asObject(bytes.subarray(start, start + bytes.readInt32LE(start))))) {
    if (name.startsWith('$')) throw new StoreError(52, `_id fields may not contain '$'-prefixed fields: ${name}`);
  }
}
