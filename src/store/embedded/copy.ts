import { createHash } from 'node:crypto';
import { type Document, EJSON } from 'bson';
import type { Collection, Db, IndexDescriptionInfo, MongoClient } from 'mongodb';

const BATCH = 500;

/** Values as they are stored, so that int, long, double and decimal stay what they are. */
const TYPED = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

export interface CopiedCollection {
  readonly namespace: string;
  readonly documents: number;
  /** Written now; the others were there already. */
  readonly written: number;
  /** SHA-256 over the documents' bytes in `_id` order; equal on both sides. */
  readonly sha256: string;
}

/** The copy differs from the original; names the collection, not its content. */
export class CopyMismatchError extends Error {
  override readonly name = 'CopyMismatchError';
}

/**
 * Copies databases with documents and indexes into another MongoDB. Stopped at any point it can be run again: what is
 * there already and equal is not written again. At the end each collection is read on both sides and compared by count
 * and hash. Nothing may write to either side meanwhile.
 *
 * @param onCollection called after each collection, for progress
 * @throws {CopyMismatchError} when the target holds something else or more than the source
 */
export async function copyTo(
  from: MongoClient,
  to: MongoClient,
  onCollection: (copied: CopiedCollection) => void = () => undefined,
): Promise<readonly CopiedCollection[]> {
  const copied: CopiedCollection[] = [];
  const { databases } = await from.db('admin').admin().listDatabases({ nameOnly: true });
  for (const { name } of databases) {
    if (name === 'admin' || name === 'config' || name === 'local') continue;
    for (const { name: collectionName } of await from.db(name).listCollections({}, { nameOnly: true }).toArray()) {
      const result = await copyCollection(from.db(name), to.db(name), collectionName);
      copied.push(result);
      onCollection(result);
    }
  }
  return copied;
}

async function copyCollection(from: Db, to: Db, name: string): Promise<CopiedCollection> {
  const source = from.collection<Document>(name, TYPED);
  const target = to.collection<Document>(name, TYPED);
  const existing = await to.listCollections({ name }, { nameOnly: true }).toArray();
  if (existing.length === 0) await to.createCollection(name);
  let written = 0;
  let batch: Document[] = [];
  for await (const document of source.find().sort({ _id: 1 }).batchSize(BATCH)) {
    batch.push(document);
    if (batch.length < BATCH) continue;
    written += await writeMissing(target, batch);
    batch = [];
  }
  written += await writeMissing(target, batch);
  const indexes = (await source.listIndexes().toArray()).filter((index) => index.name !== '_id_').map(toDescription);
  if (indexes.length > 0) await target.createIndexes(indexes);
  const [original, copy] = [await digest(source), await digest(target)];
  if (original.sha256 !== copy.sha256) {
    throw new CopyMismatchError(
      `${target.namespace} differs from the original: ${copy.documents} documents instead of ${original.documents}, ` +
        'or other content; drop it in the target, or stop what writes to it, and run the copy again',
    );
  }
  return { namespace: source.namespace, documents: original.documents, written, sha256: original.sha256 };
}

function toDescription(index: IndexDescriptionInfo): IndexDescriptionInfo & { name: string } {
  const { v: _, ...description } = EJSON.parse(EJSON.stringify(index)) as IndexDescriptionInfo & {
    v?: number;
    name: string;
  };
  return description;
}

/** Writes those of a batch that are missing or different. */
async function writeMissing(target: Collection<Document>, batch: readonly Document[]): Promise<number> {
  if (batch.length === 0) return 0;
  const ids = batch.map(({ _id }) => _id);
  const present = new Map<string, string>();
  for await (const document of target.find({ _id: { $in: ids } })) present.set(key(document['_id']), key(document));
  const missing = batch.filter((document) => present.get(key(document['_id'])) !== key(document));
  if (missing.length === 0) return 0;
  const operations = missing.map((replacement) => ({
    replaceOne: { filter: { _id: replacement['_id'] }, replacement, upsert: true },
  }));
  await target.bulkWrite(operations, { ordered: false, writeConcern: { w: 'majority', journal: true } });
  return missing.length;
}

const key = (value: unknown) => EJSON.stringify({ value }, { relaxed: false });

async function digest(collection: Collection<Document>): Promise<{ documents: number; sha256: string }> {
  const hash = createHash('sha256');
  let documents = 0;
  for await (const bytes of collection.find({}, { raw: true }).sort({ _id: 1 })) {
    // with `raw` the driver gives bytes, whatever its type says
    hash.update(bytes as unknown as Uint8Array);
    documents++;
  }
  return { documents, sha256: hash.digest('hex') };
}
