import { toWholeNumber } from '../bson/number.js';
import { asObject, fieldsOf, type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import type { BsonWriter } from '../bson/writer.js';
import { document } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import type { Index } from '../index/index-spec.js';
import type { Plan } from '../plan/plan.js';
import { choosePlan } from '../plan/planner.js';
import { FindSource } from '../query/find-source.js';
import { parseFilter } from '../query/parse-filter.js';
import { parseProjection } from '../query/project.js';
import { parseSort, type Sort } from '../query/sort.js';
import { type Batch, drain, ListSource, newBatch, type Source } from '../query/source.js';
import type { Collection } from '../storage/catalog.js';
import type { Command } from './command.js';
import { constantsOf } from './constants.js';
import { type CommandContext, type Handler, timeGuard, type WriteReply } from './context.js';

const FIRST_BATCH = 101;
const UNLIMITED = Number.MAX_SAFE_INTEGER;
export const EVERYTHING: RawValue = asObject(document(() => undefined));

/** Options of find that ask for something outside the subset unless they are off. */
const OFF_ONLY = ['returnKey', 'showRecordId', 'tailable', 'awaitData', 'partial'] as const;

export const find: Handler = async (command, context) => {
  command.allow(
    'filter',
    'sort',
    'projection',
    'hint',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'noCursorTimeout',
    'allowDiskUse',
    'allowPartialResults',
    'oplogReplay',
    'let',
    'min',
    'max',
    ...OFF_ONLY,
  );
  for (const option of OFF_ONLY) {
    if (command.bool(option))
      throw new StoreError(115, `find option '${option}' is not supported by the embedded store`);
  }
  for (const option of ['min', 'max']) {
    const value = command.raw(option);
    if (value?.type === T.object && fieldsOf(value).length > 0) {
      throw new StoreError(115, `find option '${option}' is not supported by the embedded store`);
    }
  }
  const namespace = command.namespace();
  const { source } = openFind(command, context);
  const limit = command.count('limit') ?? 0;
  const batchSize = command.count('batchSize') ?? FIRST_BATCH;
  const single = command.bool('singleBatch');
  const size = limit > 0 ? Math.min(limit, command.has('batchSize') ? batchSize : FIRST_BATCH) : batchSize;
  return firstBatch(context, namespace, source, size, single, timeGuard(command, context));
};

/** What a find, or the search of a count, is going to do. */
export function openFind(command: Command, context: CommandContext): { source: Source; find: OpenFind | undefined } {
  const filter = parseFilter(
    command.document('filter') ?? command.document('query') ?? EVERYTHING,
    constantsOf(command),
  );
  const natural = naturalOf(command.document('sort'));
  const sort = natural ? undefined : parseSort(command.document('sort'));
  const projection = parseProjection(command.document('projection'));
  const skip = command.count('skip') ?? 0;
  const limit = command.count('limit') ?? 0;
  const collection = context.store.find(command.namespace());
  if (!collection) return { source: new ListSource([]), find: undefined };
  const hint = parseHint(collection, command.raw('hint'));
  const plan: Plan = natural
    ? { kind: 'collection', reverse: natural < 0 }
    : choosePlan(collection, filter, sort?.fields ?? [], hint);
  const source = new FindSource(context.store, collection, { filter, plan, sort, skip, limit, projection });
  return { source, find: { plan, sort, source } };
}

export interface OpenFind {
  readonly plan: Plan;
  readonly sort: Sort | undefined;
  readonly source: FindSource;
}

/** 1 or -1 for a sort by `$natural`, which is the order of insertion. */
function naturalOf(sort: RawValue | undefined): number | undefined {
  const [first] = sort ? fieldsOf(sort) : [];
  return first?.[0] === '$natural' ? (toWholeNumber(first[1]) ?? 1) : undefined;
}

/** @throws {StoreError} 2 for an index that isn't there */
export function parseHint(collection: Collection, hint: RawValue | undefined): Index | 'natural' | undefined {
  if (!hint || (hint.type === T.object && fieldsOf(hint).length === 0)) return undefined;
  if (hint.type === T.object && fieldsOf(hint)[0]?.[0] === '$natural') return 'natural';
  const index = collection.indexes.find((each) => {
    if (!each.ready) return false;
    if (hint.type === T.string) return each.name === textOf(hint);
    if (hint.type !== T.object) throw new StoreError(9, 'Hint must be a string or an object');
    const fields = fieldsOf(hint);
    return (
      fields.length === each.fields.length &&
      fields.every(([name, direction], at) => {
        const field = each.fields[at];
        return field?.path.text === name && (toWholeNumber(direction) ?? 1) < 0 === field.descending;
      })
    );
  });
  if (!index) throw new StoreError(2, 'hint provided does not correspond to an existing index');
  return index;
}

/** Fills the first batch and, if there is more, opens a cursor. */
export async function firstBatch(
  context: CommandContext,
  namespace: string,
  source: Source,
  size: number,
  single: boolean,
  mayGoOn: () => void,
): Promise<WriteReply> {
  const batch = newBatch(size);
  const ended = await drain(source, batch, mayGoOn);
  const id = ended || single ? 0n : context.cursors.add(namespace, source);
  return (writer) => writeCursor(writer, 'firstBatch', namespace, id, batch);
}

function writeCursor(writer: BsonWriter, name: string, namespace: string, id: bigint, batch: Batch): void {
  writer.reserve(batch.bytes + batch.documents.length * 12 + 256);
  writer.beginObject('cursor').beginArray(name);
  for (const [position, each] of batch.documents.entries()) writer.document(String(position), each);
  writer.end().int64('id', id).string('ns', namespace).end();
}

export const getMore: Handler = async (command, context) => {
  command.allow('collection', 'batchSize', 'term', 'lastKnownCommittedOpTime');
  const idValue = command.raw('getMore');
  if (idValue?.type !== T.int64) throw new StoreError(14, "BSON field 'getMore.getMore' must be a long");
  const collection = command.text('collection');
  if (!collection) throw new StoreError(40414, "BSON field 'getMore.collection' is missing but a required field");
  const namespace = `${command.database}.${collection}`;
  const size = command.count('batchSize') || UNLIMITED;
  const id = idValue.bytes.readBigInt64LE(idValue.start);
  const cursor = context.cursors.take(id, namespace);
  const batch = newBatch(size);
  let ended = true;
  try {
    ended = await drain(cursor.source, batch, timeGuard(command, context));
  } finally {
    context.cursors.release(cursor);
    if (ended) context.cursors.kill(id);
  }
  return (writer) => writeCursor(writer, 'nextBatch', namespace, ended ? 0n : id, batch);
};

export const killCursors: Handler = (command, context) => {
  command.allow('cursors');
  const ids = (command.array('cursors') ?? []).map((value) => {
    if (value.type !== T.int64) throw new StoreError(14, "BSON field 'killCursors.cursors' must be longs");
    return value.bytes.readBigInt64LE(value.start);
  });
  const killed = ids.filter((id) => context.cursors.kill(id));
  const missing = ids.filter((id) => !killed.includes(id));
  return (writer) => {
    writeIds(writer, 'cursorsKilled', killed);
    writeIds(writer, 'cursorsNotFound', missing);
    writeIds(writer, 'cursorsAlive', []);
    writeIds(writer, 'cursorsUnknown', []);
  };
};

function writeIds(writer: BsonWriter, name: string, ids: readonly bigint[]): void {
  writer.beginArray(name);
  for (const [position, id] of ids.entries()) writer.int64(String(position), id);
  writer.end();
}
