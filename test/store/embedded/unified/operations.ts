import type { AnyBulkWriteOperation, Collection, Db, Document } from 'mongodb';

/** Arguments of an operation: its own and the driver's options in one document. */
type Arguments = Record<string, unknown>;

/** An operation this runner has no driver call for. */
export class UnknownOperationError extends Error {
  override readonly name = 'UnknownOperationError';
}

const without = (from: Arguments, ...names: string[]): Arguments =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));

const doc = (value: unknown): Document => value as Document; // the test files hold documents in these places

function updateResult(result: Document): Document {
  const { matchedCount, modifiedCount, upsertedCount, upsertedId } = result;
  return { matchedCount, modifiedCount, upsertedCount, ...(upsertedId !== null && { upsertedId }) };
}

/** Runs one operation of a unified test on a collection and gives its result in the format's terms. */
export async function runOnCollection(collection: Collection, name: string, args: Arguments): Promise<unknown> {
  const filter = doc(args['filter'] ?? {});
  const options = without(
    args,
    'filter',
    'update',
    'replacement',
    'document',
    'documents',
    'pipeline',
    'fieldName',
    'requests',
    'session',
  );
  switch (name) {
    case 'insertOne': {
      const { insertedId } = await collection.insertOne(doc(args['document']), options);
      return { insertedId };
    }
    case 'insertMany': {
      const { insertedCount, insertedIds } = await collection.insertMany(args['documents'] as Document[], options);
      return { insertedCount, insertedIds };
    }
    case 'find':
      return collection.find(filter, options).toArray();
    case 'findOne':
      return collection.findOne(filter, options);
    case 'updateOne':
      return updateResult(await collection.updateOne(filter, doc(args['update']), options));
    case 'updateMany':
      return updateResult(await collection.updateMany(filter, doc(args['update']), options));
    case 'replaceOne':
      return updateResult(await collection.replaceOne(filter, doc(args['replacement']), options));
    case 'deleteOne':
      return { deletedCount: (await collection.deleteOne(filter, options)).deletedCount };
    case 'deleteMany':
      return { deletedCount: (await collection.deleteMany(filter, options)).deletedCount };
    case 'findOneAndUpdate':
      return collection.findOneAndUpdate(filter, doc(args['update']), returning(options));
    case 'findOneAndReplace':
      return collection.findOneAndReplace(filter, doc(args['replacement']), returning(options));
    case 'findOneAndDelete':
      return collection.findOneAndDelete(filter, options);
    case 'bulkWrite':
      return bulkResult(await collection.bulkWrite(args['requests'] as AnyBulkWriteOperation[], options));
    case 'aggregate':
      return collection.aggregate(args['pipeline'] as Document[], options).toArray();
    case 'countDocuments':
      return collection.countDocuments(filter, options);
    case 'estimatedDocumentCount':
      return collection.estimatedDocumentCount(options);
    case 'distinct':
      return collection.distinct(String(args['fieldName']), filter, options);
    default:
      throw new UnknownOperationError(`collection operation ${name}`);
  }
}

export async function runOnDatabase(db: Db, name: string, args: Arguments): Promise<unknown> {
  if (name === 'aggregate') return db.aggregate(args['pipeline'] as Document[], without(args, 'pipeline')).toArray();
  if (name === 'runCommand') return db.command(doc(args['command']));
  throw new UnknownOperationError(`database operation ${name}`);
}

function returning(options: Arguments): Arguments {
  return { ...options, returnDocument: String(options['returnDocument'] ?? 'Before').toLowerCase() };
}

function bulkResult(result: Document): Document {
  const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds, insertedIds } = result;
  return { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds, insertedIds };
}
