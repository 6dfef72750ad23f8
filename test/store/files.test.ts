import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { Binary, type Db, GridFSBucket, ObjectId } from 'mongodb';
import type { Connection } from 'mongoose';
import sharp from 'sharp';
import { AppError } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import { connectStore } from '../../src/store/connect.js';
import { type EmbeddedStore, startEmbeddedStore } from '../../src/store/embedded/start.js';
import { createFileStore, type FileStore } from '../../src/store/files.js';
import { createFakeClock, type FakeClock } from '../fakes/clock.js';
import { TEST_KEYS } from '../fakes/keys.js';
import { cutJpeg, eicar, lockedPdf, wholePdf } from '../fakes/sample-files.js';
import { filmThatSaysWhere, PLACE } from '../fakes/sample-film.js';

const HOUR_MS = 60 * 60 * 1000;
const MEGABYTE = 1024 * 1024;

/** A photo of random pixels, so that no two are equal and none packs well. */
function photo(side = 64): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 120, sigma: 60 } as const;
  return sharp({ create: { width: side, height: side, channels: 3, background: '#000', noise } })
    .jpeg()
    .toBuffer();
}

/** Bytes that begin like a PDF, as many as wanted. */
function pdf(sizeBytes: number, filler = 0x20): Buffer {
  const end = Buffer.from('startxref\n0\n%%EOF');
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(sizeBytes - 9 - end.length, filler), end]);
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : String(error);
}

describe('file store', () => {
  let dataDir: string;
  let embedded: EmbeddedStore | undefined;
  let connection: Connection;
  let db: Db;
  let clock: FakeClock;
  let files: FileStore;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-files-'));
    const given = process.env['MONGODB_URI'];
    if (!given) embedded = await startEmbeddedStore({ dataDir, log: createLog('silent') });
    connection = await connectStore(given || embedded?.uri || '');
    db = connection.getClient().db(`files_${process.pid}`);
  });
  after(async () => {
    await db.dropDatabase();
    await connection.close();
    await embedded?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const { name } of await db.listCollections().toArray()) await db.collection(name).drop();
    clock = createFakeClock();
    files = createFileStore(db, clock, TEST_KEYS);
  });

  const countOf = async () => ({
    files: await db.collection('fs.files').countDocuments(),
    chunks: await db.collection('fs.chunks').countDocuments(),
    uploads: await db.collection('uploads').countDocuments(),
  });

  it('gives back the bytes it was given, with their type, size and hash', async () => {
    const original = await photo(900);
    const attachment = await files.save('satu', Readable.from([original.subarray(0, 10), original.subarray(10)]), {});
    expect(attachment).to.deep.equal({
      kind: 'image',
      fileId: attachment.fileId,
      mimeType: 'image/jpeg',
      sizeBytes: original.length,
      sha256: attachment.sha256,
    });
    expect(await files.find('satu', attachment.fileId ?? '')).to.deep.equal(attachment);
    const opened = await files.open('satu', attachment.fileId ?? '');
    expect(original.equals(await buffer(opened?.stream ?? Readable.from([])))).to.equal(true);
  });

  it('keeps no byte of a file, and no hash of it, in the clear', async () => {
    const original = pdf(600_000, 0x41);
    await files.save('satu', original, {});
    const pieces = await db.collection<{ data: Binary }>('fs.chunks').find({}).toArray();
    expect(pieces).to.have.length(3);
    for (const { data } of pieces) expect(Buffer.from(data.buffer).includes(original.subarray(50, 66))).to.equal(false);
    const stored = JSON.stringify(await db.collection('fs.files').findOne({}));
    expect(stored).not.to.contain(createHash('sha256').update(original).digest('hex'));
  });

  it('notices a piece that was altered, moved, exchanged or cut off', async () => {
    const first = await files.save('satu', pdf(600_000, 0x41), {});
    const second = await files.save('satu', pdf(600_000, 0x42), {});
    const chunks = db.collection<{ files_id: ObjectId; n: number; data: Binary }>('fs.chunks');
    const whole = await chunks.find({ files_id: new ObjectId(first.fileId) }).toArray();
    const data = (n: number) => whole.find((each) => each.n === n)?.data ?? expect.fail(`no piece ${n}`);
    const altered = Buffer.from(data(1).buffer);
    altered[100_000] = (altered[100_000] ?? 0) ^ 1;
    const other = await chunks.findOne({ files_id: new ObjectId(second.fileId), n: 1 });
    const read = async () => {
      const opened = await files.open('satu', first.fileId ?? '');
      return (
        opened &&
        buffer(opened.stream).then(
          ({ length }) => length,
          () => 'refused',
        )
      );
    };
    for (const wrong of [new Binary(altered), data(0), other?.data ?? expect.fail('no other')]) {
      await chunks.updateOne({ files_id: new ObjectId(first.fileId), n: 1 }, { $set: { data: wrong } });
      expect(await read()).to.equal('refused');
    }
    await chunks.updateOne({ files_id: new ObjectId(first.fileId), n: 1 }, { $set: { data: data(1) } });
    expect(await read()).to.equal(600_000);
    await chunks.deleteOne({ files_id: new ObjectId(first.fileId), n: 2 });
    expect(await read(), 'its end is missing').to.equal('refused');
    const twoPieces = { length: 2 * 255 * 1024 };
    await db.collection('fs.files').updateOne({ _id: new ObjectId(first.fileId) }, { $set: twoPieces });
    expect(await read(), 'and it was said to be shorter').to.equal('refused');
  });

  it('still reads what was kept in the clear before files were sealed', async () => {
    const bytes = pdf(600_000);
    const upload = new GridFSBucket(db).openUploadStream('old.pdf', {
      metadata: { owner: 'satu', kind: 'document', mimeType: 'application/pdf', savedAt: clock.now(), sha256: 'a' },
    });
    await pipeline(Readable.from([bytes]), upload);
    const opened = await files.open('satu', upload.id.toHexString());
    expect(bytes.equals(await buffer(opened?.stream ?? Readable.from([])))).to.equal(true);
    expect(opened?.attachment.sizeBytes).to.equal(bytes.length);
  });

  it('shows a file to nobody but its owner', async () => {
    const { fileId = '' } = await files.save('satu', await photo(), {});
    for (const [owner, id] of [
      ['dua', fileId],
      ['satu', 'a'.repeat(24)],
      ['satu', '$ne'],
      ['satu', ''],
    ] as const) {
      expect(await files.find(owner, id)).to.equal(undefined);
      expect(await files.open(owner, id)).to.equal(undefined);
      expect(await files.display(owner, id)).to.equal(undefined);
    }
  });

  it('keeps the same bytes of one owner once, also when they come a hundred times at once', async () => {
    const bytes = await photo(600);
    const saved = await Promise.all(Array.from({ length: 100 }, () => files.save('satu', bytes, {})));
    expect(new Set(saved.map((each) => each.fileId)).size).to.equal(1);
    const before = await countOf();
    expect(before.files).to.equal(1);
    expect(before.chunks).to.equal(1);
    expect(before.uploads).to.equal(0);
    const other = await files.save('dua', bytes, {});
    expect(other.fileId).not.to.equal(saved[0]?.fileId);
  });

  it('tells types by content, whatever was declared', async () => {
    const declared = { mimeType: 'image/jpeg', name: 'foto.jpg' };
    const kinds = await Promise.all(
      [
        await sharp(await photo())
          .png()
          .toBuffer(),
        pdf(100),
        Buffer.from('4f676753000200000000000000000000000000000000000000000000', 'hex'),
        Buffer.concat([
          Buffer.from('0000001c6674797069736f6d0000020069736f6d69736f326d703431', 'hex'),
          Buffer.alloc(40),
        ]),
      ].map((bytes) => files.save('satu', bytes, declared).then((each) => each.kind, codeOf)),
    );
    expect(kinds).to.deep.equal(['image', 'document', 'file.unsupported_type', 'video']);
  });

  it('refuses what is no evidence: programs, pages, scripts, archives, text', async () => {
    const refused: Record<string, Buffer> = {
      text: Buffer.from('halo, ini surat'),
      html: Buffer.from('<!doctype html><script>alert(1)</script>'),
      svg: Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
      exe: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]),
      elf: Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(200)]),
      shell: Buffer.from('#!/bin/sh\nrm -rf /\n'),
      zip: Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(200)]),
      gzip: Buffer.concat([Buffer.from('1f8b08', 'hex'), Buffer.alloc(200)]),
    };
    for (const [name, bytes] of Object.entries(refused)) {
      const saved = await files.save('satu', bytes, { mimeType: 'image/jpeg' }).catch(codeOf);
      expect(saved, name).to.equal('file.unsupported_type');
    }
    expect(await countOf()).to.deep.equal({ files: 0, chunks: 0, uploads: 0 });
  });

  it('keeps what is empty, broken, locked or harmful, and says so', async () => {
    const kept = async (bytes: Buffer, mimeType = 'image/jpeg') => {
      const { kind, condition, fileId = '' } = await files.save('satu', bytes, { mimeType });
      expect(await files.find('satu', fileId)).to.include({ condition, sizeBytes: bytes.length });
      const opened = await files.open('satu', fileId);
      expect(bytes.equals(await buffer(opened?.stream ?? Readable.from([])))).to.equal(true);
      return `${kind} ${condition}`;
    };
    expect(await kept(Buffer.alloc(0))).to.equal('image damaged');
    expect(await kept(cutJpeg())).to.equal('image damaged');
    expect(await kept(Buffer.from('%PDF-1.7 broken'))).to.equal('document damaged');
    expect(await kept(lockedPdf())).to.equal('document locked');
    expect(await kept(eicar())).to.equal('document quarantined');
    expect(await kept(Buffer.concat([await photo(400), eicar()]))).to.equal('image quarantined');
  });

  it('gives an empty file no hash by which it would be like every other', async () => {
    expect(await files.save('satu', Buffer.alloc(0), {})).to.have.property('kind', 'document');
    expect(await files.save('satu', Buffer.alloc(0), {})).not.to.have.property('sha256');
  });

  it('counts the same file a hundred times over once against the day', async () => {
    const large = pdf(19 * MEGABYTE);
    const ids = new Set<string | undefined>();
    for (let times = 0; times < 6; times++) ids.add((await files.save('satu', large, {})).fileId);
    expect(ids.size).to.equal(1);
    expect(await files.save('satu', pdf(19 * MEGABYTE, 1), {})).to.have.property('kind', 'document');
  }).timeout(60_000);

  it('refuses more than 20 MB and leaves nothing of it behind', async () => {
    expect(await files.save('satu', pdf(20 * MEGABYTE + 1), {}).catch(codeOf)).to.equal('file.too_large');
    const { files: kept, chunks } = await countOf();
    expect([kept, chunks]).to.deep.equal([0, 0]);
    expect(await files.save('satu', pdf(20 * MEGABYTE), {})).to.include({ sizeBytes: 20 * MEGABYTE });
  });

  it('takes at most 100 MB a day from one owner', async () => {
    const atOnce = Array.from({ length: 6 }, (_, each) => files.save('satu', pdf(19 * MEGABYTE, each), {}));
    const outcomes = await Promise.all(atOnce.map((saving) => saving.then(({ kind }) => kind, codeOf)));
    expect(outcomes.filter((outcome) => outcome === 'document')).to.have.length(5);
    expect(outcomes.filter((outcome) => outcome === 'file.quota_exceeded')).to.have.length(1);
    expect(await files.save('satu', pdf(6 * MEGABYTE), {}).catch(codeOf)).to.equal('file.quota_exceeded');
    expect(await files.save('dua', pdf(6 * MEGABYTE), {})).to.include({ kind: 'document' });
    await clock.advance(24 * HOUR_MS);
    expect(await files.save('satu', pdf(6 * MEGABYTE), {})).to.include({ kind: 'document' });
  }).timeout(60_000);

  it('leaves nothing behind of an upload that is cut off', async () => {
    const cut = Readable.from(
      (async function* () {
        yield pdf(600_000);
        throw new Error('connection lost');
      })(),
    );
    expect(await files.save('satu', cut, {}).catch(String)).to.contain('connection lost');
    const { files: kept, chunks } = await countOf();
    expect([kept, chunks]).to.deep.equal([0, 0]);
  });

  describe('shown to others', () => {
    it('a photo is upright, bounded and free of what the camera wrote', async () => {
      const sideways = await sharp({ create: { width: 3000, height: 1000, channels: 3, background: '#483' } })
        .withExif({ IFD0: { Copyright: 'Kamera Rahasia' }, IFD3: { GPSLatitude: '6/1 12/1 0/1' } })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer();
      const { fileId = '' } = await files.save('satu', sideways, {});
      const shown = await files.display('satu', fileId);
      expect(shown?.mimeType).to.equal('image/jpeg');
      const { width, height, exif, orientation } = await sharp(shown?.body).metadata();
      expect({ width, height, exif, orientation }).to.deep.equal({
        width: 533,
        height: 1600,
        exif: undefined,
        orientation: undefined,
      });
    });

    it('a damaged photo and other kinds are nothing, though they are kept', async () => {
      const whole = await photo(400);
      const cut = await files.save('satu', whole.subarray(0, 3000), {});
      const paper = await files.save('satu', pdf(500), {});
      expect(await files.display('satu', cut.fileId ?? '')).to.equal(undefined);
      expect(await files.display('satu', paper.fileId ?? '')).to.equal(undefined);
    });

    it('a copy to be handed on is redrawn or emptied of what tells its maker; there is none of a broken one', async () => {
      const copyOf = async (bytes: Buffer) => {
        const { fileId = '' } = await files.save('satu', bytes, {});
        expect(await files.share('dua', fileId), 'of another owner').to.equal(undefined);
        return files.share('satu', fileId);
      };
      const told = await sharp(await photo())
        .withExif({ IFD0: { Copyright: 'Kamera Rahasia' } })
        .jpeg()
        .toBuffer();
      const drawn = await copyOf(told);
      expect(drawn?.body.includes('Kamera Rahasia')).to.equal(false);
      expect((await sharp(drawn?.body).metadata()).format).to.equal('jpeg');
      const letter = await copyOf(wholePdf('/Info 2 0 R >> 2 0 obj <</Author (Budi)>> endobj <<'));
      expect(String(letter?.body)).to.include('%PDF').and.not.include('Budi');
      const { film, frames } = filmThatSaysWhere();
      const clip = await copyOf(film);
      expect(clip?.mimeType).to.equal('video/mp4');
      expect([clip?.body.includes(frames), clip?.body.includes(PLACE)]).to.deep.equal([true, false]);
      for (const bytes of [cutJpeg(), eicar()]) expect(await copyOf(bytes)).to.equal(undefined);
      expect((await copyOf(lockedPdf()))?.body.equals(lockedPdf())).to.equal(true);
    });

    it('nothing is shown of a picture in quarantine, though it could be drawn', async () => {
      const { fileId = '' } = await files.save('satu', Buffer.concat([await photo(400), eicar()]), {});
      expect(await files.display('satu', fileId)).to.equal(undefined);
    });

    it('a picture of more pixels than any camera makes is not decoded', async () => {
      const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#000' } })
        .png({ compressionLevel: 9 })
        .toBuffer();
      const { fileId = '' } = await files.save('satu', bomb, {});
      expect(await files.display('satu', fileId)).to.equal(undefined);
    });
  });

  describe('sweep', () => {
    const soon = () => new Date(clock.now().getTime() + 1);

    it('removes what nothing refers to, and keeps the rest for good', async () => {
      const kept = await files.save('satu', await photo(), {});
      const dropped = await files.save('satu', await photo(), {});
      const asked: string[] = [];
      const isReferenced = async (fileId: string) => {
        asked.push(fileId);
        return fileId === kept.fileId;
      };
      expect(await files.sweepUnreferenced(soon(), isReferenced)).to.equal(1);
      expect(await files.find('satu', dropped.fileId ?? '')).to.equal(undefined);
      expect(await files.find('satu', kept.fileId ?? '')).to.deep.equal(kept);
      expect(asked).to.have.members([kept.fileId, dropped.fileId]);
      asked.length = 0;
      await files.sweepUnreferenced(soon(), isReferenced);
      expect(asked, 'a file known to be needed is not asked for again').to.deep.equal([]);
      expect((await countOf()).chunks).to.equal(1);
    });

    it('leaves what is younger, and what was sent again meanwhile', async () => {
      const bytes = await photo();
      const { fileId = '' } = await files.save('satu', bytes, {});
      const before = soon();
      await clock.advance(HOUR_MS);
      await files.save('satu', bytes, {});
      expect(await files.sweepUnreferenced(before, async () => false)).to.equal(0);
      expect(await files.find('satu', fileId)).not.to.equal(undefined);
    });

    it('finds the pieces of an upload that a crash broke off', async () => {
      const { fileId = '' } = await files.save('satu', pdf(600_000), {});
      // what a kill between the last piece and the file's own document leaves
      const _id = new ObjectId(fileId);
      await db.collection('fs.files').deleteOne({ _id });
      await db.collection('uploads').insertOne({ _id, startedAt: clock.now() });
      expect((await countOf()).chunks).to.equal(3);
      await files.sweepUnreferenced(soon(), async () => false);
      expect(await countOf()).to.deep.equal({ files: 0, chunks: 0, uploads: 0 });
    });
  });
});
