/** IEEE 754-2008 decimal128 as BSON stores it: binary integer coefficient, little-endian. */

const BIAS = 6176;
const MIN_EXPONENT = -6176;
const MAX_EXPONENT = 6111;
const MAX_DIGITS = 34;
const LIMIT = 10n ** BigInt(MAX_DIGITS);
const SIGN = 1n << 63n;
const LOW_64 = (1n << 64n) - 1n;

/** `coefficient * 10^exponent`; the sign lies in the coefficient, so that -0 is 0. */
export interface Finite {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** JavaScript's NaN and infinities stand for the decimal ones. */
export type Decimal = Finite | number;

export function readDecimal(bytes: Buffer, start: number): Decimal {
  const low = bytes.readBigUInt64LE(start);
  const high = bytes.readBigUInt64LE(start + 8);
  const negative = (high & SIGN) !== 0n;
  const combination = Number((high >> 58n) & 31n);
  if (combination === 31) return Number.NaN;
  if (combination === 30) return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // the other form can only hold coefficients above the limit, which the standard reads as zero
  if (combination >= 24) return { coefficient: 0n, exponent: Number((high >> 47n) & 0x3fffn) - BIAS };
  const coefficient = ((high & 0x1ffffffffffffn) << 64n) | low;
  const exponent = Number((high >> 49n) & 0x3fffn) - BIAS;
  if (coefficient >= LIMIT) return { coefficient: 0n, exponent };
  return { coefficient: negative ? -coefficient : coefficient, exponent };
}

/** Rounds half to even at 34 digits; too large becomes infinity, too small zero. */
export function writeDecimal(value: Decimal): Buffer {
  const bytes = Buffer.alloc(16);
  if (typeof value === 'number') {
    const head = Number.isNaN(value) ? 31n : 30n;
    bytes.writeBigUInt64LE((head << 58n) | (value < 0 ? SIGN : 0n), 8);
    return bytes;
  }
  let { exponent } = value;
  const negative = value.coefficient < 0n;
  let coefficient = negative ? -value.coefficient : value.coefficient;
  const surplus = Math.max(String(coefficient).length - MAX_DIGITS, MIN_EXPONENT - exponent, 0);
  if (surplus > 0) {
    coefficient = roundHalfEven(coefficient, surplus);
    exponent += surplus;
    if (coefficient === LIMIT) {
      coefficient /= 10n;
      exponent++;
    }
  }
  while (exponent > MAX_EXPONENT && coefficient !== 0n && coefficient * 10n < LIMIT) {
    coefficient *= 10n;
    exponent--;
  }
  if (coefficient === 0n) exponent = Math.min(exponent, MAX_EXPONENT);
  if (exponent > MAX_EXPONENT) return writeDecimal(negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  bytes.writeBigUInt64LE(coefficient & LOW_64, 0);
  bytes.writeBigUInt64LE((coefficient >> 64n) | (BigInt(exponent + BIAS) << 49n) | (negative ? SIGN : 0n), 8);
  return bytes;
}

function roundHalfEven(coefficient: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(digits);
  const quotient = coefficient / unit;
  const twice = (coefficient % unit) * 2n;
  if (twice > unit || (twice === unit && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

/** The exact decimal value of a double; NaN and infinities stay as they are. */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) return value;
  if (Number.isInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  const word = bits.readBigUInt64BE();
  const biased = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  // value = mantissa / 2^shift = mantissa * 5^shift / 10^shift
  const shift = 1075 - Math.max(biased, 1);
  const coefficient = mantissa * 5n ** BigInt(shift);
  return { coefficient: value < 0 ? -coefficient : coefficient, exponent: -shift };
}

/** A double as the server turns it into a decimal for arithmetic: 15 significant digits. */
export function roundedDecimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) return value;
  const [digits = '0', exponent = '0'] = value.toExponential(14).split('e');
  return { coefficient: BigInt(digits.replace('.', '')), exponent: Number(exponent) - 14 };
}

/** -1, 0 or 1; for finite values only. */
export function compareFinite(a: Finite, b: Finite): number {
  const signA = signOf(a.coefficient);
  const signB = signOf(b.coefficient);
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  // comparing magnitudes first avoids powers of ten with thousands of digits
  const sizeA = magnitude(a);
  const sizeB = magnitude(b);
  if (sizeA !== sizeB) return sizeA < sizeB ? -signA : signA;
  const shift = Math.min(a.exponent, b.exponent);
  const left = a.coefficient * 10n ** BigInt(a.exponent - shift);
  const right = b.coefficient * 10n ** BigInt(b.exponent - shift);
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Position of the first digit: 1 for 1 to 9.99, 0 for 0.1 to 0.99. */
export function magnitude({ coefficient, exponent }: Finite): number {
  const digits = String(coefficient < 0n ? -coefficient : coefficient).length;
  return digits + exponent;
}

function signOf(value: bigint): number {
  return value === 0n ? 0 : value < 0n ? -1 : 1;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (typeof a === 'number' || typeof b === 'number') {
    return (typeof a === 'number' ? a : 0) + (typeof b === 'number' ? b : 0);
  }
  const shift = Math.min(a.exponent, b.exponent);
  const left = a.coefficient * 10n ** BigInt(a.exponent - shift);
  return { coefficient: left + b.coefficient * 10n ** BigInt(b.exponent - shift), exponent: shift };
}

/** `a / count`, to 34 digits. */
export function divideDecimal(a: Decimal, count: bigint): Decimal {
  if (typeof a === 'number') return a;
  const scale = 40;
  const scaled = { coefficient: (a.coefficient * 10n ** BigInt(scale)) / count, exponent: a.exponent - scale };
  return trimZeros(scaled);
}

function trimZeros({ coefficient, exponent }: Finite): Finite {
  let digits = coefficient;
  let power = exponent;
  while (digits !== 0n && digits % 10n === 0n) {
    digits /= 10n;
    power++;
  }
  return { coefficient: digits, exponent: power };
}
