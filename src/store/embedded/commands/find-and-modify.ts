import { StoreError } from '../errors.js';
import { choosePlan } from '../plan/planner.js';
import { parseFilter } from '../query/parse-filter.js';
import { parseProjection } from '../query/project.js';
import { parseSort } from '../query/sort.js';
import { parseUpdate } from '../update/parse-update.js';
import { constantsOf } from './constants.js';
import { type Handler, timeGuard } from './context.js';
import { EVERYTHING, parseHint } from './find.js';
import { type Modification, modifyInside, modifyOutside, type Outcome, requireUpdateType } from './modify.js';

export const findAndModify: Handler = async (command, context) => {
  command.allow(
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'arrayFilters',
    'hint',
    'bypassDocumentValidation',
    'let',
  );
  const constants = constantsOf(command);
  const removes = command.bool('remove');
  const upsert = command.bool('upsert');
  const wantsNew = command.bool('new');
  if (removes && command.has('update')) throw new StoreError(9, 'Cannot specify both an update and remove=true');
  if (removes && upsert) throw new StoreError(9, 'Cannot specify both upsert=true and remove=true');
  if (removes && wantsNew) {
    throw new StoreError(
      9,
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
  if (!removes && !command.has('update')) throw new StoreError(9, 'Either an update or remove=true must be specified');
  const filter = parseFilter(command.document('query') ?? EVERYTHING, constants);
  const sort = parseSort(command.document('sort'));
  const projection = parseProjection(command.document('fields'));
  const update = removes
    ? undefined
    : parseUpdate(requireUpdateType(command.raw('update')), command.raw('arrayFilters'), constants);
  const { store } = context;
  const collection = upsert
    ? (await store.ensure(command.database, command.collectionName())).collection
    : store.find(command.namespace());
  let outcome: Outcome | undefined;
  if (collection) {
    const plan = choosePlan(collection, filter, sort?.fields ?? [], parseHint(collection, command.raw('hint')));
    const modification: Modification = { collection, filter, plan, sort, multi: false, upsert, update };
    outcome = await store.writer.run(() => modifyInside(context, modification));
    outcome ??= await modifyOutside(context, modification, timeGuard(command, context));
  }
  return (writer) => {
    const inserted = outcome?.upsertedId;
    const found = outcome !== undefined && (outcome.matched > 0 || inserted !== undefined);
    writer.beginObject('lastErrorObject').int32('n', found ? 1 : 0);
    if (!removes) writer.bool('updatedExisting', (outcome?.matched ?? 0) > 0);
    if (inserted) writer.value('upserted', inserted);
    writer.end();
    const shown = wantsNew ? outcome?.after : outcome?.before;
    if (shown) writer.document('value', projection ? projection(shown) : shown);
    else writer.null('value');
  };
};
