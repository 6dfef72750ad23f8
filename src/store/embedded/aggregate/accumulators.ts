import { compareValues } from '../bson/compare.js';
import { addDecimals, type Decimal, divideDecimal, roundedDecimalOf } from '../bson/decimal.js';
import { rawDecimal, toDecimal, toNumber } from '../bson/number.js';
import { isNumber, RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { RAW_NULL, rawArray, rawDouble, rawInt32, rawInt64 } from '../bson/writer.js';
import { StoreError } from '../errors.js';

/** Gathers the values of one field of a group. */
export interface Accumulator {
  add(value: RawValue | undefined): void;
  result(): RawValue;
  /** Memory beyond a constant. */
  heldBytes(): number;
}

/** @throws {StoreError} 15952 for one outside the subset */
export function newAccumulator(name: string): () => Accumulator {
  switch (name) {
    case '$sum':
      return () => new Sum(false);
    case '$avg':
      return () => new Sum(true);
    case '$min':
      return () => new Pick((order) => order < 0);
    case '$max':
      return () => new Pick((order) => order > 0);
    case '$first':
      return () => new Place(true);
    case '$last':
      return () => new Place(false);
    case '$push':
      return () => new Collect(false);
    case '$addToSet':
      return () => new Collect(true);
    default:
      throw new StoreError(15952, `unknown group operator '${name}' (not in the embedded store's subset)`);
  }
}

const INT32_MAX = 2n ** 31n - 1n;
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Sum and mean. Whole numbers are added exactly; doubles with the rounding error kept beside the sum, as the server
 * does, so that the order of many small summands doesn't show.
 */
class Sum implements Accumulator {
  private count = 0;
  private whole = 0n;
  private high = 0;
  private low = 0;
  private decimal: Decimal | undefined;
  private widest: number = T.int32;

  constructor(private readonly mean: boolean) {}

  add(value: RawValue | undefined): void {
    if (!value || !isNumber(value.type)) return;
    this.count++;
    if (value.type === T.decimal) {
      const summand = toDecimal(value.type, value.bytes, value.start);
      this.decimal = this.decimal === undefined ? summand : addDecimals(this.decimal, summand);
    } else if (value.type === T.double) {
      this.addDouble(value.bytes.readDoubleLE(value.start));
      this.widest = T.double;
    } else {
      const long = value.type === T.int64;
      this.whole += long ? value.bytes.readBigInt64LE(value.start) : BigInt(value.bytes.readInt32LE(value.start));
      if (long && this.widest === T.int32) this.widest = T.int64;
    }
  }

  private addDouble(value: number): void {
    const sum = this.high + value;
    const part = sum - this.high;
    const error = this.high - (sum - part) + (value - part);
    this.high = sum;
    if (Number.isFinite(sum)) this.low += error;
  }

  result(): RawValue {
    if (this.mean && this.count === 0) return RAW_NULL;
    const doubles = this.high + (Number.isFinite(this.high) ? this.low : 0);
    if (this.decimal !== undefined) {
      const whole = { coefficient: this.whole, exponent: 0 };
      const exact = addDecimals(this.decimal, whole);
      // a double would lend its 15 digits to the sum's form
      const sum = this.widest === T.double ? addDecimals(exact, roundedDecimalOf(doubles)) : exact;
      return rawDecimal(this.mean ? divideDecimal(sum, BigInt(this.count)) : sum);
    }
    if (this.mean) return rawDouble((Number(this.whole) + doubles) / this.count);
    if (this.widest === T.double) return rawDouble(Number(this.whole) + doubles);
    if (this.whole > INT64_MAX || this.whole < -INT64_MAX - 1n) return rawDouble(Number(this.whole));
    const fitsInt = this.whole <= INT32_MAX && this.whole >= -INT32_MAX - 1n;
    return this.widest === T.int32 && fitsInt ? rawInt32(Number(this.whole)) : rawInt64(this.whole);
  }

  heldBytes(): number {
    return 0;
  }
}

function isNothing(value: RawValue | undefined): value is undefined {
  return value === undefined || value.type === T.null || value.type === T.undefined;
}

/** The least or the greatest; null and nothing don't count. */
class Pick implements Accumulator {
  private best: RawValue | undefined;

  constructor(private readonly better: (order: number) => boolean) {}

  add(value: RawValue | undefined): void {
    if (isNothing(value)) return;
    if (!this.best || this.better(compareValues(value, this.best))) this.best = detached(value);
  }

  result(): RawValue {
    return this.best ?? RAW_NULL;
  }

  heldBytes(): number {
    return this.best ? this.best.bytes.length : 0;
  }
}

class Place implements Accumulator {
  private taken: RawValue | undefined;

  constructor(private readonly first: boolean) {}

  add(value: RawValue | undefined): void {
    if (this.first && this.taken) return;
    this.taken = value ? detached(value) : RAW_NULL;
  }

  result(): RawValue {
    return this.taken ?? RAW_NULL;
  }

  heldBytes(): number {
    return this.taken ? this.taken.bytes.length : 0;
  }
}

class Collect implements Accumulator {
  private readonly values: RawValue[] = [];
  private bytes = 0;

  constructor(private readonly once: boolean) {}

  add(value: RawValue | undefined): void {
    if (!value) return;
    if (this.once && this.values.some((each) => compareValues(each, value) === 0)) return;
    const own = detached(value);
    this.values.push(own);
    this.bytes += own.bytes.length + 64;
  }

  result(): RawValue {
    return rawArray(this.values);
  }

  heldBytes(): number {
    return this.bytes;
  }
}

/** A copy, so that one kept value does not keep its whole document in memory. */
export function detached(value: RawValue): RawValue {
  const bytes = Buffer.from(value.bytes.subarray(value.start, value.end));
  return new RawValue(value.type, bytes, 0, bytes.length);
}

/** A number that has to be a whole one, for stages. */
export function wholeNumberOf(value: RawValue): number {
  return isNumber(value.type) ? toNumber(value) : Number.NaN;
}
