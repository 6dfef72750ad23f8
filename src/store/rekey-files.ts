import { Binary, type Db, type ObjectId } from 'mongodb';
import { type Keys, keyIdOf, mac, openBytes, sealBytes } from '../core/crypto.js';
import { chunkBinding, type FileChunk } from './file-chunks.js';

interface KnownFile {
  readonly _id: ObjectId;
  readonly length: number;
  readonly chunkSize: number;
  readonly metadata: { readonly sha256: string };
}

/**
 * Seals the pieces of files anew that aren't sealed by the newest key, and those from before files were sealed. One
 * piece at a time: whoever reads meanwhile finds each as it was or as it is.
 *
 * @returns how many pieces were sealed
 */
export async function rekeyFiles(db: Db, keys: Keys): Promise<number> {
  let count = 0;
  for await (const file of db.collection<KnownFile>('fs.files').find({})) {
    const last = Math.ceil(file.length / file.chunkSize) - 1;
    let wasClear = false;
    for await (const chunk of db.collection<FileChunk>('fs.chunks').find({ files_id: file._id }, { batchSize: 4 })) {
      wasClear ||= !chunk.sealed;
      if (await sealAnew(db, keys, chunk, chunk.n === last)) count += 1;
    }
    if (wasClear) await hideHash(db, keys, file);
  }
  return count;
}

async function sealAnew(db: Db, keys: Keys, chunk: FileChunk, isLast: boolean): Promise<boolean> {
  const { _id, files_id, n, data, sealed } = chunk;
  const stored = data.buffer;
  if (sealed && keyIdOf(stored) === keys.contentKeys[0].id) return false;
  const boundTo = chunkBinding(files_id, n, isLast);
  const fresh = new Binary(sealBytes(keys, boundTo, sealed ? openBytes(keys, boundTo, stored) : stored));
  const asRead = sealed ? { sealed } : { sealed: { $exists: false } };
  const done = await db
    .collection<FileChunk>('fs.chunks')
    .updateOne({ _id, ...asRead }, { $set: { data: fresh, sealed: true } });
  return done.matchedCount === 1;
}

/** The hash of a file from before files were sealed is that of its bytes: it would tell whether a known picture is here. */
async function hideHash(db: Db, { receiptKey }: Keys, { _id, metadata }: KnownFile): Promise<void> {
  const sha256 = mac(receiptKey, 'file', metadata.sha256).toString('hex');
  for (const list of ['evidence', 'proof'] as const) {
    await db
      .collection('cases')
      .updateMany(
        { [`${list}.fileId`]: _id.toHexString() },
        { $set: { [`${list}.$[each].sha256`]: sha256 } },
        { arrayFilters: [{ 'each.fileId': _id.toHexString() }] },
      );
  }
  await db
    .collection<KnownFile>('fs.files')
    .updateOne({ _id, 'metadata.sha256': metadata.sha256 }, { $set: { 'metadata.sha256': sha256 } });
}
