import { Decimal128, type Document, Double, Int32, Long } from 'bson';

/** A document, an update, and the document afterwards (without its `_id`) or the code of the refusal. */
export interface UpdateCase {
  readonly before: Document;
  readonly update: Document | Document[];
  readonly expected: Document | number;
  readonly filter?: Document;
  readonly arrayFilters?: Document[];
}

type Row = readonly [
  before: Document,
  update: Document | Document[],
  expected: Document | number,
  more?: Pick<UpdateCase, 'filter' | 'arrayFilters'>,
];

const day = new Date('2026-03-17T00:00:00Z');

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  $set: [
    [{ a: 1 }, { $set: { b: 2 } }, { a: 1, b: 2 }],
    [{ a: 1 }, { $set: { a: 'x' } }, { a: 'x' }],
    [{}, { $set: { 'a.b.c': 1 } }, { a: { b: { c: 1 } } }],
    [{ a: { b: 1 } }, { $set: { 'a.c': 2 } }, { a: { b: 1, c: 2 } }],
    [{ out: [{ s: 'due' }, { s: 'due' }] }, { $set: { 'out.0.s': 'sent' } }, { out: [{ s: 'sent' }, { s: 'due' }] }],
    [{ a: [1] }, { $set: { 'a.3': 9 } }, { a: [1, null, null, 9] }],
    [{ a: 5 }, { $set: { 'a.b': 1 } }, 28],
    [{ a: [1] }, { $set: { 'a.x': 1 } }, 28],
    [{ a: null }, { $set: { 'a.b': 1 } }, 28],
    [{ z: 1 }, { $set: { c: 1, a: 1, b: 1 } }, { z: 1, a: 1, b: 1, c: 1 }],
    [{}, { $set: { 'a.10': 1, 'a.9': 2 } }, { a: { 9: 2, 10: 1 } }],
    [{ a: 1 }, { $set: { _id: 'other' } }, 66],
    [{ a: 1 }, { $set: { '': 1 } }, 56],
    [{ a: 1 }, { $set: { 'a.': 1 } }, 56],
    [{ a: 1 }, { $set: { a: 1, 'a.b': 1 } }, 40],
    [{ a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    [{ a: 1 }, { $set: 5 }, 9],
    [{ a: 1 }, { $set: {} }, { a: 1 }],
    [{ a: 1 }, { $set: { $b: 1 } }, 52],
    [{ a: 1 }, { $set: { constructor: 1, toString: 2 } }, { a: 1, constructor: 1, toString: 2 }],
  ],
  $unset: [
    [{ a: 1, b: 2 }, { $unset: { a: '' } }, { b: 2 }],
    [{ a: { b: 1, c: 2 } }, { $unset: { 'a.b': 1 } }, { a: { c: 2 } }],
    [{ a: 1 }, { $unset: { b: 1 } }, { a: 1 }],
    [{ a: 1 }, { $unset: { 'a.b.c': 1 } }, { a: 1 }],
    [{ a: [1, 2, 3] }, { $unset: { 'a.1': 1 } }, { a: [1, null, 3] }],
    [{ a: 1 }, { $unset: { _id: 1 } }, 66],
  ],
  $inc: [
    [{ a: 1 }, { $inc: { a: 2 } }, { a: 3 }],
    [{}, { $inc: { a: 2 } }, { a: 2 }],
    [{ a: new Int32(1) }, { $inc: { a: 0.5 } }, { a: 1.5 }],
    [{ a: new Int32(2 ** 31 - 1) }, { $inc: { a: 1 } }, { a: Long.fromNumber(2 ** 31) }],
    [{ a: Long.fromNumber(5) }, { $inc: { a: new Int32(1) } }, { a: Long.fromNumber(6) }],
    [{ a: Long.MAX_VALUE }, { $inc: { a: new Int32(1) } }, 2],
    [
      { a: Decimal128.fromString('0.10') },
      { $inc: { a: Decimal128.fromString('0.20') } },
      { a: Decimal128.fromString('0.30') },
    ],
    [{ a: 'x' }, { $inc: { a: 1 } }, 14],
    [{ a: null }, { $inc: { a: 1 } }, 14],
    [{ a: 1 }, { $inc: { a: 'x' } }, 14],
    [{ a: { b: 1 } }, { $inc: { 'a.b': 1, 'a.c': 1 } }, { a: { b: 2, c: 1 } }],
    [{ a: [1, 2] }, { $inc: { 'a.1': 5 } }, { a: [1, 7] }],
  ],
  '$min and $max': [
    [{ a: 5 }, { $min: { a: 3 } }, { a: 3 }],
    [{ a: 5 }, { $min: { a: 7 } }, { a: 5 }],
    [{ a: 5 }, { $max: { a: 7 } }, { a: 7 }],
    [{}, { $max: { a: 7 } }, { a: 7 }],
    [{ a: 5 }, { $max: { a: 'x' } }, { a: 'x' }],
    [{ a: 'x' }, { $max: { a: 99 } }, { a: 'x' }],
    [{ a: null }, { $min: { a: 1 } }, { a: null }],
    [{ a: day }, { $max: { a: new Date('2026-03-16T00:00:00Z') } }, { a: day }],
    [{ a: new Int32(5) }, { $max: { a: new Double(5) } }, { a: new Int32(5) }],
  ],
  $push: [
    [{}, { $push: { a: 1 } }, { a: [1] }],
    [{ a: [1] }, { $push: { a: [2] } }, { a: [1, [2]] }],
    [{ a: [1] }, { $push: { a: { $each: [2, 3] } } }, { a: [1, 2, 3] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [3], $slice: 2 } } }, { a: [1, 2] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [], $slice: 0 } } }, { a: [] }],
    [{ a: 5 }, { $push: { a: 1 } }, 2],
    [{ a: null }, { $push: { a: 1 } }, 2],
    [{ a: [] }, { $push: { a: { $each: 5 } } }, 2],
    [{ a: [] }, { $push: { a: { $each: [1], $position: 0 } } }, 2],
    [{ a: [] }, { $push: { a: { $each: [1], $sort: 1 } } }, 2],
  ],
  $addToSet: [
    [{ a: [1] }, { $addToSet: { a: 1 } }, { a: [1] }],
    [{ a: [1] }, { $addToSet: { a: new Double(1) } }, { a: [1] }],
    [{ a: [1] }, { $addToSet: { a: 2 } }, { a: [1, 2] }],
    [{ a: [1] }, { $addToSet: { a: { $each: [2, 1, 2] } } }, { a: [1, 2] }],
    [
      { a: [{ x: 1, y: 2 }] },
      { $addToSet: { a: { y: 2, x: 1 } } },
      {
        a: [
          { x: 1, y: 2 },
          { y: 2, x: 1 },
        ],
      },
    ],
    [{}, { $addToSet: { a: 1 } }, { a: [1] }],
    [{ a: 5 }, { $addToSet: { a: 1 } }, 2],
  ],
  $pull: [
    [{ a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
    [{ a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    [{ a: [{ id: 1, b: 1 }, { id: 2 }] }, { $pull: { a: { id: 1 } } }, { a: [{ id: 2 }] }],
    [{ a: ['x', 'y'] }, { $pull: { a: { $in: ['y'] } } }, { a: ['x'] }],
    [{}, { $pull: { a: 1 } }, {}],
    [{ a: 5 }, { $pull: { a: 1 } }, 2],
    [{ a: [[1], 1] }, { $pull: { a: [1] } }, { a: [1] }],
  ],
  positional: [
    [{ a: [1, 2, 3] }, { $set: { 'a.$': 9 } }, { a: [1, 9, 3] }, { filter: { a: 2 } }],
    [
      { a: [{ b: 1 }, { b: 2 }] },
      { $set: { 'a.$.c': 9 } },
      { a: [{ b: 1 }, { b: 2, c: 9 }] },
      { filter: { 'a.b': 2 } },
    ],
    [
      {
        a: [
          { b: 1, c: 1 },
          { b: 2, c: 2 },
        ],
      },
      { $inc: { 'a.$.b': 5 } },
      {
        a: [
          { b: 1, c: 1 },
          { b: 7, c: 2 },
        ],
      },
      { filter: { a: { $elemMatch: { b: 2, c: 2 } } } },
    ],
    [{ a: [1, 2] }, { $set: { 'a.$': 9 } }, 2],
    [{ a: [1, 2] }, { $set: { 'a.$[]': 9 } }, { a: [9, 9] }],
    [
      { a: [{ b: 1 }, { b: 2 }] },
      { $set: { 'a.$[].c': 0 } },
      {
        a: [
          { b: 1, c: 0 },
          { b: 2, c: 0 },
        ],
      },
    ],
    [{ a: [1, 5, 9] }, { $set: { 'a.$[x]': 0 } }, { a: [1, 0, 0] }, { arrayFilters: [{ x: { $gte: 5 } }] }],
    [
      {
        a: [
          { id: 1, s: 'due' },
          { id: 2, s: 'due' },
        ],
      },
      { $set: { 'a.$[n].s': 'sent' } },
      {
        a: [
          { id: 1, s: 'due' },
          { id: 2, s: 'sent' },
        ],
      },
      { arrayFilters: [{ 'n.id': 2 }] },
    ],
    [{ a: [1] }, { $set: { 'a.$[x]': 0 } }, 2],
    [{ a: [1] }, { $set: { 'a.$[x]': 0 } }, 9, { arrayFilters: [{ x: 1 }, { y: 1 }] }],
    [{ a: 5 }, { $set: { 'a.$[]': 0 } }, 2],
  ],
  replacement: [
    [{ a: 1, b: 2 }, { c: 3 }, { c: 3 }],
    [{ a: 1 }, {}, {}],
    [{ a: 1 }, { _id: 'other', c: 3 }, 66],
  ],
  pipelines: [
    [{ a: 1 }, [{ $set: { b: '$a' } }], { a: 1, b: 1 }],
    [{ a: 1, b: 2 }, [{ $unset: 'a' }], { b: 2 }],
    [{ a: { x: 1 } }, [{ $replaceWith: '$a' }], { x: 1 }],
    [{ a: 1 }, [{ $match: {} }], 72],
    [{ a: 1 }, [{ $set: { b: { $add: [1, 2] } } }], 168],
  ],
  refusals: [
    [{ a: 1 }, { $rename: { a: 'b' } }, 9],
    [{ a: 1 }, { $mul: { a: 2 } }, 9],
    [{ a: 1 }, { $bit: { a: { and: 1 } } }, 9],
    [{ a: 1 }, { $currentDate: { a: true } }, 9],
    [{ a: [1] }, { $pop: { a: 1 } }, 9],
    [{ a: [1] }, { $pullAll: { a: [1] } }, 9],
    [{ a: [1] }, { $pushAll: { a: [1] } }, 9],
  ],
};

export const UPDATE_CASES: Readonly<Record<string, readonly UpdateCase[]>> = Object.fromEntries(
  Object.entries(ROWS).map(([name, rows]) => [
    name,
    rows.map(([before, update, expected, more]) => ({ before, update, expected, ...more })),
  ]),
);
