import { Binary, Decimal128, type Document, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';

/** Numbers of all types, many of them equal across types or next to each other. */
export const numbers: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map((value) => new Int32(value)),
  fc.integer({ min: -5, max: 5 }).map((value) => new Double(value)),
  fc.integer({ min: -5, max: 5 }).map((value) => Long.fromNumber(value)),
  fc.integer({ min: -5, max: 5 }).map((value) => Decimal128.fromString(`${value}.0`)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 5n }).map((value) => Long.fromBigInt(value)),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 5n }).map((value) => Decimal128.fromString(String(value))),
  fc.double().map((value) => new Double(value)),
  fc
    .constantFrom(
      0,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      5e-324,
      1.7976931348623157e308,
      1e308,
      1e-307,
    )
    .map((value) => new Double(value)),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -6176, max: 6111 }))
    .map(([coefficient, exponent]) => Decimal128.fromString(`${coefficient}E${exponent}`)),
  fc
    .tuple(fc.bigInt({ min: -1000n, max: 1000n }), fc.integer({ min: -330, max: 310 }))
    .map(([coefficient, exponent]) => Decimal128.fromString(`${coefficient}E${exponent}`)),
  fc
    .constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0.1', '0.10', '0.2')
    .map((text) => Decimal128.fromString(text)),
);

const texts = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', 'a\u0000', 'a\u0000b', 'ä', '\u{1f600}'),
  fc.string({ maxLength: 6 }),
);

export const scalars: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: numbers },
  { weight: 2, arbitrary: texts },
  fc.constantFrom(null, true, false),
  fc.integer({ min: -10, max: 10 }).map((value) => new Date(value * 1000)),
  fc.uint8Array({ maxLength: 4 }).map((value) => new Binary(Buffer.from(value))),
  fc.constantFrom('65a000000000000000000001', '65a000000000000000000002').map((hex) => new ObjectId(hex)),
  fc.integer({ min: 0, max: 3 }).map((value) => new Timestamp({ t: 1, i: value })),
);

/** Any value, arrays and documents included. */
export const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: scalars },
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('b', 'c', 'd'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** Small values that often meet: for filters that should match now and then. */
export const common: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 3 }).map((value) => new Double(value + 0.5)),
  fc.constantFrom('x', 'y', null, true),
  fc.integer({ min: 0, max: 3 }).map((value) => new Date(value)),
);

const nested: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: common },
  fc.array(common, { maxLength: 3 }),
  fc.record({ b: common, c: common }, { requiredKeys: [] }),
  fc.array(fc.record({ b: common, c: common }, { requiredKeys: [] }), { maxLength: 3 }),
);

/** Documents over few names, so that filters meet them. */
export const documents: fc.Arbitrary<Document> = fc.record({ a: nested, d: nested, e: common }, { requiredKeys: [] });

const paths = fc.constantFrom('a', 'a.b', 'a.c', 'd', 'd.b', 'e', 'a.0', 'd.1.b');

const operators: fc.Arbitrary<unknown> = fc.oneof(
  common,
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$ne', '$eq'), common)
    .map(([name, value]) => ({ [name]: value })),
  fc.tuple(common, common).map(([low, high]) => ({ $gte: low, $lt: high })),
  fc.array(common, { maxLength: 3 }).map((list) => ({ $in: list })),
  fc.array(common, { maxLength: 3 }).map((list) => ({ $nin: list })),
  fc.boolean().map((flag) => ({ $exists: flag })),
  fc.array(common, { maxLength: 2 }).map((list) => ({ $all: list })),
  fc.integer({ min: 0, max: 3 }).map((count) => ({ $size: count })),
  fc.record({ b: common, c: common }, { requiredKeys: ['b'] }).map((inner) => ({ $elemMatch: inner })),
  fc.tuple(common, common).map(([low, high]) => ({ $elemMatch: { $gte: low, $lt: high } })),
  fc.array(common, { maxLength: 2 }),
  fc.constantFrom('x', 'y').map((text) => new RegExp(`^${text}`)),
);

const clause: fc.Arbitrary<Document> = fc.tuple(paths, operators).map(([path, test]) => ({ [path]: test }));

export const filters: fc.Arbitrary<Document> = fc.oneof(
  { weight: 3, arbitrary: clause },
  { weight: 3, arbitrary: fc.array(clause, { minLength: 2, maxLength: 3 }).map((parts) => ({ $and: parts })) },
  fc.array(clause, { minLength: 1, maxLength: 3 }).map((parts) => ({ $or: parts })),
  fc.array(clause, { minLength: 1, maxLength: 2 }).map((parts) => ({ $nor: parts })),
);

const direction = fc.constantFrom(1 as const, -1 as const);
export const sorts: fc.Arbitrary<[string, 1 | -1][]> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'a.b', 'd', 'e'), direction), {
    minLength: 1,
    maxLength: 2,
    selector: ([name]) => name,
  })
  .filter((fields) => new Set(fields.map(([name]) => name[0])).size === fields.length);
