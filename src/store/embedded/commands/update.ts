import type { Constants } from '../aggregate/expression.js';
import { toNumber } from '../bson/number.js';
import { asObject, fieldsOf, isNumber, type RawValue } from '../bson/raw.js';
import { StoreError } from '../errors.js';
import { requireSimpleCollation } from '../index/parse-index.js';
import { choosePlan } from '../plan/planner.js';
import { parseFilter } from '../query/parse-filter.js';
import { parseSort } from '../query/sort.js';
import { isTruthy } from '../query/truthy.js';
import type { Collection } from '../storage/catalog.js';
import { parseUpdate } from '../update/parse-update.js';
import type { Command } from './command.js';
import { constantsOf } from './constants.js';
import { type CommandContext, type Handler, timeGuard } from './context.js';
import { EVERYTHING, parseHint } from './find.js';
import { requireBatchSize } from './insert.js';
import { type Modification, modifyInside, modifyOutside, type Outcome, requireUpdateType } from './modify.js';
import { type WriteError, writeErrors } from './write-reply.js';

export const update: Handler = async (command, context) => {
  command.allow('updates', 'ordered', 'bypassDocumentValidation', 'let');
  const constants = constantsOf(command);
  const statements = command.documents('updates');
  requireBatchSize(statements.length);
  const collection = await collectionFor(
    command,
    context,
    statements.some((each) => wantsUpsert(asObject(each))),
  );
  const { outcomes, errors } = await runStatements(command, context, statements.length, (at) => {
    const statement = statements[at];
    return statement && collection ? parseStatement(asObject(statement), collection, constants) : undefined;
  });
  let matched = 0;
  let modified = 0;
  const upserted: { index: number; id: RawValue }[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (!outcome) continue;
    matched += outcome.matched + (outcome.upsertedId ? 1 : 0);
    modified += outcome.modified;
    if (outcome.upsertedId) upserted.push({ index, id: outcome.upsertedId });
  }
  return (writer) => {
    writer.int32('n', matched).int32('nModified', modified);
    if (upserted.length > 0) {
      writer.beginArray('upserted');
      for (const [position, { index, id }] of upserted.entries()) {
        writer.beginObject(String(position)).int32('index', index).value('_id', id).end();
      }
      writer.end();
    }
    writeErrors(writer, errors);
  };
};

export const remove: Handler = async (command, context) => {
  command.allow('deletes', 'ordered', 'let');
  const constants = constantsOf(command);
  const statements = command.documents('deletes');
  requireBatchSize(statements.length);
  const collection = await collectionFor(command, context, false);
  const { outcomes, errors } = await runStatements(command, context, statements.length, (at) => {
    const statement = statements[at];
    return statement && collection ? parseDelete(asObject(statement), collection, constants) : undefined;
  });
  const removed = outcomes.reduce((sum, outcome) => sum + (outcome?.matched ?? 0), 0);
  return (writer) => {
    writer.int32('n', removed);
    writeErrors(writer, errors);
  };
};

async function collectionFor(
  command: Command,
  { store }: CommandContext,
  create: boolean,
): Promise<Collection | undefined> {
  const existing = store.find(command.namespace());
  if (existing || !create) return existing;
  return (await store.ensure(command.database, command.collectionName())).collection;
}

interface Statements {
  readonly outcomes: readonly (Outcome | undefined)[];
  readonly errors: readonly WriteError[];
}

/**
 * Runs the statements of a command in order: as many as can be in one commit, those that need a long search by
 * themselves. An error stops an ordered command.
 */
async function runStatements(
  command: Command,
  context: CommandContext,
  count: number,
  parse: (at: number) => Modification | undefined,
): Promise<Statements> {
  const ordered = !command.has('ordered') || command.bool('ordered');
  const mayGoOn = timeGuard(command, context);
  const outcomes: (Outcome | undefined)[] = [];
  const errors: WriteError[] = [];
  const parsed: (Modification | undefined)[] = [];
  for (let at = 0; at < count; at++) {
    try {
      parsed.push(parse(at));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      parsed.push(undefined);
      errors.push({ index: at, error });
      if (ordered) break;
    }
  }
  let next = 0;
  while (next < parsed.length) {
    const from = next;
    const group = await context.store.writer.run(() => runGroup(context, parsed, from, ordered));
    for (const [offset, outcome] of group.outcomes.entries()) outcomes[from + offset] = outcome;
    errors.push(...group.errors);
    if (ordered && group.errors.length > 0) break;
    next = from + group.outcomes.length;
    const long = parsed[next];
    if (!group.stoppedAtLong || !long) continue;
    try {
      outcomes[next] = await modifyOutside(context, long, mayGoOn);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      errors.push({ index: next, error });
      if (ordered) break;
    }
    next++;
  }
  errors.sort((a, b) => a.index - b.index);
  return { outcomes, errors: ordered ? errors.slice(0, 1) : errors };
}

/** Statements in one commit. */
const MAX_GROUP = 200;

function runGroup(
  context: CommandContext,
  parsed: readonly (Modification | undefined)[],
  from: number,
  ordered: boolean,
): { outcomes: (Outcome | undefined)[]; errors: WriteError[]; stoppedAtLong: boolean } {
  const outcomes: (Outcome | undefined)[] = [];
  const errors: WriteError[] = [];
  for (let at = from; at < Math.min(parsed.length, from + MAX_GROUP); at++) {
    const modification = parsed[at];
    try {
      const outcome = modification && modifyInside(context, modification);
      if (modification && !outcome) return { outcomes, errors, stoppedAtLong: true };
      outcomes.push(outcome);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      outcomes.push(undefined);
      errors.push({ index: at, error });
      if (ordered) break;
    }
  }
  return { outcomes, errors, stoppedAtLong: false };
}

function wantsUpsert(statement: RawValue): boolean {
  return fieldsOf(statement).some(([name, value]) => name === 'upsert' && isTruthy(value));
}

const UPDATE_FIELDS = ['q', 'u', 'c', 'upsert', 'multi', 'collation', 'arrayFilters', 'hint', 'sort', 'upsertSupplied'];

function fieldsOfStatement(kind: string, statement: RawValue, known: readonly string[]): Map<string, RawValue> {
  const fields = new Map(fieldsOf(statement));
  for (const name of fields.keys()) {
    if (!known.includes(name)) throw new StoreError(40415, `BSON field '${kind}.${name}' is an unknown field.`);
  }
  const collation = fields.get('collation');
  if (collation) requireSimpleCollation(collation);
  if (fields.has('c')) throw new StoreError(115, `${kind} with constants 'c' is not supported by the embedded store`);
  return fields;
}

const isOn = (value: RawValue | undefined) => value !== undefined && isTruthy(value);

function parseStatement(statement: RawValue, collection: Collection, constants: Constants): Modification {
  const fields = fieldsOfStatement('update.updates', statement, UPDATE_FIELDS);
  const filter = parseFilter(fields.get('q') ?? EVERYTHING, constants);
  const parsed = parseUpdate(requireUpdateType(fields.get('u')), fields.get('arrayFilters'), constants);
  const multi = isOn(fields.get('multi'));
  if (multi && parsed.kind === 'replace') {
    throw new StoreError(9, 'multi update is not supported for replacement-style update');
  }
  const sort = parseSort(fields.get('sort'));
  if (sort && multi) throw new StoreError(9, 'Cannot specify sort with multi=true');
  const plan = choosePlan(collection, filter, sort?.fields ?? [], parseHint(collection, fields.get('hint')));
  return { collection, filter, plan, sort, multi, upsert: isOn(fields.get('upsert')), update: parsed };
}

function parseDelete(statement: RawValue, collection: Collection, constants: Constants): Modification {
  const fields = fieldsOfStatement('delete.deletes', statement, ['q', 'limit', 'collation', 'hint']);
  const limit = fields.get('limit');
  const count = limit && isNumber(limit.type) ? toNumber(limit) : Number.NaN;
  if (count !== 0 && count !== 1) {
    throw new StoreError(9, 'The limit field in delete objects must be 0 or 1. Got something else');
  }
  const filter = parseFilter(fields.get('q') ?? EVERYTHING, constants);
  const plan = choosePlan(collection, filter, [], parseHint(collection, fields.get('hint')));
  return { collection, filter, plan, sort: undefined, multi: count === 0, upsert: false, update: undefined };
}
