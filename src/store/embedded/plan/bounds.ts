import { toNumber } from '../bson/number.js';
import { elementsOf, type RawValue } from '../bson/raw.js';
import { NUMBER_RANK, T, typeRank } from '../bson/types.js';
import { RAW_NULL, RAW_UNDEFINED } from '../bson/writer.js';
import { encodeValue } from '../index/key-encoding.js';
import { KeyTooLongError, KeyWriter } from '../index/key-writer.js';
import type { Test } from '../query/filter.js';

/**
 * Part of an index field's range, as [low, high) over encoded bytes. A point holds the one encoding `low`; its `high`
 * follows everything that begins with it.
 */
export interface Interval {
  readonly low: Buffer;
  readonly high: Buffer;
  readonly point: boolean;
}

const writer = new KeyWriter();
/** Above every byte that can follow in a key: ranks and their complements stay below it. */
const ABOVE = Buffer.from([0xff]);
const LOWEST = Buffer.alloc(0);

export const WHOLE_FIELD: readonly Interval[] = [{ low: LOWEST, high: ABOVE, point: false }];

const after = (bytes: Buffer) => Buffer.concat([bytes, ABOVE]);

function encode(value: RawValue): Buffer {
  writer.reset();
  encodeValue(writer, value);
  return writer.copy();
}

function pointOf(encoded: Buffer): Interval {
  return { low: encoded, high: after(encoded), point: true };
}

/**
 * Where the values lie that can pass a test, ascending and apart; more may lie there, never less. Undefined where the
 * test says nothing about the index.
 *
 * @param absent true for the negation of `$exists: true`
 */
export function intervalsOf(test: Test, absent = false): readonly Interval[] | undefined {
  try {
    if (absent) return test.kind === 'exists' ? pointsFor(RAW_NULL) : undefined;
    return boundsOf(test);
  } catch (error) {
    // no stored key can be that long, but the filter may still match documents through other elements
    if (error instanceof KeyTooLongError) return undefined;
    throw error;
  }
}

function boundsOf(test: Test): readonly Interval[] | undefined {
  switch (test.kind) {
    case 'eq':
      return pointsFor(test.value);
    case 'in':
      if (test.patterns.length > 0) return undefined;
      return sorted(test.values.flatMap(pointsFor));
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return rangeFor(test.kind, test.value);
    case 'pattern':
      return prefixRange(test.pattern.prefix, test.pattern.value);
    case 'exists':
      return WHOLE_FIELD;
    case 'elemMatchValue': {
      let bounds: readonly Interval[] | undefined;
      // all of them hold for one element, so they may be intersected whatever the index has seen
      for (const each of test.tests) {
        const own = each.negated ? undefined : boundsOf(each.test);
        if (own) bounds = bounds ? intersect(bounds, own) : own;
      }
      return bounds;
    }
    default:
      return undefined;
  }
}

function pointsFor(value: RawValue): Interval[] {
  if (value.type === T.null) return sorted([pointOf(encode(RAW_UNDEFINED)), pointOf(encode(RAW_NULL))]);
  if (value.type !== T.array) return [pointOf(encode(value))];
  // an array is found by its first element, or, where it lies in another array, as a value
  const first = elementsOf(value)[0] ?? RAW_UNDEFINED;
  return sorted([pointOf(encode(first)), pointOf(encode(value))]);
}

function rangeFor(kind: 'lt' | 'lte' | 'gt' | 'gte', value: RawValue): readonly Interval[] | undefined {
  const { type } = value;
  if (type === T.null) return kind === 'lte' || kind === 'gte' ? pointsFor(value) : undefined;
  if (type === T.array || type === T.minKey || type === T.maxKey) return undefined;
  const rank = typeRank(type);
  let low: Buffer = Buffer.from([rank]);
  let high: Buffer = Buffer.from([rank + 1]);
  const isNaNBound = rank === NUMBER_RANK && Number.isNaN(toNumber(value));
  if (!isNaNBound) {
    const encoded = encode(value);
    if (kind === 'gt') low = after(encoded);
    else if (kind === 'gte') low = encoded;
    else if (kind === 'lt') high = encoded;
    else high = after(encoded);
  }
  return [{ low, high, point: false }];
}

function prefixRange(prefix: string, regex: RawValue | undefined): readonly Interval[] | undefined {
  if (prefix === '') return undefined;
  writer.reset();
  writer.byte(typeRank(T.string));
  const bytes = Buffer.from(prefix);
  const from = writer.position();
  writer.text(bytes, 0, bytes.length);
  // without the two bytes of the end mark
  writer.truncate(Math.max(from, writer.position() - 2));
  const low = writer.copy();
  const strings = { low, high: after(low), point: false };
  return regex ? sorted([strings, pointOf(encode(regex))]) : [strings];
}

function sorted(intervals: readonly Interval[]): Interval[] {
  const ordered = [...intervals].sort((a, b) => Buffer.compare(a.low, b.low));
  return ordered.filter((each, at) => at === 0 || !each.low.equals(ordered[at - 1]?.low ?? LOWEST));
}

/** What lies in both; both ascending and apart. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  const common: Interval[] = [];
  for (const left of a) {
    for (const right of b) {
      const low = Buffer.compare(left.low, right.low) >= 0 ? left.low : right.low;
      const high = Buffer.compare(left.high, right.high) <= 0 ? left.high : right.high;
      if (Buffer.compare(low, high) < 0) common.push({ low, high, point: left.point || right.point });
    }
  }
  return common;
}

function complement(bytes: Buffer): Buffer {
  const turned = Buffer.allocUnsafe(bytes.length);
  for (const [at, byte] of bytes.entries()) turned[at] = ~byte;
  return turned;
}

/** The same intervals over a field stored descending: complemented, ends exchanged, order turned. */
export function descending(intervals: readonly Interval[]): Interval[] {
  return intervals.map(turn).reverse();
}

function turn({ low, high, point }: Interval): Interval {
  if (point) return pointOf(complement(low));
  return { low: turnEnd(high), high: turnEnd(low), point: false };
}

/** An end `x` becomes "behind everything that begins with ~x", and the other way round. */
function turnEnd(end: Buffer): Buffer {
  if (end.length === 0) return ABOVE;
  if (end.length === 1 && end[0] === 0xff) return LOWEST;
  if (end[end.length - 1] === 0xff && end.length > 1) return complement(end.subarray(0, -1));
  return after(complement(end));
}
