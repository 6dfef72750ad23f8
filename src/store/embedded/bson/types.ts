/** BSON type bytes. */
export const T = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  bool: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal: 0x13,
  minKey: 0xff,
  maxKey: 0x7f,
} as const;

/**
 * MongoDB's order over types: values of different ranks compare by rank alone. Also the first byte of an index key,
 * therefore between 1 and 0x7f: its complement, used for descending fields, must be neither 0 nor 0xff.
 */
const RANKS = new Uint8Array(256);
RANKS[T.minKey] = 1;
RANKS[T.undefined] = 4;
RANKS[T.null] = 5;
RANKS[T.double] = RANKS[T.int32] = RANKS[T.int64] = RANKS[T.decimal] = 10;
RANKS[T.string] = RANKS[T.symbol] = 15;
RANKS[T.object] = 20;
RANKS[T.array] = 25;
RANKS[T.binary] = 30;
RANKS[T.objectId] = 35;
RANKS[T.bool] = 40;
RANKS[T.date] = 45;
RANKS[T.timestamp] = 47;
RANKS[T.regex] = 50;
RANKS[T.dbPointer] = 55;
RANKS[T.code] = 60;
RANKS[T.codeWithScope] = 65;
RANKS[T.maxKey] = 0x7f;

export const NUMBER_RANK = 10;

/** 0 for bytes that are no BSON type. */
export function typeRank(type: number): number {
  return RANKS[type] ?? 0;
}

const NAMES: Readonly<Record<number, string>> = {
  [T.double]: 'double',
  [T.string]: 'string',
  [T.object]: 'object',
  [T.array]: 'array',
  [T.binary]: 'binData',
  [T.undefined]: 'undefined',
  [T.objectId]: 'objectId',
  [T.bool]: 'bool',
  [T.date]: 'date',
  [T.null]: 'null',
  [T.regex]: 'regex',
  [T.dbPointer]: 'dbPointer',
  [T.code]: 'javascript',
  [T.symbol]: 'symbol',
  [T.codeWithScope]: 'javascriptWithScope',
  [T.int32]: 'int',
  [T.timestamp]: 'timestamp',
  [T.int64]: 'long',
  [T.decimal]: 'decimal',
  [T.minKey]: 'minKey',
  [T.maxKey]: 'maxKey',
};

/** The name MongoDB uses for a type in messages and in `$type`. */
export function typeName(type: number): string {
  return NAMES[type] ?? `unknown type ${type}`;
}
