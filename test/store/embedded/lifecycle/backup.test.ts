import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Decimal128, type Document, Double, Int32, Long } from 'bson';
import { expect } from 'chai';
import { GridFSBucket } from 'mongodb';
import { backup, copyStore, restore } from '../../../../src/store/embedded/admin.js';
import { CopyMismatchError, copyTo } from '../../../../src/store/embedded/copy.js';
import { clearRestoreMarker, readRestoreMarker } from '../../../../src/store/embedded/storage/backup.js';
import { openEmbedded, silentLog, temporaryFolder } from '../support/database.js';

const now = new Date('2026-03-17T12:00:00Z');

describe('backup and restore', () => {
  let root: string;
  let dataDir: string;
  let target: string;

  beforeEach(async () => {
    root = await temporaryFolder();
    dataDir = join(root, 'data');
    target = join(root, 'backup');
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  const backUp = () => backup({ dataDir, target, log: silentLog });

  it('brings back the state of the backup, taken while writes go on', async () => {
    const store = await openEmbedded({ folder: dataDir });
    const collection = store.db.collection<Document>('c');
    await collection.createIndex({ a: 1 }, { unique: true });
    await collection.insertMany(Array.from({ length: 500 }, (_, at) => ({ a: at })));
    const writing = Promise.all(Array.from({ length: 300 }, (_, at) => collection.insertOne({ a: 1000 + at })));
    const manifest = await backUp();
    await writing;
    await collection.deleteMany({});
    await store.close();
    expect(manifest.documents).to.be.within(500, 800);

    const { formerData } = await restore({ dataDir, source: target, now });
    const again = await openEmbedded({ folder: dataDir });
    expect(await again.db.collection('c').countDocuments({})).to.equal(manifest.documents);
    expect((await again.db.collection('c').listIndexes().toArray()).map(({ name }) => name)).to.deep.equal([
      '_id_',
      'a_1',
    ]);
    await again.close();
    expect(await readdir(dataDir)).to.include(String(formerData).split('/').pop());
  });

  it('leaves a marker until the application has reconciled', async () => {
    await (await openEmbedded({ folder: dataDir })).close();
    const { madeAt } = await backUp();
    await restore({ dataDir, source: target, now });
    expect(await readRestoreMarker(dataDir)).to.deep.equal({ backupMadeAt: madeAt, restoredAt: now.toISOString() });
    await clearRestoreMarker(dataDir);
    expect(await readRestoreMarker(dataDir)).to.equal(undefined);
  });

  it('refuses to restore under a running store', async () => {
    const store = await openEmbedded({ folder: dataDir });
    await backUp();
    const error = await restore({ dataDir, source: target, now }).catch((reason: unknown) => reason);
    await store.close();
    expect(error).to.include({ code: 'store.in_use' });
  });

  it('refuses a backup that was cut off or never finished, and touches nothing', async () => {
    const store = await openEmbedded({ folder: dataDir });
    await store.db.collection('c').insertMany(Array.from({ length: 300 }, () => ({ text: 'x'.repeat(2000) })));
    await backUp();
    await store.close();
    await truncate(join(target, 'data.mdb'), 300_000);
    const before = await readdir(dataDir);
    expect(await restore({ dataDir, source: target, now }).catch((reason: unknown) => String(reason))).to.contain(
      'damaged',
    );
    await rm(join(target, 'backup.json'));
    expect(await restore({ dataDir, source: target, now }).catch((reason: unknown) => String(reason))).to.contain(
      'no finished backup',
    );
    expect((await readdir(dataDir)).sort()).to.deep.equal(before.sort());
  });

  it('does not write over a backup that is there', async () => {
    const store = await openEmbedded({ folder: dataDir });
    await backUp();
    const error = await backUp().catch((reason: unknown) => reason);
    await store.close();
    expect(error).to.include({ code: 96 });
  });
});

describe('copy to another MongoDB', () => {
  let source: Awaited<ReturnType<typeof openEmbedded>>;
  let target: Awaited<ReturnType<typeof openEmbedded>>;

  beforeEach(async () => {
    source = await openEmbedded();
    target = await openEmbedded();
  });

  afterEach(async () => {
    await source.close();
    await target.close();
  });

  it('carries over documents of all types, files and indexes, and proves it', async () => {
    const collection = source.db.collection<Document>('c');
    await collection.createIndex({ a: 1, b: -1 }, { unique: true, name: 'ab' });
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 3600, name: 'ttl' });
    await collection.createIndex({ s: 1 }, { partialFilterExpression: { s: { $exists: true } }, name: 'part' });
    await collection.insertMany([
      { a: new Int32(1), b: new Double(1) },
      { a: Long.fromNumber(1), b: new Int32(2), d: Decimal128.fromString('1.50') },
      { a: 2, b: null, when: new Date(0), list: [1, { x: 1 }] },
      ...Array.from({ length: 1200 }, (_, at) => ({ a: 10 + at, b: 'x' })),
    ]);
    const upload = new GridFSBucket(source.db).openUploadStream('f');
    upload.end(Buffer.alloc(600_000, 7));
    await new Promise((resolve) => upload.once('finish', resolve));
    const copied = await copyTo(source.client, target.client);
    expect(copied.map(({ namespace, documents, written }) => [namespace, documents, written])).to.have.deep.members([
      ['test.c', 1203, 1203],
      ['test.fs.files', 1, 1],
      ['test.fs.chunks', 3, 3],
    ]);
    const indexes = async (from: typeof source) => from.db.collection('c').listIndexes().toArray();
    expect(await indexes(target)).to.have.deep.members(await indexes(source));
  });

  it('opens the folder of a stopped service, and refuses that of a running one', async () => {
    await source.db.collection('c').insertOne({ _id: 1 as never });
    const dataDir = source.folder;
    const copy = () => copyStore({ dataDir, to: target.uri, log: silentLog });
    expect(await copy().catch((reason: unknown) => reason)).to.include({ code: 'store.in_use' });
    await source.client.close();
    await source.service.close();
    const [copied] = await copy();
    expect(copied).to.include({ namespace: 'test.c', documents: 1 });
    await rm(dataDir, { recursive: true, force: true });
    source = await openEmbedded();
  });

  it('goes on where it was stopped', async () => {
    await source.db.collection('c').insertMany(Array.from({ length: 1000 }, (_, at) => ({ _id: at as never, at })));
    await target.db.collection('c').insertMany(Array.from({ length: 400 }, (_, at) => ({ _id: at as never, at })));
    const [copied] = await copyTo(source.client, target.client);
    expect(copied).to.include({ documents: 1000, written: 600 });
  });

  it('does not call a target equal that holds more', async () => {
    await source.db.collection('c').insertOne({ _id: 1 as never });
    await target.db.collection('c').insertOne({ _id: 2 as never });
    const error = await copyTo(source.client, target.client).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(CopyMismatchError);
  });
});
