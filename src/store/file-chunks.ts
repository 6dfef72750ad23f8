import { Binary, type Db, ObjectId } from 'mongodb';
import { type Keys, openBytes, sealBytes } from '../core/crypto.js';

/** Of the bytes as they were sent; sealed, a piece is some 60 bytes longer. */
export const CHUNK_BYTES = 255 * 1024;

/** A piece of a file, as GridFS lays them out; `sealed` is ours. */
export interface FileChunk {
  readonly _id: ObjectId;
  readonly files_id: ObjectId;
  /** 0, 1, 2 ... */
  readonly n: number;
  readonly data: Binary;
  /** Absent on pieces from before files were sealed: those are clear. */
  readonly sealed?: true;
}

/** What a piece is bound to: neither its place nor the end of its file can be changed without being noticed. */
export function chunkBinding(fileId: ObjectId, n: number, isLast: boolean): string {
  return `file:${fileId.toHexString()}:${n}:${isLast ? 'last' : 'more'}`;
}

export interface FileChunks {
  /** Seals and stores a file piece by piece, as it arrives. */
  write(fileId: ObjectId, source: AsyncIterable<Buffer>): Promise<void>;
  /**
   * The bytes of a file, opened piece by piece.
   * @param count how many pieces it has
   * @throws {Error} where a piece is missing, was altered or moved, or its key is unknown
   */
  read(fileId: ObjectId, count: number): AsyncGenerator<Buffer>;
  remove(fileId: ObjectId): Promise<void>;
}

export function createFileChunks(db: Db, keys: Keys): FileChunks {
  const chunks = db.collection<FileChunk>('fs.chunks');

  const insert = (fileId: ObjectId, n: number, bytes: Buffer, isLast: boolean) =>
    chunks.insertOne({
      _id: new ObjectId(),
      files_id: fileId,
      n,
      data: new Binary(sealBytes(keys, chunkBinding(fileId, n, isLast), bytes)),
      sealed: true,
    });

  return {
    async write(fileId, source) {
      let n = 0;
      // a piece is held back until the next one is there: the last one is sealed as such
      let held: Buffer | undefined;
      for await (const piece of piecesOf(source)) {
        if (held) await insert(fileId, n++, held, false);
        held = piece;
      }
      if (held) await insert(fileId, n, held, true);
    },

    async *read(fileId, count) {
      let n = 0;
      for await (const chunk of chunks.find({ files_id: fileId }, { sort: { n: 1 } })) {
        if (chunk.n !== n) break;
        n += 1;
        const { buffer, byteOffset, byteLength } = chunk.data.buffer;
        const bytes = Buffer.from(buffer, byteOffset, byteLength);
        yield chunk.sealed ? openBytes(keys, chunkBinding(fileId, chunk.n, n === count), bytes) : bytes;
      }
      if (n !== count) throw new Error(`file ${fileId.toHexString()} has lost piece ${n}`);
    },

    async remove(fileId) {
      await chunks.deleteMany({ files_id: fileId });
    },
  };
}

async function* piecesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of source) {
    parts.push(part);
    sizeBytes += part.length;
    if (sizeBytes < CHUNK_BYTES) continue;
    const bytes = Buffer.concat(parts);
    let from = 0;
    for (; bytes.length - from >= CHUNK_BYTES; from += CHUNK_BYTES) yield bytes.subarray(from, from + CHUNK_BYTES);
    parts = [bytes.subarray(from)];
    sizeBytes = bytes.length - from;
  }
  if (sizeBytes > 0) yield Buffer.concat(parts);
}
