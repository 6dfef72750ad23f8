import { rm } from 'node:fs/promises';
import { type Document, deserialize, serialize } from 'bson';
import { expect } from 'chai';
import type { Collection } from 'mongodb';
import { asObject } from '../../../../src/store/embedded/bson/raw.js';
import { document } from '../../../../src/store/embedded/bson/writer.js';
import { dispatch } from '../../../../src/store/embedded/commands/dispatch.js';
import { Store } from '../../../../src/store/embedded/storage/store.js';
import { expireDue } from '../../../../src/store/embedded/storage/ttl.js';
import { verifyStore } from '../../../../src/store/embedded/storage/verify.js';
import { openEmbedded, silentLog, temporaryFolder } from '../support/database.js';

type Embedded = Awaited<ReturnType<typeof openEmbedded>>;

const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return undefined;
};

describe('commits that fail', () => {
  let store: Embedded;
  let failing: Error | undefined;
  let collection: Collection<Document>;

  beforeEach(async () => {
    failing = undefined;
    store = await openEmbedded({
      fault: () => {
        if (failing) throw failing;
      },
    });
    collection = store.db.collection('c');
    await collection.createIndex({ a: 1 }, { unique: true });
    await collection.insertMany([
      { _id: 1 as never, a: 1 },
      { _id: 2 as never, a: 2 },
    ]);
  });

  afterEach(() => store.close());

  async function expectWhole(): Promise<void> {
    const { faults } = await verifyStore(store.service.context.store);
    expect(faults).to.deep.equal([]);
  }

  it('tell the client that the disk is full and write nothing', async () => {
    failing = new Error('ENOSPC: no space left on device, write');
    expect(await codeOf(collection.insertOne({ _id: 3 as never, a: 3 }))).to.equal(14031);
    expect(await codeOf(collection.updateOne({ a: 1 }, { $set: { a: [4, 5] } }))).to.equal(14031);
    expect(await codeOf(collection.deleteOne({ a: 1 }))).to.equal(14031);
    failing = undefined;
    expect(await collection.find().sort({ _id: 1 }).toArray()).to.deep.equal([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ]);
    expect(await collection.estimatedDocumentCount()).to.equal(2);
    await expectWhole();
    await collection.insertOne({ _id: 3 as never, a: 3 });
    await expectWhole();
  });

  it('leave catalogue and memory as the disk has them', async () => {
    failing = new Error('MDB_MAP_FULL: Environment mapsize limit reached');
    expect(await codeOf(store.db.collection('fresh').insertOne({ b: 1 }))).to.equal(14031);
    expect(await codeOf(collection.createIndex({ b: 1 }))).to.equal(14031);
    expect(await codeOf(collection.drop())).to.equal(14031);
    failing = undefined;
    expect((await store.db.listCollections().toArray()).map(({ name }) => name)).to.deep.equal(['c']);
    expect((await collection.listIndexes().toArray()).map(({ name }) => name)).to.deep.equal(['_id_', 'a_1']);
    expect(await collection.countDocuments({})).to.equal(2);
    await expectWhole();
  });

  it('take down only the job that fails when several share a commit', async () => {
    let poisoned = 0;
    const { writer } = store.service.context.store;
    const outcomes = await Promise.allSettled([
      writer.run(() => 'first'),
      writer.run(() => {
        poisoned++;
        throw new Error('a bug');
      }),
      writer.run(() => 'third'),
    ]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect(poisoned).to.be.greaterThan(0);
    await expectWhole();
  });

  it('keep a multikey mark from being set in memory alone', async () => {
    await collection.createIndex({ t: 1 });
    failing = new Error('ENOSPC');
    await codeOf(collection.insertOne({ _id: 9 as never, a: 9, t: [1, 2] }));
    failing = undefined;
    await collection.insertOne({ _id: 9 as never, a: 9, t: [1, 2] });
    const reopened = await reopen(store);
    expect(reopened).to.deep.equal([]);
    store = await openEmbedded();
  });

  /** Closes the store and checks its folder as the next start finds it. */
  async function reopen(embedded: Embedded): Promise<readonly string[]> {
    await embedded.client.close();
    await embedded.service.close();
    const again = await Store.open({ folder: embedded.folder, monotonicMs: () => performance.now() });
    const { faults } = await verifyStore(again);
    await again.close();
    await rm(embedded.folder, { recursive: true, force: true });
    return faults;
  }
});

describe('writes queued behind the drop of their collection', () => {
  let store: Embedded;

  beforeEach(async () => {
    store = await openEmbedded();
    await store.db.collection('c').insertOne({ _id: 1 as never });
  });

  afterEach(() => store.close());

  /** Queues a drop and, before it is carried out, a command that still finds the collection. */
  async function afterDrop(command: Document): Promise<Document> {
    const { context } = store.service;
    const dropped = context.store.drop([context.store.get('test.c')]);
    const body = asObject(Buffer.from(serialize({ ...command, $db: 'test' })));
    const request = {
      id: 1,
      legacy: false,
      body,
      sequences: new Map(),
      unacknowledged: false,
      exhaustAllowed: false,
      database: undefined,
    };
    const peer = { closed: new AbortController().signal, isAuthenticated: true, conversation: undefined };
    const { write } = await dispatch(request, peer, context, silentLog);
    await dropped;
    return deserialize(document((writer) => write(writer)));
  }

  it('make it again to insert', async () => {
    expect(await afterDrop({ insert: 'c', documents: [{ _id: 2 }] })).to.include({ ok: 1, n: 1 });
    expect(await store.db.collection('c').find().toArray()).to.deep.equal([{ _id: 2 }]);
  });

  it('find nothing to update or delete, and do not bring it back', async () => {
    expect(await afterDrop({ update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } } }] })).to.include({ ok: 1, n: 0 });
    expect(await store.db.listCollections().toArray()).to.deep.equal([]);
  });

  it('refuse an upsert and an index', async () => {
    const upsert = { update: 'c', updates: [{ q: { _id: 9 }, u: { $set: { a: 1 } }, upsert: true }] };
    expect((await afterDrop(upsert))['writeErrors'][0]).to.include({ code: 175 });
    await store.db.collection('c').insertOne({ _id: 1 as never });
    expect(await afterDrop({ createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a' }] })).to.include({
      ok: 0,
      code: 26,
    });
    expect(await store.db.listCollections().toArray()).to.deep.equal([]);
  });
});

describe('indexes on existing data', () => {
  let store: Embedded;
  let collection: Collection<Document>;

  beforeEach(async () => {
    store = await openEmbedded();
    collection = store.db.collection('c');
  });

  afterEach(() => store.close());

  const names = async () => (await collection.listIndexes().toArray()).map(({ name }) => name);

  it('are built all or not at all', async () => {
    await collection.insertMany(Array.from({ length: 1500 }, (_, at) => ({ a: at, b: at % 1499 })));
    const both = collection.createIndexes([
      { key: { a: 1 }, name: 'a' },
      { key: { b: 1 }, name: 'b', unique: true },
    ]);
    expect(await codeOf(both)).to.equal(11000);
    expect(await names()).to.deep.equal(['_id_']);
    expect((await verifyStore(store.service.context.store)).faults).to.deep.equal([]);
    await collection.createIndexes([
      { key: { a: 1 }, name: 'a', unique: true },
      { key: { b: 1 }, name: 'b' },
    ]);
    expect(await names()).to.deep.equal(['_id_', 'a', 'b']);
    expect((await verifyStore(store.service.context.store)).faults).to.deep.equal([]);
  });

  it('hold what is written while they are built', async () => {
    await collection.insertMany(Array.from({ length: 3000 }, (_, at) => ({ _id: at as never, a: at })));
    const built = collection.createIndex({ a: 1 }, { unique: true });
    const writes = Array.from({ length: 300 }, async (_, at) => {
      await collection.insertOne({ _id: (10_000 + at) as never, a: 10_000 + at });
      await collection.updateOne({ _id: at as never }, { $set: { a: -1 - at } });
      await collection.deleteOne({ _id: (1000 + at) as never });
    });
    await Promise.all([built, ...writes]);
    expect((await verifyStore(store.service.context.store)).faults).to.deep.equal([]);
    expect(
      await collection
        .find({ a: { $gte: -1000 } })
        .hint('a_1')
        .toArray(),
    ).to.have.length(3000);
  });

  it('left unfinished by a crash are gone at the next start', async () => {
    const folder = await temporaryFolder();
    const first = await openEmbedded({ folder });
    await first.db.collection('c').insertOne({ a: 1 });
    const { store: inner } = first.service.context;
    const unfinished = inner.get('test.c');
    await inner.writer.run(() => {
      const [id] = unfinished.indexes;
      if (id) unfinished.indexes.push({ ...id, id: inner.catalog.takeId(), name: 'half', ready: false });
      inner.catalog.save(unfinished);
    });
    await first.close();
    const second = await openEmbedded({ folder });
    expect((await second.db.collection('c').listIndexes().toArray()).map(({ name }) => name)).to.deep.equal(['_id_']);
    await second.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('refuse a document whose value is longer than a key may be, and leave nothing of it', async () => {
    await collection.createIndex({ a: 1 });
    expect(await codeOf(collection.insertOne({ a: 'x'.repeat(3000) }))).to.equal(17280);
    expect(await collection.countDocuments({})).to.equal(0);
    await collection.insertOne({ b: 'x'.repeat(3000) });
    expect(await codeOf(collection.createIndex({ b: 1 }))).to.equal(17280);
    expect(await names()).to.deep.equal(['_id_', 'a_1']);
  });

  it('expire what is over, by the earliest date of an array, and nothing else', async () => {
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const now = new Date('2026-03-17T12:00:00Z');
    const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
    await collection.insertMany([
      { _id: 'old' as never, at: ago(61) },
      { _id: 'edge' as never, at: ago(60) },
      { _id: 'young' as never, at: ago(59) },
      { _id: 'list' as never, at: [ago(10), ago(100)] },
      { _id: 'text' as never, at: 'long ago' },
      { _id: 'none' as never },
    ]);
    expect(await expireDue(store.service.context.store, now)).to.equal(3);
    expect((await collection.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).to.deep.equal([
      'none',
      'text',
      'young',
    ]);
    expect((await verifyStore(store.service.context.store)).faults).to.deep.equal([]);
  });

  it('are dropped with their collection, and their space is used again', async () => {
    await collection.insertMany(Array.from({ length: 2000 }, (_, at) => ({ a: at })));
    await collection.createIndex({ a: 1 });
    await collection.drop();
    await store.service.context.store.purgeAll();
    const { documents, entries, meta } = store.service.context.store.tables;
    expect([documents.getKeysCount(), entries.getKeysCount()]).to.deep.equal([0, 0]);
    expect([...meta.getKeys()].map(String).filter((key) => key.startsWith('purge'))).to.deep.equal([]);
  });
});
