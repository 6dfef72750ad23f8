import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Collection, type Db, GridFSBucket, type GridFSFile, ObjectId } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import type { Attachment, AttachmentKind } from '../messages/message.js';
import { isDuplicateKey } from './connect.js';
import { HEAD_BYTES, judgeType } from './file-types.js';
import { renderForDisplay } from './image.js';

/** As Telegram's own limit for bots, so that a file is accepted on every channel or on none. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
const QUOTA_BYTES = 100 * 1024 * 1024;
const QUOTA_WINDOW_MS = 24 * 60 * 60 * 1000;
const FILE_ID = /^[0-9a-f]{24}$/;

/** Files people sent, in GridFS. Every file has an owner, its conversation, and is found only through it. */
export interface FileStore {
  /**
   * Keeps a file as it arrives, at most 20 MB, typed by its content and never by what was declared. The same bytes
   * again from the same owner are the same file.
   *
   * @param owner the conversation's id
   * @throws {AppError} `file.too_large`, `file.unsupported_type`, `file.quota_exceeded` (100 MB a day and owner)
   */
  save(
    owner: string,
    body: Readable | Buffer,
    declared: { readonly mimeType?: string; readonly name?: string },
  ): Promise<Attachment>;

  /** What is known of a file without reading it; undefined unless `owner` owns it. */
  find(owner: string, fileId: string): Promise<Attachment | undefined>;

  /** The original bytes: evidence, not to be shown in a page. Undefined unless `owner` owns it. */
  open(owner: string, fileId: string): Promise<{ attachment: Attachment; stream: Readable } | undefined>;

  /** A picture to be shown, redrawn without metadata; undefined for other kinds and for damaged pictures. */
  display(owner: string, fileId: string): Promise<{ mimeType: string; body: Buffer } | undefined>;

  /**
   * Removes files and broken uploads from before `before` that nothing refers to.
   * A file found referenced is never looked at again.
   *
   * @returns how many files were removed
   */
  sweepUnreferenced(before: Date, isReferenced: (fileId: string) => Promise<boolean>): Promise<number>;
}

type Metadata = {
  readonly owner: string;
  readonly kind: AttachmentKind;
  readonly mimeType: string;
  readonly savedAt: Date;
  /** Hexadecimal, of the whole file. */
  sha256: string;
  readonly referenced: boolean;
};

type StoredFile = GridFSFile & { readonly metadata: Metadata };

export function createFileStore(db: Db, clock: Clock): FileStore {
  const bucket = new GridFSBucket(db);
  const files = db.collection<StoredFile>('fs.files');
  const chunks = db.collection('fs.chunks');
  /** One document an upload under way: what a crash leaves of its chunks is found through it. */
  const uploads = db.collection<{ _id: ObjectId; startedAt: Date }>('uploads');
  let indexed: Promise<void> | undefined;

  async function save(owner: string, body: Readable | Buffer): Promise<Attachment> {
    indexed ??= ensureIndexes(files).catch((error: unknown) => {
      indexed = undefined;
      throw error;
    });
    await indexed;
    const source = bytesOf(body);
    const head = await readHead(source);
    const { kind, mimeType, extension } = await judgeType(head);
    const savedAt = clock.now();
    const leftBytes = QUOTA_BYTES - (await savedSince(owner, new Date(savedAt.getTime() - QUOTA_WINDOW_MS)));

    const id = new ObjectId();
    const metadata: Metadata = { owner, kind, mimeType, savedAt, sha256: '', referenced: false };
    await uploads.insertOne({ _id: id, startedAt: savedAt });
    try {
      // the driver writes `metadata` when the last chunk is stored; by then `meter` has filled the hash in
      const meter = createMeter(leftBytes, (sha256) => {
        metadata.sha256 = sha256;
      });
      await pipeline(
        chain(head, source),
        meter,
        bucket.openUploadStreamWithId(id, `${id.toHexString()}.${extension}`, { metadata }),
      );
    } catch (error) {
      // a piece may still be on its way to the store: the upload stays noted, and the sweep looks again
      await chunks.deleteMany({ files_id: id });
      const same = isDuplicateKey(error) && (await touch(owner, metadata.sha256, savedAt));
      if (!same) throw error;
      await uploads.deleteOne({ _id: id });
      return toAttachment(same);
    }
    await uploads.deleteOne({ _id: id });
    const stored = await lookUp(owner, id.toHexString());
    if (!stored) throw new Error('a file was stored and could not be found');
    return toAttachment(stored);
  }

  async function savedSince(owner: string, since: Date): Promise<number> {
    const recent = files.find(
      { 'metadata.owner': owner, 'metadata.savedAt': { $gt: since } },
      { projection: { length: 1 } },
    );
    let sizeBytes = 0;
    for await (const { length } of recent) sizeBytes += length;
    return sizeBytes;
  }

  /** The file with these bytes, made young again so that a sweep under way leaves it. */
  function touch(owner: string, sha256: string, now: Date): Promise<StoredFile | null> {
    return files.findOneAndUpdate(
      { 'metadata.owner': owner, 'metadata.sha256': sha256 },
      { $set: { 'metadata.savedAt': now } },
      { returnDocument: 'after' },
    );
  }

  async function lookUp(owner: string, fileId: string): Promise<StoredFile | undefined> {
    if (!FILE_ID.test(fileId)) return undefined;
    return (await files.findOne({ _id: new ObjectId(fileId), 'metadata.owner': owner })) ?? undefined;
  }

  async function sweepUnreferenced(before: Date, isReferenced: (fileId: string) => Promise<boolean>): Promise<number> {
    let removed = 0;
    for await (const { _id } of files.find({ 'metadata.referenced': false, 'metadata.savedAt': { $lt: before } })) {
      if (await isReferenced(_id.toHexString())) {
        await files.updateOne({ _id }, { $set: { 'metadata.referenced': true } });
        continue;
      }
      const { deletedCount } = await files.deleteOne({ _id, 'metadata.savedAt': { $lt: before } });
      if (deletedCount === 1) await chunks.deleteMany({ files_id: _id });
      removed += deletedCount;
    }
    for await (const { _id } of uploads.find({ startedAt: { $lt: before } })) {
      if (!(await files.findOne({ _id }, { projection: { _id: 1 } }))) await chunks.deleteMany({ files_id: _id });
      await uploads.deleteOne({ _id });
    }
    return removed;
  }

  return {
    save,
    sweepUnreferenced,

    async find(owner, fileId) {
      const file = await lookUp(owner, fileId);
      return file && toAttachment(file);
    },

    async open(owner, fileId) {
      const file = await lookUp(owner, fileId);
      return file && { attachment: toAttachment(file), stream: bucket.openDownloadStream(file._id) };
    },

    async display(owner, fileId) {
      const file = await lookUp(owner, fileId);
      if (file?.metadata.kind !== 'image') return undefined;
      const body = await renderForDisplay(await buffer(bucket.openDownloadStream(file._id)));
      return body && { mimeType: 'image/jpeg', body };
    },
  };
}

async function ensureIndexes(files: Collection<StoredFile>): Promise<void> {
  await files.createIndex({ 'metadata.owner': 1, 'metadata.sha256': 1 }, { unique: true });
  await files.createIndex({ 'metadata.referenced': 1, 'metadata.savedAt': 1 });
}

function toAttachment({ _id, length, metadata }: StoredFile): Attachment {
  const { kind, mimeType, sha256 } = metadata;
  return { kind, fileId: _id.toHexString(), mimeType, sizeBytes: length, sha256 };
}

type Bytes = AsyncIterator<Buffer> & AsyncIterable<Buffer>;

function bytesOf(body: Readable | Buffer): Bytes {
  const stream = Buffer.isBuffer(body) ? Readable.from([body]) : body;
  // a refused upload still needs its connection, to be told why
  return stream.iterator({ destroyOnReturn: false }) as Bytes;
}

async function readHead(source: Bytes): Promise<Buffer> {
  const read: Buffer[] = [];
  let sizeBytes = 0;
  while (sizeBytes < HEAD_BYTES) {
    const { done, value } = await source.next();
    if (done) break;
    read.push(value);
    sizeBytes += value.length;
  }
  return Buffer.concat(read);
}

async function* chain(head: Buffer, rest: Bytes): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** Hashes what passes, and stops it when there is too much of it. */
function createMeter(leftBytes: number, onEnd: (sha256: string) => void): Transform {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      sizeBytes += chunk.length;
      hash.update(chunk);
      if (sizeBytes > MAX_FILE_BYTES) return callback(tooLarge());
      if (sizeBytes > leftBytes) return callback(quotaExceeded());
      return callback(null, chunk);
    },
    flush(callback) {
      onEnd(hash.digest('hex'));
      callback();
    },
  });
}

/** For a size known beforehand, so that nobody uploads what will be refused. */
export function refuseTooLarge(declaredBytes: number): void {
  if (declaredBytes > MAX_FILE_BYTES) throw tooLarge();
}

function tooLarge(): AppError {
  return new AppError('file.too_large', 'A file may have at most 20 MB', { maxBytes: MAX_FILE_BYTES });
}

function quotaExceeded(): AppError {
  return new AppError('file.quota_exceeded', 'A chat may send at most 100 MB of files a day', {
    maxBytes: QUOTA_BYTES,
  });
}
