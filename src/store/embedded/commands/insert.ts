import { MAX_DOCUMENT_BYTES } from '../bson/validate.js';
import { StoreError } from '../errors.js';
import { withIdFirst } from '../storage/records.js';
import type { Command } from './command.js';
import type { CommandContext, Handler } from './context.js';
import { type WriteError, writeErrors } from './write-reply.js';

/** Documents in one commit; a larger insert is several, as each document is atomic only by itself. */
const MAX_GROUP = 500;
const MAX_GROUP_BYTES = 4 * 1024 * 1024;

interface Prepared {
  readonly index: number;
  readonly bytes: Buffer;
}

export const insert: Handler = async (command, context) => {
  command.allow('documents', 'ordered', 'bypassDocumentValidation', '$replData');
  const documents = command.documents('documents');
  requireBatchSize(documents.length);
  const ordered = !command.has('ordered') || command.bool('ordered');
  const errors: WriteError[] = [];
  const prepared = prepare(documents, ordered, errors, context);
  let inserted = 0;
  // made even when nothing can be inserted, as on the server
  await context.store.ensure(command.database, command.collectionName());
  for (const group of groupsOf(prepared)) {
    const outcome = await insertGroup(command, context, group, ordered);
    inserted += outcome.done;
    errors.push(...outcome.failed);
    if (ordered && outcome.failed.length > 0) break;
  }
  errors.sort((a, b) => a.index - b.index);
  // an ordered insert stops at its first error, which may be one found before anything was written
  const shown = ordered ? errors.slice(0, 1) : errors;
  return (writer) => {
    writer.int32('n', inserted);
    writeErrors(writer, shown);
  };
};

interface Inserted {
  readonly failed: readonly WriteError[];
  readonly done: number;
}

/** One commit; made again if the collection was dropped between being found and being written to. */
async function insertGroup(
  command: Command,
  { store }: CommandContext,
  group: readonly Prepared[],
  ordered: boolean,
): Promise<Inserted> {
  for (;;) {
    const { collection } = await store.ensure(command.database, command.collectionName());
    const outcome = await store.writer.run((): Inserted | undefined => {
      if (!store.isCurrent(collection)) return undefined;
      const failed: WriteError[] = [];
      let done = 0;
      for (const { index, bytes } of group) {
        try {
          store.records.insert(collection, bytes);
          done++;
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          failed.push({ index, error });
          if (ordered) break;
        }
      }
      return { failed, done };
    });
    if (outcome) return outcome;
  }
}

export function requireBatchSize(count: number): void {
  if (count >= 1 && count <= 100_000) return;
  throw new StoreError(16, `Write batch sizes must be between 1 and 100000. Got ${count} operations.`);
}

function prepare(
  documents: readonly Buffer[],
  ordered: boolean,
  errors: WriteError[],
  { newObjectId }: CommandContext,
): Prepared[] {
  const prepared: Prepared[] = [];
  for (const [index, document] of documents.entries()) {
    try {
      if (document.length > MAX_DOCUMENT_BYTES) {
        throw new StoreError(
          10334,
          `object to insert too large. size in bytes: ${document.length}, max size: ${MAX_DOCUMENT_BYTES}`,
        );
      }
      prepared.push({ index, bytes: withIdFirst(document, newObjectId) });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      errors.push({ index, error });
      if (ordered) break;
    }
  }
  return prepared;
}

function* groupsOf(prepared: readonly Prepared[]): Generator<readonly Prepared[]> {
  let group: Prepared[] = [];
  let bytes = 0;
  for (const each of prepared) {
    if (group.length === MAX_GROUP || (group.length > 0 && bytes + each.bytes.length > MAX_GROUP_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(each);
    bytes += each.bytes.length;
  }
  if (group.length > 0) yield group;
}
