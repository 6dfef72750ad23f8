import type { Document } from 'bson';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Collection, IndexSpecification } from 'mongodb';
import { documents, filters, sorts } from '../support/arbitraries.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

const INDEXES: readonly IndexSpecification[] = [
  { a: 1 },
  { a: -1, e: 1 },
  { 'a.b': 1, e: -1 },
  { e: 1, 'a.b': 1, 'a.c': 1 },
  { d: 1 },
  { e: -1, d: 1 },
  { 'd.b': -1 },
];

describe('indexes', () => {
  let database: TestDatabase;
  let plain: Collection<Document>;
  let indexed: Collection<Document>;

  before(async () => {
    database = await openTestDatabase();
    plain = database.db.collection('plain');
    indexed = database.db.collection('indexed');
    for (const index of INDEXES) await indexed.createIndex(index);
    await indexed.createIndex({ e: 1 }, { name: 'partial', partialFilterExpression: { d: { $exists: true } } });
    await indexed.createIndex({ 'd.b': 1 }, { name: 'sparse', sparse: true });
  });

  after(() => database.close());

  async function fill(content: readonly Document[]): Promise<void> {
    await plain.deleteMany({});
    await indexed.deleteMany({});
    if (content.length === 0) return;
    const numbered = content.map((document, at) => ({ _id: at as never, ...document }));
    await plain.insertMany(numbered);
    await indexed.insertMany(numbered);
  }

  const idsOf = async (collection: Collection<Document>, filter: Document) =>
    (await collection.find(filter).project({ _id: 1 }).toArray()).map(({ _id }) => Number(_id)).sort((a, b) => a - b);

  /** Ids in order, or the code where two arrays lie side by side. */
  async function orderOf(collection: Collection<Document>, filter: Document, sort: Map<string, 1 | -1>) {
    try {
      return (await collection.find(filter).sort(sort).project({ _id: 1 }).toArray()).map(({ _id }) => Number(_id));
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  }

  it('find what a full scan finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(documents, { maxLength: 25 }),
        fc.array(filters, { minLength: 20, maxLength: 20 }),
        async (content, tried) => {
          await fill(content);
          for (const filter of tried) expect(await idsOf(indexed, filter)).to.deep.equal(await idsOf(plain, filter));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('give the order a sort gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(documents, { maxLength: 25 }),
        fc.array(fc.tuple(filters, sorts), { minLength: 10, maxLength: 10 }),
        async (content, tried) => {
          await fill(content);
          for (const [filter, fields] of tried) {
            const sort = new Map<string, 1 | -1>([...fields, ['_id', 1]]);
            expect(await orderOf(indexed, filter, sort)).to.deep.equal(await orderOf(plain, filter, sort));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('stay true through updates and deletes', async () => {
    const change = fc.oneof(
      fc.tuple(filters, documents).map(([filter, set]) => ({ filter, update: { $set: { ...set, touched: 1 } } })),
      filters.map((filter) => ({ filter, update: { $unset: { a: 1 } } })),
      filters.map((filter) => ({ filter, update: undefined })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(documents, { minLength: 5, maxLength: 25 }),
        fc.array(change, { maxLength: 6 }),
        fc.array(filters, { minLength: 10, maxLength: 10 }),
        async (content, changes, tried) => {
          await fill(content);
          for (const { filter, update } of changes) {
            for (const collection of [plain, indexed]) {
              if (update) await collection.updateMany(filter, update);
              else await collection.deleteMany(filter);
            }
          }
          for (const filter of tried) expect(await idsOf(indexed, filter)).to.deep.equal(await idsOf(plain, filter));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('over two fields of one array find what two elements meet together', async () => {
    await fill([
      {
        e: 1,
        a: [
          { b: 1, c: 1 },
          { b: 2, c: 2 },
        ],
      },
    ]);
    const filter = { e: 1, 'a.b': 1, 'a.c': 2 };
    expect(await indexed.find(filter).hint('e_1_a.b_1_a.c_1').toArray()).to.have.length(1);
    expect(
      await indexed
        .find({ e: 1, a: { $elemMatch: { b: 1, c: 2 } } })
        .hint('e_1_a.b_1_a.c_1')
        .toArray(),
    ).to.have.length(0);
  });

  it('over arrays give a document once, whichever of its elements are asked for', async () => {
    const keyed = database.db.collection<Document>('keyed');
    await keyed.createIndex({ key: 1 }, { unique: true });
    await keyed.insertOne({ key: ['a', 'b', 'c'] });
    expect(await keyed.find({ key: { $in: ['a', 'b', 'x'] } }).toArray()).to.have.length(1);
    expect(await keyed.find({ $or: [{ key: 'a' }, { key: 'c' }] }).toArray()).to.have.length(1);
  });
});
