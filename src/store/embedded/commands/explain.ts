import { asObject, fieldsOf, type RawValue } from '../bson/raw.js';
import { BsonWriter, rawCount } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import { choosePlan } from '../plan/planner.js';
import { openScan, type Scan } from '../plan/scan.js';
import { SLICE } from '../query/find-source.js';
import { matches } from '../query/match.js';
import { parseFilter } from '../query/parse-filter.js';
import { parseSort, type Sort } from '../query/sort.js';
import { drain, newBatch, type Source } from '../query/source.js';
import type { Request } from '../wire/messages.js';
import { openAggregate } from './aggregate.js';
import { Command } from './command.js';
import { type CommandContext, type Handler, timeGuard } from './context.js';
import { EVERYTHING, openFind, parseHint } from './find.js';

/** What is told about a command: how it would find its documents, and what it looked at if it was run. */
interface Explained {
  readonly namespace: string;
  readonly plan: Plan;
  /** The order is made by sorting in memory. */
  readonly sorts: boolean;
  run(): Promise<Examined>;
}

interface Examined {
  readonly returned: number;
  readonly keys: number;
  readonly documents: number;
}

const COLLECTION: Plan = { kind: 'collection', reverse: false };
const ALL = Number.MAX_SAFE_INTEGER;

export const explain: Handler = async (command, context) => {
  command.allow('verbosity');
  const inner = command.document('explain');
  if (!inner) throw new StoreError(14, 'explain needs a command');
  const verbosity = command.text('verbosity') ?? 'allPlansExecution';
  const explained = explainCommand(innerCommand(command, inner), context);
  const examined = verbosity === 'queryPlanner' ? undefined : await explained.run();
  return (writer) => {
    writer.string('explainVersion', '1');
    writer.beginObject('queryPlanner').string('namespace', explained.namespace);
    writePlan(writer, 'winningPlan', explained);
    writer.beginArray('rejectedPlans').end().end();
    if (!examined) return;
    writer.beginObject('executionStats').bool('executionSuccess', true);
    writer.value('nReturned', rawCount(examined.returned));
    writer.value('totalKeysExamined', rawCount(examined.keys));
    writer.value('totalDocsExamined', rawCount(examined.documents));
    writePlan(writer, 'executionStages', explained);
    writer.end();
  };
};

function innerCommand(command: Command, inner: RawValue): Command {
  const bytes = new BsonWriter(inner.end - inner.start + 64);
  bytes.beginDocument();
  for (const [name, value] of fieldsOf(inner)) if (name !== '$db') bytes.value(name, value);
  bytes.string('$db', command.database);
  const request: Request = { ...command.request, body: asObject(bytes.end().view()), sequences: new Map() };
  return new Command(request, command.peer);
}

function explainCommand(command: Command, context: CommandContext): Explained {
  switch (command.name) {
    case 'find':
      return explainFind(command, context);
    case 'aggregate': {
      const { source, plan, sorts, namespace } = openAggregate(command, context);
      return { namespace, plan, sorts, run: () => runSource(source, source.scan, command, context) };
    }
    case 'count':
    case 'distinct':
      return explainSearch(command, command.document('query'), undefined, command.raw('hint'), context);
    case 'findAndModify':
      return explainSearch(command, command.document('query'), command.raw('sort'), command.raw('hint'), context);
    case 'update':
    case 'delete':
      return explainStatement(command, context);
    default:
      throw new StoreError(115, `Explain failed due to unknown or unsupported command: ${command.name}`);
  }
}

function explainFind(command: Command, context: CommandContext): Explained {
  const { source, find } = openFind(command, context);
  const plan = find?.plan ?? COLLECTION;
  const sorts = find?.sort !== undefined && !(plan.kind === 'index' && plan.sorted);
  const run = () => runSource(source, find?.source.scan, command, context);
  return { namespace: command.namespace(), plan, sorts, run };
}

async function runSource(
  source: Source,
  scan: Scan | undefined,
  command: Command,
  context: CommandContext,
): Promise<Examined> {
  const mayGoOn = timeGuard(command, context);
  let returned = 0;
  for (let ended = false; !ended; ) {
    const batch = newBatch(ALL);
    ended = await drain(source, batch, mayGoOn);
    returned += batch.documents.length;
  }
  return { returned, ...(scan?.examined ?? { keys: 0, documents: 0 }) };
}

function explainStatement(command: Command, context: CommandContext): Explained {
  const list = command.array(command.name === 'update' ? 'updates' : 'deletes') ?? [];
  const [statement] = list;
  if (!statement || list.length > 1)
    throw new StoreError(72, 'explained write batches must have exactly one statement');
  const fields = new Map(fieldsOf(statement));
  return explainSearch(command, fields.get('q'), fields.get('sort'), fields.get('hint'), context);
}

/** The search of a command that does something else with what it finds. */
function explainSearch(
  command: Command,
  query: RawValue | undefined,
  sortValue: RawValue | undefined,
  hint: RawValue | undefined,
  { store }: CommandContext,
): Explained {
  const namespace = command.namespace();
  const filter = parseFilter(query ?? EVERYTHING);
  const sort: Sort | undefined = parseSort(sortValue);
  const collection = store.find(namespace);
  if (!collection) {
    return { namespace, plan: COLLECTION, sorts: false, run: async () => ({ returned: 0, keys: 0, documents: 0 }) };
  }
  const plan = choosePlan(collection, filter, sort?.fields ?? [], parseHint(collection, hint));
  const sorts = sort !== undefined && !(plan.kind === 'index' && plan.sorted);
  const run = async () => {
    const scan = openScan(store, collection, plan);
    let returned = 0;
    const visit = (_: number, bytes: Buffer) => {
      if (matches(filter, bytes)) returned++;
      return true;
    };
    while (!scan.step(visit, SLICE)) await new Promise<void>((resolve) => setImmediate(resolve));
    return { returned, ...scan.examined };
  };
  return { namespace, plan, sorts, run };
}

function writePlan(writer: BsonWriter, name: string, { plan, sorts }: Explained): void {
  if (!sorts) {
    writeStage(writer, name, plan);
    return;
  }
  writer.beginObject(name).string('stage', 'SORT');
  writeStage(writer, 'inputStage', plan);
  writer.end();
}

function writeStage(writer: BsonWriter, name: string, plan: Plan): void {
  writer.beginObject(name);
  if (plan.kind === 'collection') {
    writer.string('stage', 'COLLSCAN').string('direction', plan.reverse ? 'backward' : 'forward');
  } else if (plan.kind === 'index') {
    writer.string('stage', 'FETCH').beginObject('inputStage').string('stage', 'IXSCAN');
    const key = fieldsOf(asObject(plan.index.spec)).find(([field]) => field === 'key')?.[1];
    if (key) writer.value('keyPattern', key);
    writer.string('indexName', plan.index.name).bool(
      'isMultiKey',
      plan.index.multikey.some((bits) => bits !== 0),
    );
    writer.bool('isUnique', plan.index.unique).bool('isSparse', plan.index.sparse);
    writer.bool('isPartial', plan.index.partial !== undefined);
    writer.string('direction', plan.reverse ? 'backward' : 'forward');
    writer.int32('boundedFields', plan.boundedFields).int32('ranges', plan.ranges.length).end();
  } else {
    writer.string('stage', 'OR').beginArray('inputStages');
    for (const [position, each] of plan.plans.entries()) writeStage(writer, String(position), each);
    writer.end();
  }
  writer.end();
}
