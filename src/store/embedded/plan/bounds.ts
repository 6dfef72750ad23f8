import { toNumber } from '../bson/number.js';
import { elementsOf, type RawValue } from '../bson/raw.js';
import { NUMBER_RANK, T, typeRank } from '../bson/types.js';
import { RAW_NULL, RAW_UNDEFINED } from '../bson/writer.js';
import { encodeValue } from '../index/key-encoding.js';
import { KeyTooLongError, KeyWriter } from '../index/key-writer.js';
import type { Test } from '../query/filter.js';

/** A place between encoded values: before or behind everything that begins with `bytes`. */
interface End {
  readonly bytes: Buffer;
  readonly behind: boolean;
}

/** Part of an index field's range, between two ends. A point holds the one encoding that is its low end's bytes. */
export interface Interval {
  readonly low: End;
  readonly high: End;
  readonly point: boolean;
}

const writer = new KeyWriter();
const NOTHING = Buffer.alloc(0);

const before = (bytes: Buffer): End => ({ bytes, behind: false });
const behind = (bytes: Buffer): End => ({ bytes, behind: true });

export const WHOLE_FIELD: readonly Interval[] = [{ low: before(NOTHING), high: behind(NOTHING), point: false }];

/** The least bytes that lie behind an end: a key belongs to [keyOf(low), keyOf(high)). */
export function keyOf({ bytes, behind: isBehind }: End): Buffer {
  if (!isBehind) return bytes;
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0xff) length--;
  // ranks and their complements stay below 0xff, so that nothing lies above it
  if (length === 0) return Buffer.from([0xff]);
  const next = Buffer.from(bytes.subarray(0, length));
  next[length - 1] = (next[length - 1] ?? 0) + 1;
  return next;
}

function encode(value: RawValue): Buffer {
  writer.reset();
  encodeValue(writer, value);
  return writer.copy();
}

function pointOf(encoded: Buffer): Interval {
  return { low: before(encoded), high: behind(encoded), point: true };
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
  const rank = Buffer.from([typeRank(type)]);
  const isNaNBound = typeRank(type) === NUMBER_RANK && Number.isNaN(toNumber(value));
  let low = before(rank);
  let high = behind(rank);
  if (!isNaNBound) {
    const encoded = encode(value);
    if (kind === 'gt') low = behind(encoded);
    else if (kind === 'gte') low = before(encoded);
    else if (kind === 'lt') high = before(encoded);
    else high = behind(encoded);
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
  const start = writer.copy();
  const strings = { low: before(start), high: behind(start), point: false };
  return regex ? sorted([strings, pointOf(encode(regex))]) : [strings];
}

function sorted(intervals: readonly Interval[]): Interval[] {
  const ordered = [...intervals].sort((a, b) => compareEnds(a.low, b.low));
  return ordered.filter((each, at) => {
    const previous = ordered[at - 1];
    return !previous || compareEnds(each.low, previous.low) !== 0;
  });
}

function compareEnds(a: End, b: End): number {
  return Buffer.compare(keyOf(a), keyOf(b));
}

/** What lies in both; both ascending and apart. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  const common: Interval[] = [];
  for (const left of a) {
    for (const right of b) {
      const low = compareEnds(left.low, right.low) >= 0 ? left.low : right.low;
      const high = compareEnds(left.high, right.high) <= 0 ? left.high : right.high;
      if (compareEnds(low, high) >= 0) continue;
      common.push(left.point ? left : right.point ? right : { low, high, point: false });
    }
  }
  return common;
}

/** The same intervals over a field stored descending: complemented, ends exchanged, order turned. */
export function descending(intervals: readonly Interval[]): Interval[] {
  return intervals.map(({ low, high, point }) => ({ low: turn(high), high: turn(low), point })).reverse();
}

/** Before everything that begins with x becomes behind everything that begins with ~x, and the other way round. */
function turn(end: End): End {
  const bytes = Buffer.from(end.bytes);
  for (const [at, byte] of bytes.entries()) bytes[at] = ~byte;
  return { bytes, behind: !end.behind };
}
