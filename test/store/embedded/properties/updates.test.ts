import { type Document, EJSON } from 'bson';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Collection } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

/** What an update does to a plain object; the simplest thing that could be meant. */
type Model = (document: Document) => void;

interface Step {
  readonly update: Document;
  readonly model: Model;
}

const names = fc.constantFrom('a', 'b', 'c');
const small = fc.integer({ min: -5, max: 5 });

function put(target: Document, name: string, value: unknown): void {
  target[name] = value;
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(names, small)
    .map(([name, value]) => ({ update: { $set: { [name]: value } }, model: (d: Document) => put(d, name, value) })),
  names.map((name) => ({ update: { $unset: { [name]: '' } }, model: (d: Document) => void delete d[name] })),
  fc.tuple(names, small).map(([name, by]) => ({
    update: { $inc: { [`n.${name}`]: by } },
    model: (d: Document) => {
      d['n'] ??= {};
      d['n'][name] = (d['n'][name] ?? 0) + by;
    },
  })),
  fc.tuple(names, small).map(([name, value]) => ({
    update: { $max: { [`m.${name}`]: value } },
    model: (d: Document) => {
      d['m'] ??= {};
      d['m'][name] = Math.max(d['m'][name] ?? value, value);
    },
  })),
  fc.array(small, { minLength: 1, maxLength: 3 }).map((items) => ({
    update: { $push: { list: { $each: items, $slice: -4 } } },
    model: (d: Document) => put(d, 'list', [...(d['list'] ?? []), ...items].slice(-4)),
  })),
  small.map((item) => ({
    update: { $addToSet: { set: item } },
    model: (d: Document) => put(d, 'set', [...new Set([...(d['set'] ?? []), item])]),
  })),
  small.map((item) => ({
    update: { $pull: { list: { $lt: item }, set: item } },
    model: (d: Document) => {
      for (const [name, keep] of [
        ['list', (each: number) => each >= item],
        ['set', (each: number) => each !== item],
      ] as const) {
        if (d[name]) d[name] = d[name].filter(keep);
      }
    },
  })),
  fc.tuple(fc.integer({ min: 0, max: 3 }), small).map(([position, value]) => ({
    update: { $set: { [`out.${position}.state`]: value } },
    model: (d: Document) => put(d['out'], String(position), { ...d['out'][position], state: value }),
  })),
);

/** Field order aside: the model does not keep it. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
};

describe('sequences of updates', () => {
  let database: TestDatabase;
  let collection: Collection<Document>;

  before(async () => {
    database = await openTestDatabase();
    collection = database.db.collection('sequences');
    await collection.createIndexes([
      { key: { list: 1 }, name: 'list' },
      { key: { 'n.a': 1, set: -1 }, name: 'both' },
    ]);
  });

  after(() => database.close());

  it('do what they do to a plain object, and leave the indexes true', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 15 }), async (sequence) => {
        await collection.deleteMany({});
        const out = [{}, {}, {}, {}];
        const model: Document = { _id: 1, out: [...out] };
        await collection.insertOne({ _id: 1 as never, out });
        for (const { update, model: apply } of sequence) {
          await collection.updateOne({ _id: 1 as never }, update);
          apply(model);
        }
        const stored = await collection.findOne({});
        expect(EJSON.stringify(sorted(stored))).to.equal(EJSON.stringify(sorted(model)));
        for (const item of [...new Set<number>(model['list'] ?? [])]) {
          expect(await collection.find({ list: item }).hint('list').toArray()).to.have.length(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
