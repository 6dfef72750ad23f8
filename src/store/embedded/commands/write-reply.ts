import type { BsonWriter } from '../bson/writer.js';
import { DuplicateKeyError, type StoreError } from '../errors.js';

export interface WriteError {
  readonly index: number;
  readonly error: StoreError;
}

export function writeErrors(writer: BsonWriter, errors: readonly WriteError[]): void {
  if (errors.length === 0) return;
  writer.beginArray('writeErrors');
  for (const [position, { index, error }] of errors.entries()) {
    writer.beginObject(String(position)).int32('index', index).int32('code', error.code);
    writeErrorDetails(writer, error);
    writer.string('errmsg', error.message).end();
  }
  writer.end();
}

function writeErrorDetails(writer: BsonWriter, error: StoreError): void {
  if (!(error instanceof DuplicateKeyError)) return;
  writer.document('keyPattern', error.keyPattern);
  writer.document('keyValue', error.keyValue);
}

/** The fields of a reply that is an error as a whole. */
export function writeFailure(writer: BsonWriter, error: StoreError): void {
  writer.double('ok', 0);
  writer.string('errmsg', error.message);
  writer.int32('code', error.code);
  writer.string('codeName', error.codeName);
  writeErrorDetails(writer, error);
}
