import { type Decimal, magnitude } from '../bson/decimal.js';
import { toDecimal, toNumber } from '../bson/number.js';
import { byteAt, ElementWalk, RawValue } from '../bson/raw.js';
import { NUMBER_RANK, T, typeRank } from '../bson/types.js';
import type { KeyWriter } from './key-writer.js';

/**
 * Encodes values so that comparing the bytes gives MongoDB's order: `compareValues(a, b)` and the byte order of the
 * encodings always agree, and equal values of different numeric types have equal encodings. No encoding is the
 * beginning of another, so fields follow each other without separators.
 */
export function encodeValue(writer: KeyWriter, value: RawValue): void {
  encodePayload(writer, value.type, value.bytes, value.start, value.end);
}

const SIGN_64 = 1n << 63n;

function encodePayload(writer: KeyWriter, type: number, bytes: Buffer, start: number, end: number): void {
  const rank = typeRank(type);
  writer.byte(rank);
  if (rank === NUMBER_RANK) {
    encodeNumber(writer, type, bytes, start);
    return;
  }
  switch (type) {
    case T.string:
    case T.symbol:
    case T.code:
      writer.text(bytes, start + 4, end - 1);
      return;
    case T.object:
      encodeElements(writer, bytes, start, true);
      return;
    case T.array:
      encodeElements(writer, bytes, start, false);
      return;
    case T.binary:
      writer.uint32(end - start - 5);
      writer.raw(bytes, start + 4, end);
      return;
    case T.bool:
      writer.byte(byteAt(bytes, start));
      return;
    case T.date:
      writer.uint64(BigInt.asUintN(64, bytes.readBigInt64LE(start)) ^ SIGN_64);
      return;
    case T.timestamp:
      writer.uint64(bytes.readBigUInt64LE(start));
      return;
    case T.objectId:
      writer.raw(bytes, start, end);
      return;
    case T.null:
    case T.undefined:
    case T.minKey:
    case T.maxKey:
      return;
    default:
      writer.text(bytes, start, end);
  }
}

/** Each element as rank, name, rest; the end mark 0 sorts below every rank. */
function encodeElements(writer: KeyWriter, bytes: Buffer, start: number, named: boolean): void {
  const walk = new ElementWalk(bytes, start);
  while (walk.next()) {
    writer.byte(typeRank(walk.type));
    if (named) writer.text(bytes, walk.nameStart, walk.nameEnd);
    encodePayload(writer, walk.type, bytes, walk.start, walk.end);
  }
  writer.byte(0);
}

// NaN is below everything; the classes between hold what a double can't place exactly
const NAN = 1;
const NEGATIVE_INFINITY = 2;
const NEGATIVE_HUGE = 3;
const NEGATIVE = 4;
const NEGATIVE_TINY = 5;
const ZERO = 6;
const POSITIVE_TINY = 7;
const POSITIVE = 8;
const POSITIVE_HUGE = 9;
const POSITIVE_INFINITY = 10;

// well inside the normal doubles, and inside the magnitudes below, so that both ways give one value one encoding
const SMALLEST_PLAIN = 2e-307;
const LARGEST_PLAIN = 9e307;
const LARGEST_MAGNITUDE = 308;
const SMALLEST_MAGNITUDE = -306;
const FRACTION_BITS = 80n;

function encodeNumber(writer: KeyWriter, type: number, bytes: Buffer, start: number): void {
  if (type === T.int32 || type === T.double) {
    const value = type === T.int32 ? bytes.readInt32LE(start) : bytes.readDoubleLE(start);
    if (value === 0) {
      writer.byte(ZERO);
      return;
    }
    const size = Math.abs(value);
    if (size >= SMALLEST_PLAIN && size <= LARGEST_PLAIN) {
      writer.byte(value < 0 ? NEGATIVE : POSITIVE);
      writer.double(value);
      writer.byte(0);
      return;
    }
  }
  encodeExact(writer, toDecimal(type, bytes, start), toNumber(new RawValue(type, bytes, start, start)));
}

/** @param near the double nearest to `value` */
function encodeExact(writer: KeyWriter, value: Decimal, near: number): void {
  if (typeof value === 'number') {
    writer.byte(Number.isNaN(value) ? NAN : value < 0 ? NEGATIVE_INFINITY : POSITIVE_INFINITY);
    return;
  }
  const { coefficient, exponent } = value;
  if (coefficient === 0n) {
    writer.byte(ZERO);
    return;
  }
  const negative = coefficient < 0n;
  const size = magnitude(value);
  if (size > LARGEST_MAGNITUDE || size < SMALLEST_MAGNITUDE) {
    const huge = size > 0;
    writer.byte(negative ? (huge ? NEGATIVE_HUGE : NEGATIVE_TINY) : huge ? POSITIVE_HUGE : POSITIVE_TINY);
    encodeDigits(writer, negative, negative ? -coefficient : coefficient, size);
    return;
  }
  writer.byte(negative ? NEGATIVE : POSITIVE);
  encodeNear(writer, coefficient, exponent, near);
}

/** The largest double not above the value, then how far above it the value lies, in 2^-80 of the gap between doubles. */
function encodeNear(writer: KeyWriter, coefficient: bigint, exponent: number, near: number): void {
  let floor = near;
  let rest = distance(coefficient, exponent, floor);
  if (rest.numerator < 0n) {
    floor = nextBelow(near);
    rest = distance(coefficient, exponent, floor);
  }
  writer.double(floor);
  writer.byte(rest.numerator === 0n ? 0 : 1);
  if (rest.numerator === 0n) return;
  const gap = distanceOfDoubles(floor, nextAbove(floor));
  const fraction = (rest.numerator * gap.denominator * (1n << FRACTION_BITS)) / (rest.denominator * gap.numerator);
  writer.uint16(Number(fraction >> 64n));
  writer.uint64(fraction & 0xffffffffffffffffn);
}

interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function ratioOfDecimal(coefficient: bigint, exponent: number): Ratio {
  return exponent >= 0
    ? { numerator: coefficient * 10n ** BigInt(exponent), denominator: 1n }
    : { numerator: coefficient, denominator: 10n ** BigInt(-exponent) };
}

function ratioOfDouble(value: number): Ratio {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(Math.abs(value));
  const word = bits.readBigUInt64BE();
  const biased = Number(word >> 52n);
  const mantissa = (word & 0xfffffffffffffn) | (1n << 52n);
  const power = biased - 1075;
  const signed = value < 0 ? -mantissa : mantissa;
  return power >= 0
    ? { numerator: signed << BigInt(power), denominator: 1n }
    : { numerator: signed, denominator: 1n << BigInt(-power) };
}

function minus(a: Ratio, b: Ratio): Ratio {
  const numerator = a.numerator * b.denominator - b.numerator * a.denominator;
  return { numerator, denominator: a.denominator * b.denominator };
}

function distance(coefficient: bigint, exponent: number, from: number): Ratio {
  return minus(ratioOfDecimal(coefficient, exponent), ratioOfDouble(from));
}

function distanceOfDoubles(from: number, to: number): Ratio {
  return minus(ratioOfDouble(to), ratioOfDouble(from));
}

function step(value: number, by: bigint): number {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  bits.writeBigUInt64BE(bits.readBigUInt64BE() + by);
  return bits.readDoubleBE();
}

function nextBelow(value: number): number {
  return step(value, value > 0 ? -1n : 1n);
}

function nextAbove(value: number): number {
  return step(value, value > 0 ? 1n : -1n);
}

/** Exponent, then the digits two by two with an end mark; complemented for negatives. */
function encodeDigits(writer: KeyWriter, negative: boolean, size: bigint, exponent: number): void {
  const from = writer.position();
  writer.uint16(exponent + 0x8000);
  const digits = String(size).replace(/0+$/, '');
  for (let i = 0; i < digits.length; i += 2) writer.byte(Number(digits.slice(i, i + 2).padEnd(2, '0')) + 1);
  writer.byte(0);
  if (negative) writer.complement(from);
}
