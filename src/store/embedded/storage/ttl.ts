import { rawDate } from '../bson/writer.js';
import type { Index } from '../index/index-spec.js';
import { descending, intervalsOf, keyOf } from '../plan/bounds.js';
import type { Collection } from './catalog.js';
import type { Store } from './store.js';
import { recordIdOf } from './tables.js';

/** As often as a MongoDB server looks. */
export const TTL_INTERVAL_MS = 60_000;
const CHUNK = 200;
const MS_PER_SECOND = 1000;

/**
 * Deletes what TTL indexes say is over, some documents a commit.
 *
 * @returns how many documents went
 */
export async function expireDue(store: Store, now: Date): Promise<number> {
  let expired = 0;
  for (const collection of [...store.catalog.collections.values()]) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds === undefined || !index.ready) continue;
      const until = now.getTime() - index.expireAfterSeconds * MS_PER_SECOND;
      for (;;) {
        const removed = await store.writer.run(() => expireChunk(store, collection, index, until));
        expired += removed;
        if (removed < CHUNK) break;
      }
    }
  }
  return expired;
}

/** Only dates expire; the index holds them together, earliest first or last. */
function expireChunk(store: Store, collection: Collection, index: Index, until: number): number {
  // dropped while this was waiting for its turn
  if (store.find(collection.namespace) !== collection) return 0;
  const [ascending] = intervalsOf({ kind: 'lte', value: rawDate(until) }) ?? [];
  if (!ascending) return 0;
  const [bounds = ascending] = index.fields[0]?.descending ? descending([ascending]) : [ascending];
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32BE(index.id);
  const start = Buffer.concat([head, keyOf(bounds.low)]);
  const range = { start, end: Buffer.concat([head, keyOf(bounds.high)]), limit: CHUNK };
  const due = new Set([...store.tables.entries.getRange(range)].map(({ value }) => recordIdOf(value)));
  for (const recordId of due) {
    const bytes = store.records.get(collection, recordId);
    if (bytes) store.records.remove(collection, recordId, bytes);
  }
  return due.size;
}
