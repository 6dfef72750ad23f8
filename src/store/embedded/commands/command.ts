import { toNumber, toWholeNumber } from '../bson/number.js';
import { ElementWalk, elementsOf, fieldsOf, isNumber, type RawValue, textOf } from '../bson/raw.js';
import { T, typeName } from '../bson/types.js';
import { validateDocument } from '../bson/validate.js';
import { StoreError } from '../errors.js';
import { requireSimpleCollation } from '../index/parse-index.js';
import { isTruthy } from '../query/truthy.js';
import type { Request } from '../wire/messages.js';
import type { Peer } from '../wire/server.js';

/** Fields any command may carry; they can't change a result here, or are checked by {@link Command}. */
const GENERIC = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'comment',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'collation',
  'txnNumber',
  'startTransaction',
  'autocommit',
  'coordinator',
  'stmtId',
  'stmtIds',
  '$audit',
  '$client',
  '$configServerState',
  'allowImplicitCollectionCreation',
  'databaseVersion',
  'shardVersion',
  'help',
]);

/** A command's fields by name, read with MongoDB's errors for wrong types. */
export class Command {
  readonly name: string;
  readonly database: string;
  private readonly fields = new Map<string, RawValue>();

  /** @param peer the connection the request came on */
  constructor(
    readonly request: Request,
    readonly peer: Peer,
  ) {
    const walk = new ElementWalk(request.body.bytes, request.body.start);
    let name = '';
    while (walk.next()) {
      if (name === '') name = walk.name;
      this.fields.set(walk.name, walk.value);
    }
    this.name = name;
    const database = this.fields.get('$db');
    this.database = database?.type === T.string ? textOf(database) : (request.database ?? '');
  }

  has(name: string): boolean {
    return this.fields.has(name);
  }

  raw(name: string): RawValue | undefined {
    return this.fields.get(name);
  }

  /**
   * Refuses every field that is neither known to the command nor harmless everywhere, so that nothing asked for is
   * silently left out; and the generic ones that would change a result.
   *
   * @throws {StoreError} 40415 naming the field; 72 for a collation; 20 for transactions; 2 for write concerns a
   *   standalone can't give
   */
  allow(...names: string[]): void {
    if (this.database === '') throw new StoreError(73, 'the command names no database');
    for (const [name, value] of this.fields) {
      if (name === this.name || names.includes(name)) continue;
      if (!GENERIC.has(name)) throw new StoreError(40415, `BSON field '${this.name}.${name}' is an unknown field.`);
      if (name === 'collation') requireSimpleCollation(value);
      if (name === 'startTransaction' || name === 'autocommit' || name === 'txnNumber') {
        throw new StoreError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
      }
      if (name === 'writeConcern') requireWriteConcern(value);
      if (name === 'readConcern') requireReadConcern(value);
      if (name === 'apiVersion' && !(value.type === T.string && textOf(value) === '1')) {
        throw new StoreError(322, 'API version must be "1"');
      }
    }
  }

  /** @throws {StoreError} 73 for a name that is none */
  collectionName(): string {
    const value = this.fields.get(this.name);
    if (value?.type !== T.string) {
      throw new StoreError(73, `collection name has invalid type ${typeName(value?.type ?? 0)}`);
    }
    const name = textOf(value);
    if (name === '' || name.includes('\0')) {
      throw new StoreError(73, `Invalid namespace specified '${this.database}.${name}'`);
    }
    return name;
  }

  namespace(): string {
    return `${this.database}.${this.collectionName()}`;
  }

  bool(name: string): boolean {
    const value = this.fields.get(name);
    return value !== undefined && isTruthy(value);
  }

  /** @throws {StoreError} 14 for what is no whole number, 51024 below 0 */
  count(name: string): number | undefined {
    const value = this.fields.get(name);
    if (!value || value.type === T.null) return undefined;
    const number = toWholeNumber(value);
    if (number === undefined) throw this.wrongType(name, value, 'a whole number');
    if (number < 0) throw new StoreError(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`);
    return number;
  }

  text(name: string): string | undefined {
    const value = this.fields.get(name);
    if (!value) return undefined;
    if (value.type !== T.string) throw this.wrongType(name, value, 'string');
    return textOf(value);
  }

  /** A document, or undefined where none was given. */
  document(name: string): RawValue | undefined {
    const value = this.fields.get(name);
    if (!value || value.type === T.null) return undefined;
    if (value.type !== T.object) throw this.wrongType(name, value, 'object');
    return value;
  }

  array(name: string): RawValue[] | undefined {
    const value = this.fields.get(name);
    if (!value) return undefined;
    if (value.type !== T.array) throw this.wrongType(name, value, 'array');
    return elementsOf(value);
  }

  /** The documents of a write, from a sequence or from the body. */
  documents(name: string): readonly Buffer[] {
    const sequence = this.request.sequences.get(name);
    if (sequence) return sequence;
    const entries = this.array(name);
    if (!entries) throw new StoreError(40414, `BSON field '${this.name}.${name}' is missing but a required field`);
    return entries.map((entry) => {
      if (entry.type !== T.object) throw this.wrongType(name, entry, 'object');
      if (name === 'documents') validateDocument(entry.bytes, entry.start, entry.end);
      return entry.bytes.subarray(entry.start, entry.end);
    });
  }

  /** Milliseconds, or undefined for no limit. */
  maxTimeMs(): number | undefined {
    const value = this.fields.get('maxTimeMS');
    const limit = value && isNumber(value.type) ? toNumber(value) : 0;
    if (limit < 0) throw new StoreError(2, 'maxTimeMS must be non-negative');
    return limit > 0 ? limit : undefined;
  }

  private wrongType(name: string, value: RawValue, expected: string): StoreError {
    return new StoreError(
      14,
      `BSON field '${this.name}.${name}' is the wrong type '${typeName(value.type)}', expected type '${expected}'`,
    );
  }
}

function requireWriteConcern(value: RawValue): void {
  if (value.type !== T.object) throw new StoreError(14, 'writeConcern must be an object');
  for (const [name, part] of fieldsOf(value)) {
    if (name !== 'w') continue;
    if (isNumber(part.type) && toNumber(part) > 1) {
      throw new StoreError(2, "cannot use 'w' > 1 when a host is not replicated");
    }
    if (part.type === T.string && textOf(part) !== 'majority') {
      throw new StoreError(2, "cannot use non-majority 'w' mode when a host is not a member of a replica set");
    }
  }
}

/** A single node has only one version of the data, so local, available and majority are the same. */
function requireReadConcern(value: RawValue): void {
  if (value.type !== T.object) throw new StoreError(14, 'readConcern must be an object');
  for (const [name, part] of fieldsOf(value)) {
    if (name === 'level') {
      const level = part.type === T.string ? textOf(part) : '';
      if (level === 'local' || level === 'available' || level === 'majority') continue;
      throw new StoreError(123, `readConcern level '${level}' is not supported by a standalone`);
    }
    throw new StoreError(72, `readConcern option '${name}' is not supported by the embedded store`);
  }
}
