import { StoreError } from '../errors.js';
import { byteAt } from './raw.js';
import { T } from './types.js';

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Levels of nesting, as MongoDB counts them. */
export const MAX_DEPTH = 100;

/**
 * Checks that the bytes at `at` are one well-formed document, so that everything behind may trust them: lengths, types,
 * terminators and depth. Text is not checked for UTF-8, as the server doesn't; it orders by bytes.
 *
 * @returns where the document ends
 * @throws {StoreError} 22 InvalidBSON for what is malformed, 15 Overflow for too deep
 */
export function validateDocument(bytes: Buffer, at: number, limit: number, depth = 1): number {
  // the server gives Overflow for nesting as well
  if (depth > MAX_DEPTH) throw new StoreError(15, `document exceeds the depth limit of ${MAX_DEPTH}`);
  if (at + 5 > limit) throw invalid('document is cut short');
  const end = at + bytes.readInt32LE(at);
  if (end < at + 5 || end > limit) throw invalid(`document length ${end - at} does not fit`);
  if (byteAt(bytes, end - 1) !== 0) throw invalid('document is not terminated');
  const last = end - 1;
  let position = at + 4;
  while (position < last) {
    const type = byteAt(bytes, position);
    const nameEnd = cstringEnd(bytes, position + 1, last);
    position = validatePayload(bytes, type, nameEnd, last, depth);
  }
  if (position !== last) throw invalid('document length and content differ');
  return end;
}

function validatePayload(bytes: Buffer, type: number, start: number, limit: number, depth: number): number {
  switch (type) {
    case T.double:
    case T.date:
    case T.timestamp:
    case T.int64:
      return fits(start + 8, limit);
    case T.int32:
      return fits(start + 4, limit);
    case T.bool:
      if (byteAt(bytes, start) > 1) throw invalid('boolean is neither 0 nor 1');
      return fits(start + 1, limit);
    case T.objectId:
      return fits(start + 12, limit);
    case T.decimal:
      return fits(start + 16, limit);
    case T.string:
    case T.code:
    case T.symbol:
      return textEnd(bytes, start, limit);
    case T.object:
    case T.array:
      return validateDocument(bytes, start, limit, depth + 1);
    case T.binary:
      return binaryEnd(bytes, start, limit);
    case T.regex:
      return cstringEnd(bytes, cstringEnd(bytes, start, limit), limit);
    case T.null:
    case T.undefined:
    case T.minKey:
    case T.maxKey:
      return start;
    case T.dbPointer:
      return fits(textEnd(bytes, start, limit) + 12, limit);
    case T.codeWithScope:
      return codeWithScopeEnd(bytes, start, limit, depth);
    default:
      throw invalid(`unknown type byte 0x${type.toString(16)}`);
  }
}

function fits(end: number, limit: number): number {
  if (end > limit) throw invalid('value is cut short');
  return end;
}

/** @returns the position behind the NUL */
function cstringEnd(bytes: Buffer, start: number, limit: number): number {
  let position = start;
  while (position < limit && byteAt(bytes, position) !== 0) position++;
  if (position >= limit) throw invalid('name is not terminated');
  return position + 1;
}

function textEnd(bytes: Buffer, start: number, limit: number): number {
  fits(start + 5, limit);
  const length = bytes.readInt32LE(start);
  if (length < 1) throw invalid(`text length ${length}`);
  const end = fits(start + 4 + length, limit);
  if (byteAt(bytes, end - 1) !== 0) throw invalid('text is not terminated');
  return end;
}

function binaryEnd(bytes: Buffer, start: number, limit: number): number {
  fits(start + 5, limit);
  const length = bytes.readInt32LE(start);
  if (length < 0) throw invalid(`binary length ${length}`);
  return fits(start + 5 + length, limit);
}

function codeWithScopeEnd(bytes: Buffer, start: number, limit: number, depth: number): number {
  fits(start + 4, limit);
  const end = fits(start + bytes.readInt32LE(start), limit);
  const scope = textEnd(bytes, start + 4, end);
  if (validateDocument(bytes, scope, end, depth + 1) !== end) throw invalid('code and scope do not fill their length');
  return end;
}

function invalid(why: string): StoreError {
  return new StoreError(22, `invalid BSON: ${why}`);
}
