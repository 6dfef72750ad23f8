import { toNumber } from '../bson/number.js';
import { asObject, fieldsOf, isNumber, type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { type BsonWriter, document } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import type { Filter } from '../query/filter.js';
import { parseFilter } from '../query/parse-filter.js';
import { parsePath } from '../query/path.js';
import { isTruthy } from '../query/truthy.js';
import { ID_INDEX_NAME, type Index, type IndexField } from './index-spec.js';

const MAX_FIELDS = 32;
const MAX_EXPIRE_SECONDS = 2 ** 31 - 1;
/** Options that can't change a result. */
const IGNORED = new Set(['v', 'ns', 'background', 'comment']);

/** An index as a client asks for it, checked but without an id. */
export interface IndexRequest {
  readonly name: string;
  readonly fields: readonly IndexField[];
  /** The `key` document. */
  readonly key: RawValue;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial: Filter | undefined;
  readonly partialExpression: RawValue | undefined;
  readonly expireAfterSeconds: number | undefined;
}

/**
 * Reads one entry of createIndexes.
 *
 * @throws {StoreError} 67 CannotCreateIndex, 197 or 2 for what is outside the subset (text, 2d, hashed, wildcard,
 *   collation, hidden) or wrong
 */
export function parseIndex(spec: RawValue): IndexRequest {
  let key: RawValue | undefined;
  let name: string | undefined;
  let unique = false;
  let sparse = false;
  let partialExpression: RawValue | undefined;
  let expireAfterSeconds: number | undefined;
  for (const [option, value] of fieldsOf(spec)) {
    if (option === 'key') key = value;
    else if (option === 'name') name = value.type === T.string ? textOf(value) : undefined;
    else if (option === 'unique') unique = isTruthy(value);
    else if (option === 'sparse') sparse = isTruthy(value);
    else if (option === 'expireAfterSeconds') expireAfterSeconds = parseExpiry(value);
    else if (option === 'partialFilterExpression') partialExpression = value;
    else if (option === 'collation') requireSimpleCollation(value);
    else if (option === 'hidden' && !isTruthy(value)) continue;
    else if (!IGNORED.has(option)) {
      throw new StoreError(197, `The field '${option}' is not valid for an index specification of the embedded store`);
    }
  }
  if (key?.type !== T.object) throw new StoreError(9, "The 'key' property of an index specification must be an object");
  const fields = parseFields(key);
  if (!name) throw new StoreError(9, "The 'name' field is a required property of an index specification");
  if (partialExpression && partialExpression.type !== T.object) {
    throw new StoreError(67, "'partialFilterExpression' for an index has to be a document");
  }
  if (partialExpression && sparse) {
    throw new StoreError(67, 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  if (expireAfterSeconds !== undefined && fields.length > 1) {
    throw new StoreError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL');
  }
  const isId = fields.length === 1 && fields[0]?.path.text === '_id';
  if (isId && (sparse || partialExpression || expireAfterSeconds !== undefined)) {
    throw new StoreError(197, 'The _id index takes no options');
  }
  const partial = partialExpression && parsePartial(partialExpression);
  return {
    name: isId ? ID_INDEX_NAME : name,
    fields,
    key,
    unique,
    sparse,
    partial,
    partialExpression,
    expireAfterSeconds,
  };
}

/** @throws {StoreError} 72 for a collation other than `{ locale: 'simple' }`, which is the one this store has */
export function requireSimpleCollation(value: RawValue): void {
  const fields = value.type === T.object ? fieldsOf(value) : [];
  const locale = fields.find(([name]) => name === 'locale')?.[1];
  if (fields.length === 0 || (locale?.type === T.string && textOf(locale) === 'simple')) return;
  throw new StoreError(72, 'collation is not supported by the embedded store');
}

function parseExpiry(value: RawValue): number {
  const seconds = isNumber(value.type) ? Math.trunc(toNumber(value)) : Number.NaN;
  if (seconds >= 0 && seconds <= MAX_EXPIRE_SECONDS) return seconds;
  throw new StoreError(67, `TTL index 'expireAfterSeconds' option must be within 0 to ${MAX_EXPIRE_SECONDS}`);
}

function parseFields(key: RawValue): IndexField[] {
  const fields = fieldsOf(key).map(([name, value]) => parseField(name, value));
  if (fields.length === 0) throw new StoreError(67, 'Index keys cannot be empty.');
  if (fields.length > MAX_FIELDS) throw new StoreError(67, `An index has at most ${MAX_FIELDS} fields`);
  if (new Set(fields.map((field) => field.path.text)).size < fields.length) {
    throw new StoreError(67, 'Index key names a field twice');
  }
  return fields;
}

function parseField(name: string, value: RawValue): IndexField {
  if (value.type === T.string) {
    throw new StoreError(67, `Unknown index plugin '${textOf(value)}': the embedded store has ordered indexes only`);
  }
  const direction = isNumber(value.type) ? toNumber(value) : Number.NaN;
  if (!(direction > 0) && !(direction < 0)) {
    throw new StoreError(67, `Values in the index key pattern must be 1 or -1, not that of '${name}'`);
  }
  if (name === '' || name.split('.').includes(''))
    throw new StoreError(67, 'Index keys cannot contain an empty field.');
  if (name.split('.').some((part) => part.startsWith('$'))) {
    throw new StoreError(67, `Index key contains an illegal field name: field name starts with '$' in '${name}'`);
  }
  return { path: parsePath(name), descending: direction < 0 };
}

/** The server allows no negations in a partial index, and neither $regex. */
function parsePartial(expression: RawValue): Filter {
  const filter = parseFilter(expression);
  const unsuitable = (each: Filter): boolean => {
    if (each.op === 'leaf') return each.test.kind === 'pattern' || each.test.kind.startsWith('elemMatch');
    if (each.op !== 'and' && each.op !== 'or') return true;
    return each.filters.some(unsuitable);
  };
  if (unsuitable(filter)) throw new StoreError(67, 'Unsupported expression in partial index');
  return filter;
}

/** The document listIndexes shows for an index. */
export function writeSpec(request: IndexRequest): Buffer {
  return document((writer) => {
    writer.int32('v', 2);
    writeKey(writer, request);
    writer.string('name', request.name);
    if (request.name === ID_INDEX_NAME) return;
    if (request.unique) writer.bool('unique', true);
    if (request.sparse) writer.bool('sparse', true);
    if (request.expireAfterSeconds !== undefined) writer.int32('expireAfterSeconds', request.expireAfterSeconds);
    if (request.partialExpression) writer.value('partialFilterExpression', request.partialExpression);
  });
}

function writeKey(writer: BsonWriter, request: IndexRequest): void {
  writer.value('key', request.key);
}

export function toIndex(request: IndexRequest, id: number, ready: boolean): Index {
  return {
    id,
    name: request.name,
    fields: request.fields,
    unique: request.unique || request.name === ID_INDEX_NAME,
    sparse: request.sparse,
    partial: request.partial,
    expireAfterSeconds: request.expireAfterSeconds,
    spec: writeSpec(request),
    multikey: request.fields.map(() => 0),
    ready,
  };
}

/** The `_id` index every collection has. */
export function idIndexRequest(): IndexRequest {
  const spec = document((writer) => writer.beginObject('key').int32('_id', 1).end().string('name', ID_INDEX_NAME));
  return parseIndex(asObject(spec));
}
