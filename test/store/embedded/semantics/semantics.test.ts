import { type Document, EJSON, serialize } from 'bson';
import { expect } from 'chai';
import type { Collection } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { FILTER_CASES } from './filter-cases.js';
import { UPDATE_CASES } from './update-cases.js';

const show = (value: unknown) => EJSON.stringify(value, { relaxed: false });

/** Types as they came, so that a table can tell int from double. */
const TYPED = { promoteValues: false, promoteLongs: false } as const;

describe('semantics of filters and updates', () => {
  let database: TestDatabase;
  let collection: Collection<Document>;

  before(async () => {
    database = await openTestDatabase();
    collection = database.db.collection('cases');
  });

  after(() => database.close());

  beforeEach(() => collection.deleteMany({}));

  async function codeOf(work: Promise<unknown>): Promise<number> {
    try {
      await work;
    } catch (error) {
      return error instanceof Error && 'code' in error ? Number(error.code) : -1;
    }
    return 0;
  }

  for (const [group, cases] of Object.entries(FILTER_CASES)) {
    describe(`filters: ${group}`, () => {
      for (const [document, filter, expected] of cases) {
        const verb =
          typeof expected === 'number' ? `is refused with ${expected} for` : expected ? 'matches' : 'does not match';
        it(`${show(filter)} ${verb} ${show(document)}`, async () => {
          await collection.insertOne({ ...document });
          if (typeof expected === 'number') expect(await codeOf(collection.findOne(filter))).to.equal(expected);
          else expect((await collection.find(filter).toArray()).length === 1).to.equal(expected);
        });
      }
    });
  }

  for (const [group, cases] of Object.entries(UPDATE_CASES)) {
    describe(`updates: ${group}`, () => {
      for (const { before: document, update, expected, filter = {}, arrayFilters } of cases) {
        const options = arrayFilters ? { arrayFilters } : {};
        const verb = typeof expected === 'number' ? `is refused with ${expected} for` : 'changes';
        const outcome = typeof expected === 'number' ? '' : ` to ${show(expected)}`;
        it(`${show(update)} ${verb} ${show(document)}${outcome}`, async () => {
          await collection.insertOne({ _id: 1 as never, ...document });
          const isModifier = Array.isArray(update) || Object.keys(update).some((name) => name.startsWith('$'));
          const run = () =>
            isModifier
              ? collection.updateOne({ _id: 1 as never, ...filter }, update, options)
              : collection.replaceOne({ _id: 1 as never, ...filter }, update);
          if (typeof expected === 'number') {
            expect(await codeOf(run())).to.equal(expected);
            expect(show(await collection.findOne({}, TYPED))).to.equal(show(typed({ _id: 1, ...document })));
            return;
          }
          await run();
          const after = await collection.findOne({}, TYPED);
          expect(show(after)).to.equal(show(typed({ _id: 1, ...expected })));
        });
      }
    });
  }

  /** Through BSON once, as the server gives it back. */
  function typed(document: Document): Document {
    return EJSON.parse(EJSON.stringify(document, { relaxed: false }), { relaxed: false }) as Document;
  }

  it('keeps the bytes of a document it does not change', async () => {
    const document = { _id: 1 as never, a: 1, b: { c: [1.5, 'x', null, true] }, d: new Date(0) };
    await collection.insertOne(document);
    const raw = (await collection.findOne({}, { raw: true })) as unknown as Uint8Array;
    expect(Buffer.from(raw).equals(serialize(document))).to.equal(true);
  });
});
