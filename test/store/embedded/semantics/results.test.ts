import { Decimal128, type Document, Double, Int32, Long } from 'bson';
import { expect } from 'chai';
import type { Collection } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

/** Documents, a pipeline, and what comes out or the code of the refusal. */
type PipelineCase = readonly [documents: Document[], pipeline: Document[], expected: Document[] | number];

const wib = 'Asia/Jakarta';

const PIPELINES: Readonly<Record<string, readonly PipelineCase[]>> = {
  $group: [
    [
      [{ a: 1 }, { a: 2 }, { a: 1 }],
      [{ $group: { _id: '$a', n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
      [
        { _id: 1, n: 2 },
        { _id: 2, n: 1 },
      ],
    ],
    [[{ a: new Int32(1) }, { a: new Double(1) }], [{ $group: { _id: '$a', n: { $sum: 1 } } }], [{ _id: 1, n: 2 }]],
    [[{ a: 1 }, { b: 1 }], [{ $group: { _id: null, n: { $sum: '$a' } } }], [{ _id: null, n: 1 }]],
    [
      [{ a: 1 }, { a: 'x' }, { a: 2.5 }],
      [{ $group: { _id: null, s: { $sum: '$a' }, m: { $avg: '$a' } } }],
      [{ _id: null, s: 3.5, m: 1.75 }],
    ],
    [[{ a: 'x' }], [{ $group: { _id: null, s: { $sum: '$a' }, m: { $avg: '$a' } } }], [{ _id: null, s: 0, m: null }]],
    [
      [{ a: 3 }, { a: null }, { a: 1 }],
      [{ $group: { _id: null, lo: { $min: '$a' }, hi: { $max: '$a' } } }],
      [{ _id: null, lo: 1, hi: 3 }],
    ],
    [
      [{ a: 3 }, {}, { a: 1 }],
      [{ $group: { _id: null, f: { $first: '$a' }, l: { $last: '$a' }, all: { $push: '$a' } } }],
      [{ _id: null, f: 3, l: 1, all: [3, 1] }],
    ],
    [
      [{ a: 1 }, { a: 2 }, { a: 1 }],
      [{ $group: { _id: null, set: { $addToSet: '$a' } } }],
      [{ _id: null, set: [1, 2] }],
    ],
    [
      [
        { k: 'x', at: 1 },
        { k: 'x', at: 2 },
      ],
      [{ $group: { _id: { k: '$k', at: '$at' }, n: { $sum: 1 } } }, { $sort: { '_id.at': 1 } }],
      [
        { _id: { k: 'x', at: 1 }, n: 1 },
        { _id: { k: 'x', at: 2 }, n: 1 },
      ],
    ],
    [[{ a: 0.1 }, { a: 0.2 }, { a: 0.3 }], [{ $group: { _id: null, s: { $sum: '$a' } } }], [{ _id: null, s: 0.6 }]],
    [[{ a: 1 }], [{ $group: { n: { $sum: 1 } } }], 15955],
    [[{ a: 1 }], [{ $group: { _id: null, n: { $stdDevPop: '$a' } } }], 15952],
    [[{ a: 1 }], [{ $group: { _id: { $toUpper: '$a' } } }], 168],
  ],
  '$project and $addFields': [
    [[{ a: 1, b: 2 }], [{ $project: { a: 1, _id: 0 } }], [{ a: 1 }]],
    [[{ a: 1, b: 2 }], [{ $project: { b: 0, _id: 0 } }], [{ a: 1 }]],
    [[{ a: { x: 1, y: 2 } }], [{ $project: { 'a.x': 1, _id: 0 } }], [{ a: { x: 1 } }]],
    [[{ a: 1, b: 2 }], [{ $project: { _id: 0, c: '$b' } }], [{ c: 2 }]],
    [[{ a: 1, b: 2 }], [{ $project: { _id: 0, a: 1, c: '$b' } }], [{ a: 1, c: 2 }]],
    [[{ a: [{ x: 1 }, { x: 2 }, 3] }], [{ $project: { _id: 0, xs: '$a.x' } }], [{ xs: [1, 2] }]],
    [[{ a: 1 }], [{ $project: { _id: 0, b: { $literal: '$a' } } }], [{ b: '$a' }]],
    [[{ a: 1 }], [{ $project: { _id: 0, gone: '$nothing' } }], [{}]],
    [[{ _id: 1, a: 1 }], [{ $addFields: { b: '$a', 'c.d': 5 } }], [{ _id: 1, a: 1, b: 1, c: { d: 5 } }]],
    [[{ _id: 1, a: [{ x: 1 }, 2] }], [{ $addFields: { 'a.y': 0 } }], [{ _id: 1, a: [{ x: 1, y: 0 }, { y: 0 }] }]],
    [[{ a: 1 }], [{ $project: { a: 1, b: 0 } }], 31254],
    [[{ a: 1 }], [{ $project: { a: 0, b: 1 } }], 31253],
    [[{ a: 1 }], [{ $project: { a: 1, 'a.b': 1 } }], 31249],
    [[{ a: 1 }], [{ $project: { a: '$$nope' } }], 17276],
  ],
  '$unwind, $count, $skip, $limit, $match': [
    [
      [{ _id: 1, a: [1, 2] }],
      [{ $unwind: '$a' }],
      [
        { _id: 1, a: 1 },
        { _id: 1, a: 2 },
      ],
    ],
    [[{ _id: 1, a: [] }, { _id: 2, a: 5 }, { _id: 3 }], [{ $unwind: '$a' }], [{ _id: 2, a: 5 }]],
    [
      [{ _id: 1, a: [] }, { _id: 3 }],
      [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: true } }],
      [{ _id: 1 }, { _id: 3 }],
    ],
    [[{ _id: 1, a: ['x'] }], [{ $unwind: { path: '$a', includeArrayIndex: 'i' } }], [{ _id: 1, a: 'x', i: 0 }]],
    [
      [{ _id: 1, a: { b: [1, 2] } }],
      [{ $unwind: '$a.b' }],
      [
        { _id: 1, a: { b: 1 } },
        { _id: 1, a: { b: 2 } },
      ],
    ],
    [[{ a: 1 }, { a: 2 }, { a: 3 }], [{ $match: { a: { $gt: 1 } } }, { $count: 'n' }], [{ n: 2 }]],
    [[{ a: 1 }], [{ $match: { a: 9 } }, { $count: 'n' }], []],
    [[{ _id: 1 }, { _id: 2 }, { _id: 3 }], [{ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 1 }], [{ _id: 2 }]],
    [
      [
        { _id: 1, a: [3, 1] },
        { _id: 2, a: [2] },
      ],
      [{ $unwind: '$a' }, { $sort: { a: 1 } }, { $limit: 2 }],
      [
        { _id: 1, a: 1 },
        { _id: 2, a: 2 },
      ],
    ],
    [[{ a: 1 }], [{ $unwind: 'a' }], 28818],
    [[{ a: 1 }], [{ $limit: 0 }], 15958],
    [[{ a: 1 }], [{ $lookup: {} }], 40324],
    [[{ a: 1 }], [{ $match: {}, $limit: 1 }], 40323],
    [[{ a: 1 }], [{ $count: '' }], 40156],
  ],
  $dateToString: [
    [
      [{ at: new Date('2026-03-17T18:30:00Z') }],
      [{ $project: { _id: 0, d: { $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M', timezone: wib } } } }],
      [{ d: '2026-03-18 01:30' }],
    ],
    [
      [{ at: new Date('2026-03-17T18:30:00.250Z') }],
      [{ $project: { _id: 0, d: { $dateToString: { date: '$at' } } } }],
      [{ d: '2026-03-17T18:30:00.250Z' }],
    ],
    [
      [{ at: new Date('2026-01-01T00:00:00Z') }],
      [
        {
          $project: {
            _id: 0,
            d: { $dateToString: { date: '$at', format: '%G-W%V-%u %j %U %w %z', timezone: '+0900' } },
          },
        },
      ],
      [{ d: '2026-W01-4 001 00 5 +0900' }],
    ],
    [
      [{ at: null }, {}],
      [{ $project: { _id: 0, d: { $dateToString: { date: '$at', onNull: 'none' } } } }],
      [{ d: 'none' }, { d: 'none' }],
    ],
    [[{ at: 5 }], [{ $project: { d: { $dateToString: { date: '$at' } } } }], 16006],
    [[{ at: new Date(0) }], [{ $project: { d: { $dateToString: { date: '$at', timezone: 'Mars/Base' } } } }], 40485],
    [[{ at: new Date(0) }], [{ $project: { d: { $dateToString: { date: '$at', format: '%q' } } } }], 18536],
  ],
};

describe('results of finds and pipelines', () => {
  let database: TestDatabase;
  let collection: Collection<Document>;

  before(async () => {
    database = await openTestDatabase();
    collection = database.db.collection('cases');
  });

  after(() => database.close());

  beforeEach(() => collection.deleteMany({}));

  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 0,
      (error: unknown) => (error instanceof Error && 'code' in error ? Number(error.code) : -1),
    );

  for (const [group, cases] of Object.entries(PIPELINES)) {
    describe(group, () => {
      for (const [documents, pipeline, expected] of cases) {
        it(`${JSON.stringify(pipeline)} of ${JSON.stringify(documents)} is ${JSON.stringify(expected)}`, async () => {
          await collection.insertMany(documents.map((each) => ({ ...each })));
          if (typeof expected === 'number')
            expect(await codeOf(collection.aggregate(pipeline).toArray())).to.equal(expected);
          else expect(await collection.aggregate(pipeline).toArray()).to.deep.equal(expected);
        });
      }
    });
  }

  it('sums keep the narrowest type that holds them', async () => {
    await collection.insertMany([
      { i: new Int32(2 ** 31 - 1), l: Long.fromNumber(1), d: Decimal128.fromString('0.1') },
      { i: new Int32(1), l: Long.MAX_VALUE, d: new Int32(2) },
    ]);
    const [sums] = await collection
      .aggregate([{ $group: { _id: null, i: { $sum: '$i' }, l: { $sum: '$l' }, d: { $sum: '$d' } } }], {
        promoteValues: false,
      })
      .toArray();
    expect(sums?.['i']).to.deep.equal(Long.fromNumber(2 ** 31));
    expect(sums?.['l']).to.be.instanceOf(Double);
    expect(String(sums?.['d'])).to.equal('2.1');
  });

  it('sort puts types in order, takes the least or greatest element of an array, and is stable', async () => {
    const values = [null, 5, 'a', { x: 1 }, [1, 9], new Date(0), true, [], Number.NaN];
    await collection.insertMany(values.map((v, at) => ({ _id: at as never, v })));
    const order = async (direction: 1 | -1) =>
      (await collection.find().sort({ v: direction, _id: 1 }).toArray()).map(({ _id }) => Number(_id));
    expect(await order(1)).to.deep.equal([7, 0, 8, 4, 1, 2, 3, 6, 5]);
    expect(await order(-1)).to.deep.equal([5, 6, 3, 2, 4, 1, 8, 0, 7]);
    expect(await codeOf(database.db.command({ find: 'cases', sort: { v: 'sideways' } }))).to.equal(15974);
    expect(await codeOf(database.db.command({ find: 'cases', sort: { v: 2 } }))).to.equal(15975);
  });

  it('projection keeps or drops paths, also inside arrays', async () => {
    await collection.insertOne({ _id: 1 as never, a: { x: 1, y: 2 }, b: [{ x: 1, y: 2 }, 5], c: 3 });
    const projected = (projection: Document) => collection.findOne({}, { projection });
    expect(await projected({ 'a.x': 1 })).to.deep.equal({ _id: 1, a: { x: 1 } });
    expect(await projected({ 'b.x': 1, _id: 0 })).to.deep.equal({ b: [{ x: 1 }] });
    expect(await projected({ 'b.x': 0, a: 0 })).to.deep.equal({ _id: 1, b: [{ y: 2 }, 5], c: 3 });
    expect(await projected({ _id: 1 })).to.deep.equal({ _id: 1 });
    expect(await projected({ _id: 0 })).to.deep.equal({ a: { x: 1, y: 2 }, b: [{ x: 1, y: 2 }, 5], c: 3 });
    expect(await projected({ a: { y: 1 } })).to.deep.equal({ _id: 1, a: { y: 2 } });
    expect(await codeOf(projected({ a: 1, c: 0 }))).to.equal(31254);
    expect(await codeOf(projected({ b: { $slice: 1 } }))).to.equal(2);
  });

  it('distinct gives each value once, array elements apart', async () => {
    await collection.insertMany([{ a: [1, 2] }, { a: 2 }, { a: 'x' }, { b: 1 }, { a: new Double(1) }]);
    expect(await collection.distinct('a')).to.deep.equal([1, 2, 'x']);
    expect(await collection.distinct('a', { b: 1 })).to.deep.equal([]);
  });

  it('upserts take their fields from the equalities of the filter', async () => {
    await collection.updateOne(
      { _id: 'k' as never, 'a.b': 1, c: { $gt: 5 }, d: { $eq: 2 } },
      { $set: { e: 3 }, $setOnInsert: { f: 4 } },
      { upsert: true },
    );
    expect(await collection.findOne({})).to.deep.equal({ _id: 'k', a: { b: 1 }, d: 2, e: 3, f: 4 });
    await collection.updateOne({ _id: 'k' as never }, { $set: { e: 5 }, $setOnInsert: { f: 9 } }, { upsert: true });
    expect(await collection.findOne({})).to.deep.include({ e: 5, f: 4 });
    expect(await codeOf(collection.updateOne({ g: 1, 'g.h': 2 }, { $set: { x: 1 } }, { upsert: true }))).to.equal(54);
    const { upsertedId } = await collection.updateOne({ n: 1 }, { $inc: { m: 1 } }, { upsert: true });
    expect(await collection.findOne({ n: 1 })).to.deep.equal({ _id: upsertedId, n: 1, m: 1 });
  });

  it('an update that changes nothing says so', async () => {
    await collection.insertOne({ _id: 1 as never, a: 1, tags: ['x'] });
    const updates: Document[] = [
      { $set: { a: 1 } },
      { $unset: { b: 1 } },
      { $max: { a: 0 } },
      { $addToSet: { tags: 'x' } },
      { $pull: { tags: 'y' } },
    ];
    for (const update of updates) {
      expect(await collection.updateOne({}, update)).to.include({ matchedCount: 1, modifiedCount: 0 });
    }
  });

  it('refuses documents that are none: too large, too deep, with an _id that can not be one', async () => {
    expect(await codeOf(collection.insertOne({ text: 'x'.repeat(16 * 1024 * 1024) }))).to.not.equal(0);
    const deep = (levels: number): Document => (levels === 0 ? {} : { d: deep(levels - 1) });
    await collection.insertOne(deep(95));
    expect(await codeOf(collection.insertOne(deep(100)))).to.equal(15);
    expect(await codeOf(collection.insertOne({ _id: [1] as never }))).to.equal(53);
    expect(await codeOf(collection.insertOne({ _id: /x/ as never }))).to.equal(53);
    expect(await codeOf(collection.insertOne({ _id: { $x: 1 } as never }))).to.equal(52);
  });

  it('keeps names that JavaScript treats as special', async () => {
    const document = JSON.parse(
      '{"_id":1,"__proto__":{"polluted":1},"constructor":"c","hasOwnProperty":0}',
    ) as Document;
    await collection.insertOne(document);
    await collection.updateOne({ constructor: 'c' } as Document, { $set: { constructor: 'd' } });
    const raw = (await collection.findOne({ constructor: 'd' } as Document, { raw: true })) as unknown as Uint8Array;
    expect(Buffer.from(raw).includes('__proto__')).to.equal(true);
    expect(({} as Document)['polluted']).to.equal(undefined);
  });
});
