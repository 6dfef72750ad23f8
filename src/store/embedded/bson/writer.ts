import { RawValue } from './raw.js';
import { T } from './types.js';

const FIRST_BYTES = 256;

/** Builds BSON in one growing buffer; documents nest by `begin` and `end`. */
export class BsonWriter {
  bytes: Buffer;
  length = 0;
  private readonly open: number[] = [];

  constructor(sizeBytes = FIRST_BYTES) {
    this.bytes = Buffer.allocUnsafe(sizeBytes);
  }

  /** What was written, as a view of the writer's buffer. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** Starts a document that is no field: the outermost one. */
  beginDocument(): this {
    this.reserve(4);
    this.open.push(this.length);
    this.length += 4;
    return this;
  }

  beginObject(name: string): this {
    this.head(T.object, name);
    return this.beginDocument();
  }

  beginArray(name: string): this {
    this.head(T.array, name);
    return this.beginDocument();
  }

  end(): this {
    this.reserve(1);
    this.bytes[this.length++] = 0;
    const at = this.open.pop() ?? 0;
    this.bytes.writeInt32LE(this.length - at, at);
    return this;
  }

  int32(name: string, value: number): this {
    this.head(T.int32, name);
    this.reserve(4);
    this.length = this.bytes.writeInt32LE(value, this.length);
    return this;
  }

  int64(name: string, value: bigint): this {
    this.head(T.int64, name);
    this.reserve(8);
    this.length = this.bytes.writeBigInt64LE(value, this.length);
    return this;
  }

  double(name: string, value: number): this {
    this.head(T.double, name);
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
    return this;
  }

  bool(name: string, value: boolean): this {
    this.head(T.bool, name);
    this.reserve(1);
    this.bytes[this.length++] = value ? 1 : 0;
    return this;
  }

  /** Of the generic subtype. */
  binary(name: string, value: Buffer): this {
    this.head(T.binary, name);
    this.reserve(5);
    this.bytes.writeInt32LE(value.length, this.length);
    this.bytes[this.length + 4] = 0;
    this.length += 5;
    return this.payload(value, 0, value.length);
  }

  /** @param at milliseconds since 1970 */
  date(name: string, at: number): this {
    this.head(T.date, name);
    this.reserve(8);
    this.length = this.bytes.writeBigInt64LE(BigInt(at), this.length);
    return this;
  }

  null(name: string): this {
    this.head(T.null, name);
    return this;
  }

  string(name: string, value: string): this {
    this.head(T.string, name);
    const sizeBytes = Buffer.byteLength(value);
    this.reserve(sizeBytes + 5);
    this.bytes.writeInt32LE(sizeBytes + 1, this.length);
    this.bytes.write(value, this.length + 4, 'utf8');
    this.length += sizeBytes + 5;
    this.bytes[this.length - 1] = 0;
    return this;
  }

  value(name: string, value: RawValue): this {
    this.head(value.type, name);
    return this.payload(value.bytes, value.start, value.end);
  }

  /** A field whose name and value are copied as they stand. */
  element(bytes: Buffer, type: number, nameStart: number, end: number): this {
    this.reserve(1 + end - nameStart);
    this.bytes[this.length++] = type;
    this.length += bytes.copy(this.bytes, this.length, nameStart, end);
    return this;
  }

  document(name: string, document: Buffer): this {
    this.head(T.object, name);
    return this.payload(document, 0, document.length);
  }

  /** Bytes that are already in place in the format, length field and all. */
  payload(bytes: Buffer, start: number, end: number): this {
    this.reserve(end - start);
    this.length += bytes.copy(this.bytes, this.length, start, end);
    return this;
  }

  head(type: number, name: string): void {
    // a name has at most three bytes for each UTF-16 unit
    this.reserve(2 + name.length * 3);
    this.bytes[this.length++] = type;
    this.length += this.bytes.write(name, this.length, 'utf8');
    this.bytes[this.length++] = 0;
  }

  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

/** Builds one document and returns its bytes. */
export function document(build: (writer: BsonWriter) => void): Buffer {
  const writer = new BsonWriter();
  writer.beginDocument();
  build(writer);
  return writer.end().view();
}

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

export function rawInt32(value: number): RawValue {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32LE(value);
  return new RawValue(T.int32, bytes, 0, 4);
}

export function rawInt64(value: bigint): RawValue {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64LE(value);
  return new RawValue(T.int64, bytes, 0, 8);
}

export function rawDouble(value: number): RawValue {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(value);
  return new RawValue(T.double, bytes, 0, 8);
}

/** int where it fits, else long, as the server answers counts. */
export function rawCount(value: number): RawValue {
  return value >= INT32_MIN && value <= INT32_MAX ? rawInt32(value) : rawInt64(BigInt(value));
}

export function rawString(value: string): RawValue {
  const sizeBytes = Buffer.byteLength(value);
  const bytes = Buffer.allocUnsafe(sizeBytes + 5);
  bytes.writeInt32LE(sizeBytes + 1);
  bytes.write(value, 4, 'utf8');
  bytes[sizeBytes + 4] = 0;
  return new RawValue(T.string, bytes, 0, bytes.length);
}

export function rawBool(value: boolean): RawValue {
  return new RawValue(T.bool, Buffer.from([value ? 1 : 0]), 0, 1);
}

export function rawDate(at: number): RawValue {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64LE(BigInt(at));
  return new RawValue(T.date, bytes, 0, 8);
}

export function rawObjectId(bytes: Buffer): RawValue {
  return new RawValue(T.objectId, bytes, 0, 12);
}

export function rawArray(values: readonly RawValue[]): RawValue {
  const writer = new BsonWriter();
  writer.beginDocument();
  for (const [index, value] of values.entries()) writer.value(String(index), value);
  const bytes = writer.end().view();
  return new RawValue(T.array, bytes, 0, bytes.length);
}

const NOTHING = Buffer.alloc(0);
export const RAW_NULL = new RawValue(T.null, NOTHING, 0, 0);
export const RAW_UNDEFINED = new RawValue(T.undefined, NOTHING, 0, 0);
