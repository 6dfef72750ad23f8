import { documentKeys, growsMultikey } from '../index/document-keys.js';
import type { Collection } from './catalog.js';
import type { Store } from './store.js';
import { rangeOfId, recordIdOf } from './tables.js';

/** Faults listed for each collection at most; one is enough to know. */
const MAX_FAULTS = 20;
/** Documents looked at before others get a turn. */
const SLICE = 200;

/** What a check of the whole store found. */
export interface Verification {
  readonly collections: number;
  readonly documents: number;
  readonly entries: number;
  /** In words, with ids and index names but no content; empty when all is well. */
  readonly faults: readonly string[];
}

/**
 * Reads everything and holds it against each other: each document's keys are in each index, no index has more, counts
 * and multikey marks are right, nothing lies about. Takes time in proportion to the data, and wants no writes meanwhile.
 */
export async function verifyStore(store: Store): Promise<Verification> {
  let documents = 0;
  let entries = 0;
  const faults: string[] = [];
  const collections = [...store.catalog.collections.values()];
  for (const collection of collections) {
    const found = await verifyCollection(store, collection);
    documents += found.documents;
    entries += found.entries;
    faults.push(...found.faults.slice(0, MAX_FAULTS));
  }
  faults.push(...strays(store, 'documents', documents), ...strays(store, 'entries', entries));
  return { collections: collections.length, documents, entries, faults };
}

/** Rows that belong to no collection or index, and are not waiting to be deleted either. */
function strays(store: Store, table: 'documents' | 'entries', known: number): string[] {
  const waiting = store.catalog.purges
    .filter((purge) => purge.table === table)
    .reduce((sum, { id }) => sum + store.tables[table].getKeysCount(rangeOfId(id)), 0);
  const stray = store.tables[table].getKeysCount() - known - waiting;
  return stray === 0 ? [] : [`${table}: ${stray} rows belong to nothing`];
}

async function verifyCollection(store: Store, collection: Collection): Promise<Omit<Verification, 'collections'>> {
  const faults: string[] = [];
  const expected = new Map(collection.indexes.map((index) => [index.id, 0]));
  let documents = 0;
  let sizeBytes = 0;
  for (const { key, value } of store.tables.documents.getRange(rangeOfId(collection.id))) {
    const recordId = recordIdOf(key);
    documents++;
    sizeBytes += value.length;
    if (recordId >= collection.nextRecordId)
      faults.push(`${collection.namespace}: record ${recordId} is beyond the next`);
    for (const index of collection.indexes) {
      const { keys, multikey } = documentKeys(index, value, recordId);
      expected.set(index.id, (expected.get(index.id) ?? 0) + keys.length);
      if (growsMultikey(index, multikey)) faults.push(`${collection.namespace}: ${index.name} is not marked multikey`);
      for (const each of keys) {
        const owner = store.tables.entries.get(each);
        if (owner && recordIdOf(owner) === recordId) continue;
        faults.push(`${collection.namespace}: record ${recordId} is not in ${index.name}`);
      }
    }
    if (documents % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  let entries = 0;
  for (const index of collection.indexes) {
    const count = store.tables.entries.getKeysCount(rangeOfId(index.id));
    entries += count;
    if (count === expected.get(index.id)) continue;
    faults.push(`${collection.namespace}: ${index.name} has ${count} entries instead of ${expected.get(index.id)}`);
  }
  if (documents !== collection.count || sizeBytes !== collection.sizeBytes) {
    faults.push(`${collection.namespace}: counts ${collection.count} documents, has ${documents}`);
  }
  return { documents, entries, faults };
}
