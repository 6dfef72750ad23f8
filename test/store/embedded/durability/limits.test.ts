import type { Document } from 'bson';
import { expect } from 'chai';
import { type CursorLimits, Cursors } from '../../../../src/store/embedded/cursors.js';
import { ListSource } from '../../../../src/store/embedded/query/source.js';
import { openEmbedded } from '../support/database.js';

type Embedded = Awaited<ReturnType<typeof openEmbedded>>;

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 0,
    (error: unknown) => (error instanceof Error && 'code' in error ? Number(error.code) : -1),
  );

describe('cursors of the store', () => {
  const limits: CursorLimits = { maxCursors: 3, maxHeldBytes: 1000, maxIdleMs: 60_000 };
  let nowMs: number;
  let cursors: Cursors;

  beforeEach(() => {
    nowMs = 0;
    cursors = new Cursors(() => nowMs, limits);
  });

  const open = (bytes = 10) => {
    nowMs++;
    return cursors.add('d.c', new ListSource([Buffer.alloc(bytes)]));
  };
  const isOpen = (id: bigint) => {
    try {
      cursors.release(cursors.take(id, 'd.c'));
      return true;
    } catch {
      return false;
    }
  };

  it('are bounded in number: the one unused for longest goes', () => {
    const ids = [open(), open(), open()];
    nowMs++;
    expect(isOpen(ids[0] ?? 0n)).to.equal(true);
    open();
    expect(ids.map(isOpen)).to.deep.equal([true, false, true]);
  });

  it('are bounded in the bytes they hold', () => {
    const [first, second] = [open(600), open(600)];
    expect([first, second].map(isOpen)).to.deep.equal([false, true]);
  });

  it('are bounded in age, counted from their last use', () => {
    const id = open();
    nowMs += 59_000;
    expect(isOpen(id)).to.equal(true);
    nowMs += 59_000;
    expect(isOpen(id)).to.equal(true);
    nowMs += 61_000;
    expect(isOpen(id)).to.equal(false);
  });

  it('belong to their collection, and one is used by one request at a time', () => {
    const id = open();
    expect(() => cursors.take(id, 'd.other'))
      .to.throw()
      .with.property('code', 13);
    cursors.take(id, 'd.c');
    expect(() => cursors.take(id, 'd.c'))
      .to.throw()
      .with.property('code', 237);
    expect(() => cursors.take(77n, 'd.c'))
      .to.throw()
      .with.property('code', 43);
  });
});

describe('work that takes long', () => {
  let store: Embedded;

  before(async () => {
    store = await openEmbedded();
    const documents = Array.from({ length: 20_000 }, (_, at) => ({ _id: at as never, at, pad: 'x'.repeat(50) }));
    await store.db.collection('many').insertMany(documents);
  });

  after(() => store.close());

  it('lets others through: pings are answered while a scan runs', async () => {
    let scanning = true;
    const scan = store.db
      .collection('many')
      .countDocuments({ nothing: 1 })
      .finally(() => {
        scanning = false;
      });
    let answered = 0;
    while (scanning) {
      await store.db.command({ ping: 1 });
      answered++;
    }
    await scan;
    expect(answered).to.be.greaterThan(5);
  });

  it('lets others through while it changes many documents, and changes each once', async () => {
    const collection = store.db.collection('many');
    const changed = collection.updateMany({ at: { $gte: 0 } }, { $inc: { hits: 1 } });
    await collection.insertOne({ _id: 'between' as never, at: -1 });
    const { modifiedCount } = await changed;
    expect(modifiedCount).to.equal(20_000);
    expect(await collection.countDocuments({ hits: 1 })).to.equal(20_000);
    await collection.deleteOne({ _id: 'between' as never });
  });

  it('stops at the time limit a client sets', async () => {
    const error = codeOf(store.db.collection('many').find({ nothing: 1 }, { maxTimeMS: 1 }).toArray());
    expect(await error).to.equal(50);
  });

  it('goes on from batch to batch behind what was read, whatever was deleted meanwhile', async () => {
    const cursor = store.db.collection<Document>('many').find({}, { batchSize: 100 }).sort({ _id: 1 });
    const seen: number[] = [];
    for await (const document of cursor) {
      seen.push(Number(document['at']));
      if (seen.length === 50) await store.db.collection('many').deleteMany({ at: { $gte: 10, $lt: 300 } });
    }
    expect(new Set(seen).size).to.equal(seen.length);
    expect(seen.length).to.be.within(19_710, 19_810);
  });

  it('refuses to sort or group more than fits in memory, with code 292', async () => {
    const large = store.db.collection('large');
    for (let at = 0; at < 9; at++) {
      await large.insertMany(Array.from({ length: 8 }, (_, of) => ({ at: at * 8 + of, pad: 'x'.repeat(1024 * 1024) })));
    }
    expect(await codeOf(large.find().sort({ at: -1 }).toArray())).to.equal(292);
    expect(await codeOf(large.aggregate([{ $group: { _id: null, all: { $push: '$pad' } } }]).toArray())).to.equal(292);
    const [newest] = await large.find().sort({ at: -1 }).limit(1).toArray();
    expect(newest?.['at']).to.equal(71);
    await large.createIndex({ at: 1 });
    expect((await large.find().sort({ at: -1 }).project({ at: 1 }).toArray()).length).to.equal(72);
  });
});

describe('planner', () => {
  let store: Embedded;

  before(async () => {
    store = await openEmbedded();
    const turns = store.db.collection('turns');
    await turns.createIndexes([
      { key: { conversationId: 1, seq: 1 }, name: 'order', unique: true },
      { key: { lane: 1, sendAt: 1 }, name: 'owed', partialFilterExpression: { sendAt: { $exists: true } } },
      { key: { applyAt: 1 }, name: 'apply', partialFilterExpression: { applyAt: { $exists: true } } },
      { key: { tags: 1 }, name: 'tags' },
    ]);
    await turns.insertMany(
      Array.from({ length: 1000 }, (_, at) => ({
        _id: `t${at}` as never,
        conversationId: `c${at % 10}`,
        seq: Math.floor(at / 10),
        lane: 'web',
        ...(at % 100 === 0 && { sendAt: new Date(at), applyAt: new Date(at) }),
        tags: [`x${at % 5}`, `y${at % 7}`],
      })),
    );
  });

  after(() => store.close());

  interface Explained {
    readonly stage: string;
    readonly index: string | undefined;
    readonly keys: number;
    readonly documents: number;
  }

  async function explain(filter: Document, sort?: Document, limit = 0): Promise<Explained> {
    const cursor = store.db.collection('turns').find(filter).limit(limit);
    if (sort) cursor.sort(sort as Record<string, 1 | -1>);
    const { queryPlanner, executionStats } = await cursor.explain('executionStats');
    const plan = queryPlanner.winningPlan;
    const scan = plan.inputStage ?? plan;
    return {
      stage: plan.stage === 'FETCH' ? scan.stage : plan.stage,
      index: scan.indexName,
      keys: executionStats.totalKeysExamined,
      documents: executionStats.totalDocsExamined,
    };
  }

  it('reads the newest of a group from the end of an index', async () => {
    expect(await explain({ conversationId: 'c3' }, { seq: -1 }, 1)).to.deep.equal({
      stage: 'IXSCAN',
      index: 'order',
      keys: 1,
      documents: 1,
    });
  });

  it('finds by _id, by a list of them, and by unique pairs', async () => {
    expect(await explain({ _id: 't5' })).to.include({ index: '_id_', documents: 1 });
    expect(await explain({ _id: { $in: ['t5', 't6', 'none'] } })).to.include({ index: '_id_', documents: 2 });
    expect(await explain({ conversationId: 'c1', seq: 3 })).to.include({ index: 'order', documents: 1 });
    expect(await explain({ conversationId: 'c1', seq: { $gt: 3, $lte: 6 } })).to.include({
      index: 'order',
      documents: 3,
    });
  });

  it('uses a partial index only where the query implies its filter', async () => {
    expect(await explain({ lane: 'web', sendAt: { $lte: new Date(300) } })).to.include({ index: 'owed', documents: 4 });
    expect(await explain({ applyAt: { $lte: new Date(0) } })).to.include({ index: 'apply', documents: 1 });
    expect(await explain({ lane: 'web' })).to.include({ stage: 'COLLSCAN', documents: 1000 });
    expect(await explain({ applyAt: null })).to.include({ stage: 'COLLSCAN' });
  });

  it('uses an index over arrays, and the union of indexes for $or', async () => {
    expect(await explain({ tags: 'x1' })).to.include({ index: 'tags', documents: 200 });
    expect(await explain({ $or: [{ _id: 't1' }, { conversationId: 'c2', seq: 1 }] })).to.include({
      stage: 'OR',
      documents: 2,
    });
    expect(await explain({ $or: [{ _id: 't1' }, { nothing: 1 }] })).to.include({ stage: 'COLLSCAN' });
  });

  it('obeys a hint, and refuses one for an index that is not there', async () => {
    const turns = store.db.collection('turns');
    const { queryPlanner } = await turns.find({ conversationId: 'c1' }).hint('tags').explain('queryPlanner');
    expect(queryPlanner.winningPlan.inputStage.indexName).to.equal('tags');
    expect(await codeOf(turns.find({}).hint('nope').toArray())).to.equal(2);
  });
});
