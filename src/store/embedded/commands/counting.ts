import { compareValues } from '../bson/compare.js';
import { toNumber } from '../bson/number.js';
import { fieldsOf, isNumber, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { MAX_DOCUMENT_BYTES } from '../bson/validate.js';
import { rawArray, rawCount } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { choosePlan } from '../plan/planner.js';
import { openScan } from '../plan/scan.js';
import type { Filter } from '../query/filter.js';
import { SLICE } from '../query/find-source.js';
import { matches, valuesAt } from '../query/match.js';
import { parseFilter } from '../query/parse-filter.js';
import { parsePath } from '../query/path.js';
import type { Collection } from '../storage/catalog.js';
import type { Command } from './command.js';
import { type CommandContext, type Handler, timeGuard } from './context.js';
import { EVERYTHING, parseHint } from './find.js';

/** Calls `each` for every match, letting others run in between; false stops. */
async function visitMatches(
  context: CommandContext,
  command: Command,
  collection: Collection,
  filter: Filter,
  each: (bytes: Buffer) => boolean,
): Promise<void> {
  const plan = choosePlan(collection, filter, [], parseHint(collection, command.raw('hint')));
  const scan = openScan(context.store, collection, plan);
  const mayGoOn = timeGuard(command, context);
  let stopped = false;
  const visit = (_: number, bytes: Buffer) => {
    stopped = matches(filter, bytes) && !each(bytes);
    return !stopped;
  };
  while (!scan.step(visit, SLICE) && !stopped) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    mayGoOn();
  }
}

export const count: Handler = async (command, context) => {
  command.allow('query', 'limit', 'skip', 'hint', 'fields');
  const query = command.document('query') ?? EVERYTHING;
  const limit = Math.abs(wholeOf(command, 'limit'));
  const skip = wholeOf(command, 'skip');
  const collection = context.store.find(command.namespace());
  let total = 0;
  if (collection && fieldsOf(query).length === 0) {
    total = collection.count;
  } else if (collection) {
    await visitMatches(context, command, collection, parseFilter(query), () => {
      total++;
      return limit === 0 || total < skip + limit;
    });
  }
  const after = Math.max(total - skip, 0);
  return (writer) => writer.value('n', rawCount(limit > 0 ? Math.min(after, limit) : after));
};

function wholeOf(command: Command, name: string): number {
  const value = command.raw(name);
  if (!value || value.type === T.null) return 0;
  if (!isNumber(value.type)) throw new StoreError(14, `BSON field 'count.${name}' has to be a number`);
  return Math.trunc(toNumber(value));
}

export const distinct: Handler = async (command, context) => {
  command.allow('key', 'query', 'hint');
  const key = command.text('key');
  if (!key) throw new StoreError(40414, "BSON field 'distinct.key' is missing but a required field");
  const path = parsePath(key);
  const filter = parseFilter(command.document('query') ?? EVERYTHING);
  const found: RawValue[] = [];
  let bytesHeld = 0;
  const collection = context.store.find(command.namespace());
  if (collection) {
    await visitMatches(context, command, collection, filter, (bytes) => {
      for (const value of valuesAt(path, bytes)) {
        const at = placeOf(found, value);
        if (at < 0) continue;
        found.splice(at, 0, value);
        bytesHeld += value.end - value.start;
        if (bytesHeld > MAX_DOCUMENT_BYTES) throw new StoreError(17217, 'distinct too big, 16mb cap');
      }
      return true;
    });
  }
  return (writer) => writer.value('values', rawArray(found));
};

/** Where to insert a value in an ordered list, or -1 if it is there. */
function placeOf(ordered: readonly RawValue[], value: RawValue): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = ordered[middle];
    const order = other ? compareValues(other, value) : 1;
    if (order === 0) return -1;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
