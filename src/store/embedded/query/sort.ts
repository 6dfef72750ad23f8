import { toNumber } from '../bson/number.js';
import { fieldsOf, isNumber, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { MAX_DOCUMENT_BYTES } from '../bson/validate.js';
import { StoreError } from '../errors.js';
import { documentKeys } from '../index/document-keys.js';
import type { Index } from '../index/index-spec.js';
import { KeyWriter } from '../index/key-writer.js';
import { parsePath } from './path.js';

const NOTHING = Buffer.alloc(0);
const MAX_SORT_FIELDS = 32;

/** An order over documents. */
export interface Sort {
  readonly fields: readonly { readonly text: string; readonly descending: boolean }[];
  /**
   * Bytes that order as the documents do: those of an index over the same fields. Of an array the least element
   * counts, or in a descending field the greatest.
   */
  keyOf(document: Buffer): Buffer;
}

/** @throws {StoreError} 2, 15974 or 15975 for a sort that is none, 2 for `$meta` */
export function parseSort(value: RawValue | undefined): Sort | undefined {
  if (!value) return undefined;
  if (value.type !== T.object) throw new StoreError(14, 'Expected field sort to be of type object');
  const fields = fieldsOf(value).map(([name, direction]) => {
    if (direction.type === T.object) throw new StoreError(2, '$meta sort is not supported by the embedded store');
    const number = isNumber(direction.type) ? toNumber(direction) : Number.NaN;
    if (!isNumber(direction.type)) throw new StoreError(15974, `Illegal key in $sort specification: ${name}`);
    if (number !== 1 && number !== -1) {
      throw new StoreError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    if (name === '' || name.split('.').includes('')) {
      throw new StoreError(15998, 'FieldPath field names may not be empty strings.');
    }
    if (name.startsWith('$')) throw new StoreError(16410, `FieldPath field names may not start with '$': ${name}`);
    return { path: parsePath(name), descending: number < 0 };
  });
  if (fields.length === 0) return undefined;
  if (fields.length > MAX_SORT_FIELDS) throw new StoreError(13103, `too many sort fields, at most ${MAX_SORT_FIELDS}`);
  return {
    fields: fields.map(({ path, descending }) => ({ text: path.text, descending })),
    keyOf: keyMaker(fields),
  };
}

const sortKeyWriter = new KeyWriter(4 * MAX_DOCUMENT_BYTES);

function keyMaker(fields: Index['fields']): (document: Buffer) => Buffer {
  const index: Index = {
    id: 0,
    name: 'sort',
    fields,
    // so that the record id stays out of the key
    unique: true,
    sparse: false,
    partial: undefined,
    expireAfterSeconds: undefined,
    spec: NOTHING,
    multikey: fields.map(() => 0),
    ready: true,
  };
  return (document) => {
    try {
      let least: Buffer | undefined;
      for (const key of documentKeys(index, document, 0, sortKeyWriter).keys) {
        if (!least || Buffer.compare(key, least) < 0) least = key;
      }
      return least ?? NOTHING;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 171) throw error;
      throw new StoreError(2, 'cannot sort with keys that are parallel arrays');
    }
  };
}

/** A document with its sort key, as blocking sorts hold them. */
export interface Keyed {
  readonly key: Buffer;
  readonly document: Buffer;
}

/** Sorting in memory beyond this is refused: the store has no disk to spill to. */
export const MAX_SORT_BYTES = 64 * 1024 * 1024;

/** Collects documents and gives them back in order; holds no more than `limit` needs. */
export class Sorter {
  private held: Keyed[] = [];
  private bytes = 0;

  /** @param limit how many are wanted, 0 for all */
  constructor(
    private readonly sort: Sort,
    private readonly limit: number,
  ) {}

  /** @throws {StoreError} 292 when more is held than memory is allowed for */
  add(document: Buffer): void {
    const key = this.sort.keyOf(document);
    this.held.push({ key, document });
    this.bytes += key.length + document.length;
    if (this.limit > 0 && this.held.length >= Math.max(this.limit * 2, 64)) this.cut();
    if (this.bytes <= MAX_SORT_BYTES) return;
    if (this.limit > 0) this.cut();
    if (this.bytes > MAX_SORT_BYTES) {
      throw new StoreError(
        292,
        `Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes; an index over the sort fields avoids the sort`,
      );
    }
  }

  /** In order; the sorter is empty afterwards. */
  finish(): Buffer[] {
    this.cut();
    const documents = this.held.map(({ document }) => document);
    this.held = [];
    this.bytes = 0;
    return documents;
  }

  private cut(): void {
    this.held.sort((a, b) => Buffer.compare(a.key, b.key));
    if (this.limit === 0 || this.held.length <= this.limit) return;
    for (const { key, document } of this.held.splice(this.limit)) this.bytes -= key.length + document.length;
  }
}
