import type { Document } from 'bson';
import { expect } from 'chai';
import { MongoServerError } from 'mongodb';
import { verifyStore } from '../../../../src/store/embedded/storage/verify.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

const CLIENTS = 64;

describe('many clients at once', () => {
  let database: TestDatabase;

  before(async () => {
    database = await openTestDatabase({ maxPoolSize: CLIENTS });
  });

  after(() => database.close());

  it('lease each of 10,000 jobs exactly once', async () => {
    const jobs = database.db.collection<Document>('jobs');
    await jobs.createIndex({ state: 1, dueAt: 1 });
    const total = 10_000;
    await jobs.insertMany(
      Array.from({ length: total }, (_, at) => ({ _id: at as never, state: 'due', dueAt: new Date(at) })),
    );
    const taken: number[] = [];
    const work = async (worker: number) => {
      for (;;) {
        const job = await jobs.findOneAndUpdate(
          { state: 'due' },
          { $set: { state: 'leased', worker }, $inc: { leases: 1 } },
          { sort: { dueAt: 1 }, returnDocument: 'after' },
        );
        if (!job) return;
        expect(job['leases']).to.equal(1);
        taken.push(Number(job._id));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, worker) => work(worker)));
    expect(taken).to.have.length(total);
    expect(new Set(taken).size).to.equal(total);
    expect(await jobs.countDocuments({ state: 'leased', leases: 1 })).to.equal(total);
  }).timeout(60_000);

  it('racing for one unique value have one winner, and the rest learn which key', async () => {
    const names = database.db.collection<Document>('names');
    await names.createIndex({ group: 1, name: -1 }, { unique: true });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) => names.insertOne({ group: 'g', name: 'same', at })),
    );
    const losers = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(losers).to.have.length(49);
    for (const error of losers) {
      expect(error).to.be.instanceOf(MongoServerError);
      expect(error).to.include({ code: 11000 });
      expect(error.keyPattern).to.deep.equal({ group: 1, name: -1 });
      expect(error.keyValue).to.deep.equal({ group: 'g', name: 'same' });
    }
    expect(await names.countDocuments({})).to.equal(1);
  });

  it('incrementing one counter lose no step', async () => {
    const counters = database.db.collection<Document>('counters');
    const steps = await Promise.all(
      Array.from({ length: 500 }, () =>
        counters.findOneAndUpdate({ _id: 'n' as never }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' }),
      ),
    );
    expect(new Set(steps.map((each) => each?.['n'])).size).to.equal(500);
  });

  it('inserting while their collection is dropped lose nothing acknowledged afterwards, and leave nothing of before', async () => {
    const dropped = database.db.collection<Document>('dropped');
    let lastDrop = 0;
    const acknowledged: { at: number; step: number }[] = [];
    let step = 0;
    const insert = async () => {
      for (let turn = 0; turn < 40; turn++) {
        const at = ++step;
        await dropped.insertOne({ at });
        acknowledged.push({ at, step: ++step });
      }
    };
    const drop = async () => {
      for (let turn = 0; turn < 20; turn++) {
        await dropped.drop();
        lastDrop = ++step;
      }
    };
    await Promise.all([insert(), insert(), insert(), drop()]);
    const there = new Set((await dropped.find().toArray()).map(({ at }) => at));
    // sent after the last drop was answered: nothing can have taken them away
    for (const { at } of acknowledged.filter((each) => each.at > lastDrop)) expect(there.has(at)).to.equal(true);
    const store = database.service?.context.store;
    await store?.purgeAll();
    if (store) expect((await verifyStore(store)).faults).to.deep.equal([]);
  });
});
