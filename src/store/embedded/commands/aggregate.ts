import { AggregateSource } from '../aggregate/aggregate-source.js';
import { type NamedStage, parsePipeline, sortStage } from '../aggregate/pipeline.js';
import { fieldsOf, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { StoreError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import { choosePlan } from '../plan/planner.js';
import { batchSizeOf } from './collections.js';
import type { Command } from './command.js';
import { constantsOf } from './constants.js';
import { type CommandContext, type Handler, timeGuard } from './context.js';
import { firstBatch, parseHint } from './find.js';

const FIRST_BATCH = 101;

export const aggregate: Handler = async (command, context) => {
  command.allow('pipeline', 'cursor', 'allowDiskUse', 'hint', 'explain', 'bypassDocumentValidation', 'let');
  const cursor = command.document('cursor');
  if (!cursor && !command.bool('explain')) {
    throw new StoreError(9, "The 'cursor' option is required, except for aggregate with the explain argument");
  }
  const { source, namespace } = openAggregate(command, context);
  const size = cursor && fieldsOf(cursor).length > 0 ? batchSizeOf(cursor) : FIRST_BATCH;
  return firstBatch(context, namespace, source, size, false, timeGuard(command, context));
};

/** The source of an aggregate command, and how it finds its candidates. */
export function openAggregate(
  command: Command,
  context: CommandContext,
): { source: AggregateSource; plan: Plan; sorts: boolean; namespace: string } {
  if (command.raw(command.name)?.type !== T.string) {
    const [first] = stagesOf(command);
    throw new StoreError(40324, `Unrecognized pipeline stage name: '${first?.[0] ?? ''}' over a database`);
  }
  const namespace = command.namespace();
  const { filter, sort, sortLimit, stages } = parsePipeline(stagesOf(command), constantsOf(command));
  const collection = context.store.find(namespace);
  const plan: Plan = collection
    ? choosePlan(collection, filter, sort?.fields ?? [], parseHint(collection, command.raw('hint')))
    : { kind: 'collection', reverse: false };
  const ordered = !sort || (plan.kind === 'index' && plan.sorted);
  const all = ordered ? stages : [sortStage(sort, sortLimit), ...stages];
  const source = new AggregateSource(context.store, collection, plan, filter, all);
  return { source, plan, sorts: !ordered, namespace };
}

function stagesOf(command: Command): NamedStage[] {
  const stages: readonly RawValue[] | undefined = command.array('pipeline');
  if (!stages) throw new StoreError(40414, "BSON field 'aggregate.pipeline' is missing but a required field");
  return stages.map((stage) => {
    const fields = stage.type === T.object ? fieldsOf(stage) : [];
    const [only] = fields;
    if (!only || fields.length > 1) {
      throw new StoreError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    return only;
  });
}
