import { ElementWalk, findField, RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { RAW_NULL, RAW_UNDEFINED } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { matches } from '../query/match.js';
import type { Index } from './index-spec.js';
import { encodeValue } from './key-encoding.js';
import { KeyTooLongError, KeyWriter } from './key-writer.js';

const indexKeyWriter = new KeyWriter();

/** What one document contributes to one index. */
export interface DocumentKeys {
  /** Complete lmdb keys, without repetitions. */
  readonly keys: readonly Buffer[];
  /** For each field the path components that were arrays, as bits. */
  readonly multikey: readonly number[];
}

const NO_KEYS: DocumentKeys = { keys: [], multikey: [] };

/** Where one field of the index stands while its path is followed; `depth` names are behind it. */
interface Stand {
  readonly value: RawValue;
  readonly depth: number;
  /** True once the value is final. */
  readonly done: boolean;
}

/**
 * The keys of a document in an index, as MongoDB makes them: an array gives one key an element, a missing field null,
 * an empty array undefined.
 *
 * @throws {StoreError} 171 for two arrays side by side, 17280 for a key longer than lmdb takes
 */
export function documentKeys(
  index: Index,
  document: Buffer,
  recordId: number,
  writer: KeyWriter = indexKeyWriter,
): DocumentKeys {
  if (index.partial && !matches(index.partial, document)) return NO_KEYS;
  const root = new RawValue(T.object, document, 0, document.length);
  const multikey = index.fields.map(() => 0);
  const stands = index.fields.map((_, field) => follow(index, field, { value: root, depth: 0, done: false }));
  const keys: Buffer[] = [];
  try {
    expand({ index, recordId, writer, multikey, keys }, stands);
  } catch (error) {
    if (!(error instanceof KeyTooLongError)) throw error;
    throw new StoreError(17280, `index key of ${index.name} is too long: ${error.message}`);
  }
  return { keys: keys.length > 1 ? withoutRepetitions(keys) : keys, multikey };
}

/** Goes down through documents until the path ends, leads nowhere, or meets an array. */
function follow(index: Index, field: number, from: Stand): Stand {
  const names = index.fields[field]?.path.names ?? [];
  let { value, depth } = from;
  while (depth < names.length) {
    if (value.type === T.array) return { value, depth, done: false };
    const name = names[depth];
    if (value.type !== T.object || !name) return { value: RAW_NULL, depth, done: true };
    const found = findField(value.bytes, value.start, name);
    if (!found) return { value: MISSING, depth, done: true };
    value = found;
    depth++;
  }
  return { value, depth, done: value.type !== T.array };
}

/** Encodes like null, but tells a sparse index that nothing was there. */
const MISSING = new RawValue(T.null, RAW_NULL.bytes, 0, 0);

interface Expansion {
  readonly index: Index;
  readonly recordId: number;
  readonly writer: KeyWriter;
  readonly multikey: number[];
  readonly keys: Buffer[];
}

function expand(expansion: Expansion, stands: readonly Stand[]): void {
  const { index, multikey, keys } = expansion;
  const array = stands.find((stand) => !stand.done)?.value;
  if (!array) {
    const key = encodeKey(expansion, stands);
    if (key) keys.push(key);
    return;
  }
  for (const [field, stand] of stands.entries()) {
    if (stand.done) continue;
    if (stand.value.start !== array.start) throw parallelArrays(index);
    multikey[field] = (multikey[field] ?? 0) | (1 << (stand.depth - 1));
  }
  const walk = new ElementWalk(array.bytes, array.start);
  let position = 0;
  for (; walk.next(); position++) {
    const element = walk.value;
    expand(
      expansion,
      stands.map((stand, field) => (stand.done ? stand : enter(index, field, stand, element, position))),
    );
  }
  if (position > 0) return;
  const emptied = stands.map((stand, field) => (stand.done ? stand : fromEmptyArray(index, field, stand)));
  expand(expansion, emptied);
}

/** One element of an array a field stands at; an array inside an array is a value, unless the path names a position. */
function enter(index: Index, field: number, stand: Stand, element: RawValue, position: number): Stand {
  const path = index.fields[field]?.path;
  if (!path || stand.depth === path.names.length) return { value: element, depth: stand.depth, done: true };
  if (path.positions[stand.depth] === position) {
    const next = follow(index, field, { value: element, depth: stand.depth + 1, done: false });
    return next.depth === path.names.length ? { ...next, done: true } : next;
  }
  if (element.type === T.object) return follow(index, field, { value: element, depth: stand.depth, done: false });
  return { value: RAW_NULL, depth: stand.depth, done: true };
}

function fromEmptyArray(index: Index, field: number, stand: Stand): Stand {
  const isLeaf = stand.depth === index.fields[field]?.path.names.length;
  return { value: isLeaf ? RAW_UNDEFINED : RAW_NULL, depth: stand.depth, done: true };
}

function encodeKey({ index, recordId, writer }: Expansion, stands: readonly Stand[]): Buffer | undefined {
  if (index.sparse && stands.every((stand) => stand.value === MISSING)) return undefined;
  writer.reset();
  writer.uint32(index.id);
  for (const [field, stand] of stands.entries()) {
    const from = writer.position();
    encodeValue(writer, stand.value);
    if (index.fields[field]?.descending) writer.complement(from);
  }
  // without the record id two documents with one value would be one key
  if (!index.unique) writer.uint48(recordId);
  return writer.copy();
}

function withoutRepetitions(keys: Buffer[]): Buffer[] {
  const sorted = keys.sort(Buffer.compare);
  return sorted.filter((key, at) => at === 0 || !key.equals(sorted[at - 1] ?? key.subarray(0, 0)));
}

function parallelArrays(index: Index): StoreError {
  const paths = index.fields.map((field) => field.path.text).join('], [');
  return new StoreError(171, `cannot index parallel arrays [${paths}]`);
}

/** Whether `multikey` says something that `index` does not know yet. */
export function growsMultikey(index: Index, multikey: readonly number[]): boolean {
  return multikey.some((bits, field) => (bits & ~(index.multikey[field] ?? 0)) !== 0);
}
