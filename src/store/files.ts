import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Collection, type Db, ObjectId } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { type Keys, mac } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { createKeyedQueue } from '../core/keyed-queue.js';
import type { Logger } from '../core/log.js';
import type { Attachment, AttachmentKind, FileCondition } from '../messages/message.js';
import type { ScanFile, Verdict } from './clamd.js';
import { isDuplicateKey } from './connect.js';
import { CHUNK_BYTES, createFileChunks } from './file-chunks.js';
import { watchCondition } from './file-condition.js';
import { createFileScans } from './file-scans.js';
import { HEAD_BYTES, judgeType } from './file-types.js';
import { isFilm, withoutFilmMetadata } from './film-metadata.js';
import { renderForDisplay } from './image.js';
import { withoutPdfMetadata } from './pdf-metadata.js';

/** As Telegram's own limit for bots, so that a file is accepted on every channel or on none. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
const QUOTA_BYTES = 100 * 1024 * 1024;
const QUOTA_WINDOW_MS = 24 * 60 * 60 * 1000;
const FILE_ID = /^[0-9a-f]{24}$/;

/** Files people sent, laid out as GridFS does, their content sealed. Every file has an owner, its conversation, and is found only through it. */
export interface FileStore {
  /**
   * Keeps a file as it arrives, at most 20 MB, typed by its content and never by what was declared. The same bytes
   * again from the same owner are the same file. One that is empty, broken or locked is kept as such, and so is one
   * that is known to be harmful: see `condition`.
   *
   * @param owner the conversation's id
   * @throws {AppError} `file.too_large`, `file.unsupported_type`, `file.quota_exceeded` (100 MB a day and owner)
   */
  save(
    owner: string,
    body: Readable | Buffer,
    declared: { readonly mimeType?: string; readonly name?: string },
  ): Promise<Attachment>;

  /** Whose a file is; undefined when there is none. By `_id`. */
  ownerOf(fileId: string): Promise<string | undefined>;

  /** What is known of a file without reading it; undefined unless `owner` owns it. */
  find(owner: string, fileId: string): Promise<Attachment | undefined>;

  /**
   * The original bytes: evidence, not to be shown in a page. One that the scanner hasn't seen yet is in quarantine until
   * it has. Undefined unless `owner` owns it.
   */
  open(owner: string, fileId: string): Promise<{ attachment: Attachment; stream: Readable } | undefined>;

  /** A picture to be shown, redrawn without metadata; undefined for other kinds and for those that can't be decoded. */
  display(owner: string, fileId: string): Promise<{ mimeType: string; body: Buffer } | undefined>;

  /**
   * A copy to be handed on, without what it tells of who made it: a picture redrawn, a PDF or film with its metadata emptied,
   * others as they are.
   * @returns undefined when it can't be cleaned, is broken or in quarantine, or isn't `owner`'s
   */
  share(owner: string, fileId: string): Promise<{ mimeType: string; body: Buffer } | undefined>;

  /** Has the virus scanner look at files that it was away for. @returns how many it saw */
  scanWaiting(): Promise<number>;

  /** Has the sweep look at files again that were needed until now. */
  release(fileIds: readonly string[]): Promise<void>;

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
  /** See {@link Attachment.sha256}. */
  readonly sha256: string;
  readonly referenced: boolean;
  readonly condition?: FileCondition;
  /** The virus scanner is yet to see it. */
  readonly unscanned?: true;
};

interface StoredFile {
  readonly _id: ObjectId;
  /** Bytes as they were sent. */
  readonly length: number;
  readonly chunkSize: number;
  readonly uploadDate: Date;
  readonly filename: string;
  readonly metadata: Metadata;
}

/** @param scanner a virus scanner, where there is one: it sees each file before anybody else does */
export function createFileStore(
  db: Db,
  clock: Clock,
  keys: Keys,
  scanner?: { readonly scan: ScanFile; readonly log: Logger },
): FileStore {
  const files = db.collection<StoredFile>('fs.files');
  const chunks = createFileChunks(db, keys);
  /** One document an upload under way: what a crash leaves of its chunks is found through it. */
  const uploads = db.collection<{ _id: ObjectId; startedAt: Date }>('uploads');
  const inOrder = createKeyedQueue();
  const scans = scanner && createFileScans<StoredFile>({ ...scanner, clock, contentOf, note: noteVerdict });
  let indexed: Promise<void> | undefined;

  async function keep(
    owner: string,
    body: Readable | Buffer,
    declared: { readonly mimeType?: string },
  ): Promise<StoredFile> {
    indexed ??= ensureIndexes(db, files).catch((error: unknown) => {
      indexed = undefined;
      throw error;
    });
    await indexed;
    const source = bytesOf(body);
    const head = await readHead(source);
    const { kind, mimeType, extension } = await judgeType(head, declared.mimeType);
    const savedAt = clock.now();
    const leftBytes = await leftTo(owner, savedAt);

    const _id = new ObjectId();
    const meter = createMeter(mimeType, leftBytes);
    await uploads.insertOne({ _id, startedAt: savedAt });
    try {
      await chunks.write(_id, meter.through(chain(head, source)));
      const { sizeBytes: length, sha256: clear, ...flaw } = meter.measured();
      const sha256 = mac(keys.receiptKey, 'file', clear).toString('hex');
      const stored: StoredFile = {
        _id,
        length,
        chunkSize: CHUNK_BYTES,
        uploadDate: savedAt,
        filename: `${_id.toHexString()}.${extension}`,
        metadata: {
          owner,
          kind,
          mimeType,
          savedAt,
          sha256,
          referenced: false,
          ...flaw,
          ...(scans ? { unscanned: true } : {}),
        },
      };
      const kept = await inOrder(owner, async () => {
        // others of the same owner, begun before they could be counted, may be through by now
        if (length > (await leftTo(owner, savedAt))) throw quotaExceeded();
        return keepOnce(stored);
      });
      if (kept !== stored) await chunks.remove(_id);
      await uploads.deleteOne({ _id });
      return kept;
    } catch (error) {
      // a piece may still be on its way to the store: the upload stays noted, and the sweep looks again
      await chunks.remove(_id);
      throw error;
    }
  }

  /** The file itself, or the one of the same owner that has these bytes already. */
  async function keepOnce(stored: StoredFile): Promise<StoredFile> {
    const { owner, sha256, savedAt } = stored.metadata;
    for (;;) {
      try {
        await files.insertOne(stored);
        return stored;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const same = await touch(owner, sha256, savedAt);
      // none: a sweep has removed it just now
      if (same) return same;
    }
  }

  function noteVerdict({ _id }: StoredFile, verdict: Verdict) {
    const found = verdict === 'infected' ? { $set: { 'metadata.condition': 'quarantined' as const } } : {};
    return files.updateOne({ _id }, { $unset: { 'metadata.unscanned': true }, ...found });
  }

  /** In quarantine, or as good as. */
  function isHeld({ metadata }: StoredFile): boolean {
    return metadata.condition === 'quarantined' || (scans !== undefined && metadata.unscanned === true);
  }

  function contentOf({ _id, length, chunkSize }: StoredFile): Readable {
    return Readable.from(chunks.read(_id, Math.ceil(length / chunkSize)));
  }

  /** What of the day's quota is left, in bytes. */
  async function leftTo(owner: string, now: Date): Promise<number> {
    const since = new Date(now.getTime() - QUOTA_WINDOW_MS);
    const recent = files.find(
      { 'metadata.owner': owner, 'metadata.savedAt': { $gt: since } },
      { projection: { length: 1 } },
    );
    let leftBytes = QUOTA_BYTES;
    for await (const { length } of recent) leftBytes -= length;
    return leftBytes;
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
      if (deletedCount === 1) await chunks.remove(_id);
      removed += deletedCount;
    }
    for await (const { _id } of uploads.find({ startedAt: { $lt: before } })) {
      if (!(await files.findOne({ _id }, { projection: { _id: 1 } }))) await chunks.remove(_id);
      await uploads.deleteOne({ _id });
    }
    return removed;
  }

  return {
    async save(owner, body, declared) {
      const kept = await keep(owner, body, declared);
      const verdict = kept.metadata.unscanned && (await scans?.now(kept));
      return toAttachment(kept, verdict === 'infected');
    },
    sweepUnreferenced,
    scanWaiting: async () => scans?.waiting(files.find({ 'metadata.unscanned': true })) ?? 0,

    async release(fileIds) {
      const ids = fileIds.filter((each) => FILE_ID.test(each)).map((each) => new ObjectId(each));
      if (ids.length > 0) await files.updateMany({ _id: { $in: ids } }, { $set: { 'metadata.referenced': false } });
    },

    async ownerOf(fileId) {
      if (!FILE_ID.test(fileId)) return undefined;
      const found = await files.findOne({ _id: new ObjectId(fileId) }, { projection: { 'metadata.owner': 1 } });
      return found?.metadata.owner;
    },

    async find(owner, fileId) {
      const file = await lookUp(owner, fileId);
      return file && toAttachment(file);
    },

    async open(owner, fileId) {
      const file = await lookUp(owner, fileId);
      return file && { attachment: toAttachment(file, isHeld(file)), stream: contentOf(file) };
    },

    async share(owner, fileId) {
      const file = await lookUp(owner, fileId);
      const { condition, kind, mimeType = '' } = file?.metadata ?? {};
      if (!file || condition === 'damaged' || isHeld(file)) return undefined;
      const content = contentOf(file);
      if (isFilm(mimeType)) return { mimeType, body: await buffer(withoutFilmMetadata(content)) };
      const original = await buffer(content);
      if (kind === 'image') return shared('image/jpeg', await renderForDisplay(original));
      // the words of a locked one are as locked as the rest
      if (mimeType !== PDF || condition === 'locked') return { mimeType, body: original };
      return shared(PDF, withoutPdfMetadata(original));
    },

    async display(owner, fileId) {
      const file = await lookUp(owner, fileId);
      if (file?.metadata.kind !== 'image' || isHeld(file)) return undefined;
      const body = await renderForDisplay(await buffer(contentOf(file)));
      return body && { mimeType: 'image/jpeg', body };
    },
  };
}

const PDF = 'application/pdf';

function shared(mimeType: string, body: Buffer | undefined): { mimeType: string; body: Buffer } | undefined {
  return body && { mimeType, body };
}

async function ensureIndexes(db: Db, files: Collection<StoredFile>): Promise<void> {
  await db.collection('fs.chunks').createIndex({ files_id: 1, n: 1 }, { unique: true });
  await files.createIndex({ 'metadata.owner': 1, 'metadata.sha256': 1 }, { unique: true });
  await files.createIndex({ 'metadata.referenced': 1, 'metadata.savedAt': 1 });
  const waiting = { partialFilterExpression: { 'metadata.unscanned': true } };
  await files.createIndex({ 'metadata.unscanned': 1 }, waiting);
}

function toAttachment({ _id, length, metadata }: StoredFile, isHeld = false): Attachment {
  const { kind, mimeType, sha256 } = metadata;
  const condition = isHeld ? 'quarantined' : metadata.condition;
  return {
    ...{ kind, fileId: _id.toHexString(), mimeType, sizeBytes: length },
    // all empty files are the same, but say nothing about each other
    ...(length > 0 ? { sha256 } : {}),
    ...(condition ? { condition } : {}),
  };
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

/** Hashes what passes, looks for what is wrong with it, and stops it when there is too much of it. */
function createMeter(mimeType: string, leftBytes: number) {
  const hash = createHash('sha256');
  const watch = watchCondition(mimeType);
  let sizeBytes = 0;
  return {
    async *through(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const part of source) {
        sizeBytes += part.length;
        hash.update(part);
        watch.see(part);
        if (sizeBytes > MAX_FILE_BYTES) throw tooLarge();
        if (sizeBytes > leftBytes) throw quotaExceeded();
        yield part;
      }
    },
    /** Once all has passed; the hash is hexadecimal, of the clear bytes. */
    measured() {
      const condition = watch.condition();
      return { sizeBytes, sha256: hash.digest('hex'), ...(condition ? { condition } : {}) };
    },
  };
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
