import {
  addDecimals,
  compareFinite,
  type Decimal,
  decimalOf,
  readDecimal,
  roundedDecimalOf,
  writeDecimal,
} from './decimal.js';
import { RawValue } from './raw.js';
import { T } from './types.js';
import { rawDouble, rawInt32, rawInt64 } from './writer.js';

const TWO_32 = 2 ** 32;
const SAFE_HIGH = 2 ** 20;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** A long as a JavaScript number if that is exact, else as a bigint. */
function readLong(bytes: Buffer, start: number): number | bigint {
  const high = bytes.readInt32LE(start + 4);
  if (high < SAFE_HIGH && high >= -SAFE_HIGH) return high * TWO_32 + bytes.readUInt32LE(start);
  return bytes.readBigInt64LE(start);
}

/** int, long and double as number or bigint, exactly; not for decimals. */
function readBinaryNumber(type: number, bytes: Buffer, start: number): number | bigint {
  if (type === T.int32) return bytes.readInt32LE(start);
  if (type === T.double) return bytes.readDoubleLE(start);
  return readLong(bytes, start);
}

/** MongoDB's one order over int, long, double and decimal: by value, -0 = 0, NaN below everything and equal to itself. */
export function compareNumbers(
  typeA: number,
  bytesA: Buffer,
  startA: number,
  typeB: number,
  bytesB: Buffer,
  startB: number,
): number {
  if (typeA === T.decimal || typeB === T.decimal) {
    return compareDecimals(toDecimal(typeA, bytesA, startA), toDecimal(typeB, bytesB, startB));
  }
  const a = readBinaryNumber(typeA, bytesA, startA);
  const b = readBinaryNumber(typeB, bytesB, startB);
  if (a < b) return -1;
  if (a > b) return 1;
  // JavaScript compares number and bigint by exact value, so only NaN is left
  const nanA = isNaNNumber(a);
  const nanB = isNaNNumber(b);
  return nanA === nanB ? 0 : nanA ? -1 : 1;
}

function isNaNNumber(value: number | bigint): boolean {
  return typeof value === 'number' && Number.isNaN(value);
}

/** The exact value, whatever the numeric type. */
export function toDecimal(type: number, bytes: Buffer, start: number): Decimal {
  if (type === T.decimal) return readDecimal(bytes, start);
  const value = readBinaryNumber(type, bytes, start);
  return typeof value === 'bigint' ? { coefficient: value, exponent: 0 } : decimalOf(value);
}

function compareDecimals(a: Decimal, b: Decimal): number {
  if (typeof a !== 'number' && typeof b !== 'number') return compareFinite(a, b);
  const left = typeof a === 'number' ? a : 0;
  const right = typeof b === 'number' ? b : 0;
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  if (Number.isNaN(right)) return 1;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** A numeric value as a JavaScript number, rounded where it must be; NaN for what is no number. */
export function toNumber(value: RawValue): number {
  if (value.type === T.decimal) {
    const decimal = readDecimal(value.bytes, value.start);
    return typeof decimal === 'number' ? decimal : Number(`${decimal.coefficient}e${decimal.exponent}`);
  }
  if (value.type === T.int32 || value.type === T.double || value.type === T.int64) {
    return Number(readBinaryNumber(value.type, value.bytes, value.start));
  }
  return Number.NaN;
}

/** A numeric value as a whole number, or undefined where it is none (a fraction, NaN, beyond 2^53, no number). */
export function toWholeNumber(value: RawValue): number | undefined {
  const number = toNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

const asBigInt = (value: RawValue): bigint => BigInt(readBinaryNumber(value.type, value.bytes, value.start));

/**
 * The sum as the server types it: decimal if either is, else double if either is, else int or, where an int overflows,
 * long. Undefined where a long overflows.
 */
export function addNumbers(a: RawValue, b: RawValue): RawValue | undefined {
  if (a.type === T.decimal || b.type === T.decimal) return rawDecimal(addDecimals(toArithmetic(a), toArithmetic(b)));
  if (a.type === T.double || b.type === T.double) return rawDouble(toNumber(a) + toNumber(b));
  return wholeNumber(asBigInt(a) + asBigInt(b), a, b);
}

function wholeNumber(result: bigint, a: RawValue, b: RawValue): RawValue | undefined {
  if (result < INT64_MIN || result > INT64_MAX) return undefined;
  const fitsInt = result >= INT32_MIN && result <= INT32_MAX;
  return a.type === T.int32 && b.type === T.int32 && fitsInt ? rawInt32(Number(result)) : rawInt64(result);
}

function toArithmetic(value: RawValue): Decimal {
  if (value.type === T.double) return roundedDecimalOf(value.bytes.readDoubleLE(value.start));
  return toDecimal(value.type, value.bytes, value.start);
}

export function rawDecimal(value: Decimal): RawValue {
  return new RawValue(T.decimal, writeDecimal(value), 0, 16);
}
