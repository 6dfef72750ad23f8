import { compareNumbers } from './number.js';
import { byteAt, ElementWalk, type RawValue } from './raw.js';
import { NUMBER_RANK, T, typeRank } from './types.js';

/** MongoDB's total order over BSON values: by type rank, then within it. Negative, zero or positive. */
export function compareValues(a: RawValue, b: RawValue): number {
  return comparePayloads(a.type, a.bytes, a.start, a.end, b.type, b.bytes, b.start, b.end);
}

export function comparePayloads(
  typeA: number,
  bytesA: Buffer,
  startA: number,
  endA: number,
  typeB: number,
  bytesB: Buffer,
  startB: number,
  endB: number,
): number {
  const rank = typeRank(typeA);
  const difference = rank - typeRank(typeB);
  if (difference !== 0) return difference;
  if (rank === NUMBER_RANK) return compareNumbers(typeA, bytesA, startA, typeB, bytesB, startB);
  switch (typeA) {
    case T.string:
    case T.symbol:
    case T.code:
      // by the bytes of the text; the length field comes before them, the closing NUL after
      return bytesA.compare(bytesB, startB + 4, endB - 1, startA + 4, endA - 1);
    case T.object:
      return compareDocuments(bytesA, startA, bytesB, startB, true);
    case T.array:
      return compareDocuments(bytesA, startA, bytesB, startB, false);
    case T.binary:
      return compareBinaries(bytesA, startA, endA, bytesB, startB, endB);
    case T.bool:
      return byteAt(bytesA, startA) - byteAt(bytesB, startB);
    case T.date:
      return compareBigInts(bytesA.readBigInt64LE(startA), bytesB.readBigInt64LE(startB));
    case T.timestamp:
      return compareBigInts(bytesA.readBigUInt64LE(startA), bytesB.readBigUInt64LE(startB));
    case T.undefined:
    case T.null:
    case T.minKey:
    case T.maxKey:
      return 0;
    default:
      // object id, regex, DBPointer and code with scope order by their bytes
      return bytesA.compare(bytesB, startB, endB, startA, endA);
  }
}

function compareBigInts(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Shorter first, then by subtype, then by bytes. */
function compareBinaries(a: Buffer, startA: number, endA: number, b: Buffer, startB: number, endB: number): number {
  const lengths = endA - startA - (endB - startB);
  if (lengths !== 0) return lengths;
  return a.compare(b, startB + 4, endB, startA + 4, endA);
}

/** Element by element: type rank, name (not in arrays), value; a document that ends first is the lesser. */
function compareDocuments(a: Buffer, atA: number, b: Buffer, atB: number, named: boolean): number {
  const left = new ElementWalk(a, atA);
  const right = new ElementWalk(b, atB);
  for (;;) {
    const more = left.next();
    if (!right.next()) return more ? 1 : 0;
    if (!more) return -1;
    const ranks = typeRank(left.type) - typeRank(right.type);
    if (ranks !== 0) return ranks;
    if (named) {
      const names = a.compare(b, right.nameStart, right.nameEnd, left.nameStart, left.nameEnd);
      if (names !== 0) return names;
    }
    const values = comparePayloads(left.type, a, left.start, left.end, right.type, b, right.start, right.end);
    if (values !== 0) return values;
  }
}
