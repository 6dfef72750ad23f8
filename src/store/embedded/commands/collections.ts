import { toNumber } from '../bson/number.js';
import { asObject, fieldsOf, isNumber, type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { document, rawCount } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import type { Index } from '../index/index-spec.js';
import { type IndexRequest, parseIndex, writeSpec } from '../index/parse-index.js';
import { matches } from '../query/match.js';
import { parseFilter } from '../query/parse-filter.js';
import { ListSource } from '../query/source.js';
import type { Collection } from '../storage/catalog.js';
import { isIdIndex, requireName } from '../storage/store.js';
import type { Handler } from './context.js';
import { EVERYTHING, firstBatch } from './find.js';

const UNLIMITED = Number.MAX_SAFE_INTEGER;

export const create: Handler = async (command, { store }) => {
  // options that make another kind of collection are unknown fields here, and refused as such
  command.allow('autoIndexId', 'idIndex', 'storageEngine', 'indexOptionDefaults', 'capped');
  if (command.bool('capped')) throw new StoreError(72, 'capped collections are not supported by the embedded store');
  requireName(command.database, command.collectionName());
  // creating what is there with the same options is no error, and there are no options
  await store.ensure(command.database, command.collectionName());
  return () => undefined;
};

export const drop: Handler = async (command, { store, cursors }) => {
  command.allow();
  const collection = store.find(command.namespace());
  if (!collection) return () => undefined;
  const indexes = collection.indexes.length;
  await store.drop([collection]);
  cursors.killOf(collection.namespace);
  return (writer) => writer.int32('nIndexesWas', indexes).string('ns', collection.namespace);
};

export const dropDatabase: Handler = async (command, { store, cursors }) => {
  command.allow();
  const collections = [...store.catalog.collections.values()].filter((each) => each.database === command.database);
  if (collections.length > 0) await store.drop(collections);
  for (const { namespace } of collections) cursors.killOf(namespace);
  return (writer) => {
    if (collections.length > 0) writer.string('dropped', command.database);
  };
};

export const listCollections: Handler = (command, context) => {
  command.allow('filter', 'nameOnly', 'authorizedCollections', 'cursor');
  const filter = parseFilter(command.document('filter') ?? EVERYTHING);
  const nameOnly = command.bool('nameOnly');
  const documents = [...context.store.catalog.collections.values()]
    .filter((each) => each.database === command.database)
    .map((each) => describeCollection(each, nameOnly))
    .filter((each) => matches(filter, each));
  const namespace = `${command.database}.$cmd.listCollections`;
  return firstBatch(
    context,
    namespace,
    new ListSource(documents),
    batchSizeOf(command.document('cursor')),
    false,
    () => undefined,
  );
};

function describeCollection(collection: Collection, nameOnly: boolean): Buffer {
  return document((writer) => {
    writer.string('name', collection.name).string('type', 'collection');
    if (nameOnly) return;
    writer.beginObject('options').end().beginObject('info').bool('readOnly', false).end();
    const [id] = collection.indexes;
    if (id) writer.document('idIndex', id.spec);
  });
}

export function batchSizeOf(cursor: RawValue | undefined): number {
  const size = cursor && fieldsOf(cursor).find(([name]) => name === 'batchSize')?.[1];
  return size && isNumber(size.type) ? toNumber(size) : UNLIMITED;
}

export const listDatabases: Handler = (command, { store }) => {
  command.allow('filter', 'nameOnly', 'authorizedDatabases');
  const filter = parseFilter(command.document('filter') ?? EVERYTHING);
  const nameOnly = command.bool('nameOnly');
  const sizes = new Map<string, number>();
  for (const { database, sizeBytes } of store.catalog.collections.values()) {
    sizes.set(database, (sizes.get(database) ?? 0) + sizeBytes);
  }
  const databases = [...sizes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sizeBytes]) =>
      document((writer) => {
        writer.string('name', name);
        if (!nameOnly) writer.value('sizeOnDisk', rawCount(sizeBytes)).bool('empty', false);
      }),
    );
  return (writer) => {
    writer.beginArray('databases');
    for (const [position, each] of databases.filter((entry) => matches(filter, entry)).entries()) {
      writer.document(String(position), each);
    }
    writer.end();
    if (!nameOnly) writer.value('totalSize', rawCount([...sizes.values()].reduce((sum, size) => sum + size, 0)));
  };
};

export const createIndexes: Handler = async (command, { store }) => {
  command.allow('indexes', 'commitQuorum', 'ignoreUnknownIndexOptions');
  const specs = command.array('indexes') ?? [];
  if (specs.length === 0) throw new StoreError(2, 'Must specify at least one index to create');
  const requests = specs.map((spec) => {
    if (spec.type !== T.object) throw new StoreError(14, 'index specifications have to be documents');
    return parseIndex(asObject(Buffer.from(spec.bytes.subarray(spec.start, spec.end))));
  });
  const { collection, created } = await store.ensure(command.database, command.collectionName());
  const before = collection.indexes.length;
  const wanted = requests.filter((request, at) => {
    const twin = requests.slice(0, at).find(({ name }) => name === request.name);
    if (twin) requireSame(request, writeSpec(twin));
    return !twin && isNew(collection, request);
  });
  if (wanted.length > 0) await store.createIndexes(collection, wanted);
  return (writer) => {
    writer.int32('numIndexesBefore', before).int32('numIndexesAfter', collection.indexes.length);
    writer.bool('createdCollectionAutomatically', created);
    if (wanted.length === 0) writer.string('note', 'all indexes already exist');
  };
};

/**
 * Whether an index has to be built.
 *
 * @throws {StoreError} 86 for another index of that name, 85 for the same keys with another name or other options
 */
function isNew(collection: Collection, request: IndexRequest): boolean {
  const named = collection.indexes.find(({ name }) => name === request.name);
  if (named) {
    requireSame(request, named.spec);
    return false;
  }
  const alike = collection.indexes.find(
    (index) => sameKeys(index, request) && index.spec.length > 0 && samePartial(index, request),
  );
  if (!alike) return true;
  throw new StoreError(85, `Index already exists with a different name: ${alike.name}`);
}

function requireSame(request: IndexRequest, spec: Buffer): void {
  if (request.name === '_id_' || writeSpec(request).equals(spec)) return;
  throw new StoreError(
    86,
    `An existing index has the same name as the requested index but another specification: ${request.name}`,
  );
}

function sameKeys(index: Index, request: IndexRequest): boolean {
  return (
    index.fields.length === request.fields.length &&
    index.fields.every((field, at) => {
      const other = request.fields[at];
      return other?.path.text === field.path.text && other.descending === field.descending;
    })
  );
}

/** Indexes over the same keys may stand side by side if they hold different documents. */
function samePartial(index: Index, request: IndexRequest): boolean {
  const own = fieldsOf(asObject(index.spec)).find(([name]) => name === 'partialFilterExpression')?.[1];
  const other = request.partialExpression;
  if (!own || !other) return own === other;
  return own.bytes.subarray(own.start, own.end).equals(other.bytes.subarray(other.start, other.end));
}

export const listIndexes: Handler = (command, context) => {
  command.allow('cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo');
  const collection = context.store.get(command.namespace());
  const documents = collection.indexes.filter(({ ready }) => ready).map(({ spec }) => spec);
  const size = batchSizeOf(command.document('cursor'));
  return firstBatch(context, collection.namespace, new ListSource(documents), size, false, () => undefined);
};

export const dropIndexes: Handler = async (command, { store }) => {
  command.allow('index');
  const collection = store.get(command.namespace());
  const wanted = command.raw('index');
  const indexes = wanted ? chosenIndexes(collection, wanted) : [];
  const before = collection.indexes.length;
  if (indexes.length > 0) await store.dropIndexes(collection, indexes);
  return (writer) => writer.int32('nIndexesWas', before);
};

/** @throws {StoreError} 27 for one that isn't there, 72 for `_id_` */
function chosenIndexes(collection: Collection, wanted: RawValue): readonly Index[] {
  if (wanted.type === T.string && textOf(wanted) === '*')
    return collection.indexes.filter((index) => !isIdIndex(index));
  const names = wanted.type === T.array ? fieldsOf(wanted).map(([, name]) => name) : [wanted];
  return names.map((name) => {
    const index = collection.indexes.find((each) =>
      name.type === T.string ? each.name === textOf(name) : hasKey(each, name),
    );
    if (!index) throw new StoreError(27, 'index not found with the given name or key pattern');
    if (isIdIndex(index)) throw new StoreError(72, 'cannot drop _id index');
    return index;
  });
}

function hasKey(index: Index, key: RawValue): boolean {
  if (key.type !== T.object) throw new StoreError(14, 'index has to be a name or a key document');
  const fields = fieldsOf(key);
  return (
    fields.length === index.fields.length &&
    fields.every(([name, direction], at) => {
      const field = index.fields[at];
      return field?.path.text === name && toNumber(direction) < 0 === field.descending;
    })
  );
}
