import { T } from './types.js';

/**
 * A BSON value left where it lies: `bytes[start, end)` holds the payload without type byte and name. Nothing is decoded
 * until someone asks, so a document passes through the store as the bytes the client sent, and no type is lost.
 */
export class RawValue {
  constructor(
    readonly type: number,
    readonly bytes: Buffer,
    readonly start: number,
    readonly end: number,
  ) {}
}

export function byteAt(bytes: Buffer, position: number): number {
  return bytes[position] ?? 0;
}

/** Where the payload that begins at `start` ends. Trusts the bytes: they were validated when they came in. */
export function payloadEnd(bytes: Buffer, type: number, start: number): number {
  switch (type) {
    case T.double:
    case T.date:
    case T.timestamp:
    case T.int64:
      return start + 8;
    case T.int32:
      return start + 4;
    case T.bool:
      return start + 1;
    case T.objectId:
      return start + 12;
    case T.decimal:
      return start + 16;
    case T.object:
    case T.array:
    case T.codeWithScope:
      return start + bytes.readInt32LE(start);
    case T.string:
    case T.code:
    case T.symbol:
      return start + 4 + bytes.readInt32LE(start);
    case T.binary:
      return start + 5 + bytes.readInt32LE(start);
    case T.dbPointer:
      return start + 4 + bytes.readInt32LE(start) + 12;
    case T.regex:
      return bytes.indexOf(0, bytes.indexOf(0, start) + 1) + 1;
    default:
      return start;
  }
}

/** Walks the elements of a document: call `next()` until it returns false, and read the fields in between. */
export class ElementWalk {
  type = 0;
  nameStart = 0;
  nameEnd = 0;
  start = 0;
  end: number;

  /** @param at where the document's length field lies */
  constructor(
    readonly bytes: Buffer,
    at = 0,
  ) {
    this.end = at + 4;
  }

  next(): boolean {
    const { bytes } = this;
    const type = byteAt(bytes, this.end);
    if (type === 0) return false;
    this.type = type;
    this.nameStart = this.end + 1;
    let position = this.nameStart;
    while (byteAt(bytes, position) !== 0) position++;
    this.nameEnd = position;
    this.start = position + 1;
    this.end = payloadEnd(bytes, type, this.start);
    return true;
  }

  get name(): string {
    return this.bytes.toString('utf8', this.nameStart, this.nameEnd);
  }

  nameIs(name: Buffer): boolean {
    const length = this.nameEnd - this.nameStart;
    if (length !== name.length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[this.nameStart + i] !== name[i]) return false;
    return true;
  }

  get value(): RawValue {
    return new RawValue(this.type, this.bytes, this.start, this.end);
  }
}

/** The field of that name in the document at `at`; the first, if a client sent two. */
export function findField(bytes: Buffer, at: number, name: Buffer): RawValue | undefined {
  const walk = new ElementWalk(bytes, at);
  while (walk.next()) if (walk.nameIs(name)) return walk.value;
  return undefined;
}

/** Elements of an array value or fields of an object value, in order. */
export function elementsOf(value: RawValue): RawValue[] {
  const found: RawValue[] = [];
  const walk = new ElementWalk(value.bytes, value.start);
  while (walk.next()) found.push(walk.value);
  return found;
}

/** Name and value of each field, in order, doubles included. */
export function fieldsOf(value: RawValue): [name: string, value: RawValue][] {
  const found: [string, RawValue][] = [];
  const walk = new ElementWalk(value.bytes, value.start);
  while (walk.next()) found.push([walk.name, walk.value]);
  return found;
}

/** The whole document as an object value. */
export function asObject(bytes: Buffer): RawValue {
  return new RawValue(T.object, bytes, 0, bytes.length);
}

/** A copy of the document an object or array value holds. */
export function copyOfDocument(value: RawValue): Buffer {
  return Buffer.from(value.bytes.subarray(value.start, value.end));
}

/** The text of a string, code or symbol value. */
export function textOf(value: RawValue): string {
  return value.bytes.toString('utf8', value.start + 4, value.end - 1);
}

export function isNumber(type: number): boolean {
  return type === T.int32 || type === T.double || type === T.int64 || type === T.decimal;
}

export function sameBytes(a: RawValue, b: RawValue): boolean {
  return a.type === b.type && a.bytes.compare(b.bytes, b.start, b.end, a.start, a.end) === 0;
}
