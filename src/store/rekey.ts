import { Binary, type Collection, type Db, type Document } from 'mongodb';
import { type Keys, keyIdOf, open, seal } from '../core/crypto.js';
import { rekeyFiles } from './rekey-files.js';

const BATCH = 500;
const RETRIES = 5;

/** Where sealed values are, and what each is bound to. */
interface Sealed {
  readonly collection: string;
  /** The sealed values of a document: their path for `$set`, the value, and what it is bound to. */
  readonly valuesOf: (found: Document) => readonly SealedValue[];
}

interface SealedValue {
  readonly path: string;
  readonly value: Binary;
  readonly boundTo: string;
}

const SEALED: readonly Sealed[] = [
  { collection: 'turns', valuesOf: ({ _id, content }) => one('content', content, String(_id)) },
  { collection: 'quarantine', valuesOf: ({ _id, raw }) => one('raw', raw, String(_id)) },
  {
    collection: 'cases',
    valuesOf: (found) => [
      ...one('report', found['report'], String(found['_id'])),
      ...listOf(found, 'history').flatMap((each, index) =>
        one(`history.${index}.said`, each['said'], `${found['_id']}:${each['rev']}`),
      ),
      ...listOf(found, 'notices').flatMap((each, index) =>
        one(`notices.${index}.values`, each['values'], String(each['id'])),
      ),
    ],
  },
  {
    collection: 'staff',
    valuesOf: ({ _id, totp, totpOffered }) => [
      ...one('totp', totp, `totp:${_id}`),
      ...one('totpOffered', totpOffered, `totp:${_id}`),
    ],
  },
  { collection: 'notes', valuesOf: ({ _id, content }) => one('content', content, String(_id)) },
  { collection: 'answers', valuesOf: ({ _id, body }) => one('body', body, String(_id)) },
  { collection: 'labels', valuesOf: ({ _id, text }) => one('text', text, String(_id)) },
  {
    collection: 'parked_notices',
    valuesOf: ({ notice }) => one('notice.values', notice?.values, String(notice?.id)),
  },
];

/**
 * Seals everything again that isn't sealed by the newest key, so that an old key can be taken out of the ring. The
 * service may run meanwhile: a value that changes under our hands is read again.
 *
 * @returns how many documents (of files: pieces) were sealed anew, by collection
 * @throws {Error} when a value can't be opened with the keys at hand; nothing after it was touched
 */
export async function rekey(db: Db, keys: Keys): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { collection, valuesOf } of SEALED) {
    counts[collection] = await rekeyAll(db.collection(collection), keys, valuesOf);
  }
  counts['fs.chunks'] = await rekeyFiles(db, keys);
  return counts;
}

async function rekeyAll(documents: Collection, keys: Keys, valuesOf: Sealed['valuesOf']): Promise<number> {
  let count = 0;
  for await (const found of documents.find({}, { batchSize: BATCH })) {
    if (await rekeyOne(documents, keys, valuesOf, found)) count += 1;
  }
  return count;
}

async function rekeyOne(
  documents: Collection,
  keys: Keys,
  valuesOf: Sealed['valuesOf'],
  first: Document,
): Promise<boolean> {
  let found: Document | null = first;
  for (let tries = 0; found && tries < RETRIES; tries++) {
    const old = valuesOf(found).filter(({ value }) => keyIdOf(value.buffer) !== keys.contentKeys[0].id);
    if (old.length === 0) return false;
    const fresh = old.map(({ path, value, boundTo }) => [
      path,
      new Binary(seal(keys, boundTo, open(keys, boundTo, value.buffer))),
    ]);
    // only what is as it was read: a list may have lost its first entry meanwhile
    const same = old.map(({ path, value }) => [path, value]);
    const done = await documents.updateOne(
      { _id: found['_id'], ...Object.fromEntries(same) },
      { $set: Object.fromEntries(fresh) },
    );
    if (done.matchedCount === 1) return true;
    found = await documents.findOne({ _id: found['_id'] });
  }
  return false;
}

function one(path: string, value: unknown, boundTo: string): SealedValue[] {
  return value instanceof Binary ? [{ path, value, boundTo }] : [];
}

function listOf(found: Document, field: string): readonly Document[] {
  const list: unknown = found[field];
  return Array.isArray(list) ? (list as Document[]) : [];
}
