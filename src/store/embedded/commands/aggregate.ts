import { toNumber } from '../bson/number.js';
import { fieldsOf, isNumber, type RawValue } from '../bson/raw.js';
import { document, rawCount } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { parseFilter } from '../query/parse-filter.js';
import { ListSource } from '../query/source.js';
import { batchSizeOf } from './collections.js';
import { type Handler, timeGuard } from './context.js';
import { stagesOf, visitMatches } from './counting.js';
import { EVERYTHING, firstBatch } from './find.js';

export const aggregate: Handler = async (command, context) => {
  command.allow('pipeline', 'cursor', 'allowDiskUse', 'hint', 'explain', 'bypassDocumentValidation', 'let');
  if (!command.document('cursor')) throw new StoreError(9, "The 'cursor' option is required");
  let match: RawValue = EVERYTHING;
  let skip = 0;
  let limit = Number.MAX_SAFE_INTEGER;
  let group: RawValue | undefined;
  for (const [name, operand] of stagesOf(command)) {
    if (name === '$match') match = operand;
    else if (name === '$skip') skip = toNumber(operand);
    else if (name === '$limit') limit = toNumber(operand);
    else if (name === '$group') group = operand;
    else throw new StoreError(40324, `Unrecognized pipeline stage name: '${name}'`);
  }
  if (!group || !fieldsOf(group).every(([, value]) => isNumber(value.type) || fieldsOf(value).length === 1)) {
    throw new StoreError(40324, 'Unrecognized pipeline stage name: only counting is supported');
  }
  let total = 0;
  const collection = context.store.find(command.namespace());
  if (collection) {
    await visitMatches(context, command, collection, parseFilter(match), () => ++total < skip + limit);
  }
  const n = Math.min(Math.max(total - skip, 0), limit);
  const documents = n > 0 ? [document((writer) => writer.int32('_id', 1).value('n', rawCount(n)))] : [];
  const source = new ListSource(documents);
  return firstBatch(
    context,
    command.namespace(),
    source,
    batchSizeOf(command.document('cursor')),
    false,
    timeGuard(command, context),
  );
};
