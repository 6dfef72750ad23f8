import { readFile } from 'node:fs/promises';
import { EJSON } from 'bson';
import { type Collection, type Db, type Document, MongoClient, MongoServerError } from 'mongodb';
import { mismatch } from './matching.js';
import { runOnCollection, runOnDatabase, UnknownOperationError } from './operations.js';

export type Verdict =
  | { readonly kind: 'passed' }
  /** The test asks for another server than a standalone 7.0, or for a feature of the driver alone. */
  | { readonly kind: 'not_applicable'; readonly why: string }
  /** The server said, with a code, that it can't do this. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'wrong'; readonly why: string };

export interface TestResult {
  readonly name: string;
  readonly verdict: Verdict;
}

interface Requirement {
  readonly minServerVersion?: string;
  readonly maxServerVersion?: string;
  readonly topologies?: readonly string[];
  readonly serverless?: string;
  readonly auth?: boolean;
}

interface Operation {
  readonly name: string;
  readonly object: string;
  readonly arguments?: Record<string, unknown>;
  readonly expectResult?: unknown;
  readonly expectError?: {
    isError?: boolean;
    isClientError?: boolean;
    errorCode?: number;
    errorContains?: string;
    expectResult?: unknown;
  };
  readonly ignoreResultAndError?: boolean;
}

interface CollectionData {
  readonly databaseName: string;
  readonly collectionName: string;
  readonly documents: readonly Document[];
}

interface UnifiedFile {
  readonly description: string;
  readonly runOnRequirements?: readonly Requirement[];
  readonly createEntities?: readonly Record<string, Record<string, unknown>>[];
  readonly initialData?: readonly CollectionData[];
  readonly tests: readonly {
    readonly description: string;
    readonly skipReason?: string;
    readonly runOnRequirements?: readonly Requirement[];
    readonly operations: readonly Operation[];
    readonly outcome?: readonly CollectionData[];
  }[];
}

/** Runs every test of one unified-format JSON file against a server; events are not looked at. */
export async function runFile(path: string, uri: string): Promise<TestResult[]> {
  const file = EJSON.parse(await readFile(path, 'utf8'), { relaxed: true }) as UnifiedFile;
  const results: TestResult[] = [];
  for (const test of file.tests) {
    const name = `${file.description}: ${test.description}`;
    const requirements = [file.runOnRequirements, test.runOnRequirements];
    if (test.skipReason) results.push({ name, verdict: { kind: 'not_applicable', why: test.skipReason } });
    else if (!requirements.every(isMet)) {
      results.push({ name, verdict: { kind: 'not_applicable', why: 'needs another server' } });
    } else results.push({ name, verdict: await runTest(file, test, uri) });
  }
  return results;
}

function isMet(requirements: readonly Requirement[] | undefined): boolean {
  if (!requirements) return true;
  return requirements.some(
    ({ minServerVersion, maxServerVersion, topologies, serverless, auth }) =>
      (!minServerVersion || major(minServerVersion) <= 7) &&
      (!maxServerVersion || major(maxServerVersion) >= 7) &&
      (!topologies || topologies.includes('single')) &&
      serverless !== 'require' &&
      auth !== true,
  );
}

const major = (version: string) => Number(version.split('.')[0]);

async function runTest(file: UnifiedFile, test: UnifiedFile['tests'][number], uri: string): Promise<Verdict> {
  const client = await new MongoClient(uri).connect();
  const clients: MongoClient[] = [client];
  try {
    for (const data of file.initialData ?? []) await fill(client, data);
    const entities = await createEntities(file, uri, clients);
    for (const operation of test.operations) {
      const verdict = await runOperation(operation, entities);
      if (verdict) return verdict;
    }
    for (const { databaseName, collectionName, documents } of test.outcome ?? []) {
      const actual = await client.db(databaseName).collection(collectionName).find().sort({ _id: 1 }).toArray();
      const found = mismatch(documents, actual, `${collectionName} afterwards`, false);
      if (found) return { kind: 'wrong', why: found };
    }
    return { kind: 'passed' };
  } finally {
    for (const each of clients) await each.close();
  }
}

async function fill(client: MongoClient, { databaseName, collectionName, documents }: CollectionData): Promise<void> {
  const db = client.db(databaseName);
  await db.collection(collectionName).drop();
  await db.createCollection(collectionName);
  if (documents.length > 0) await db.collection(collectionName).insertMany([...documents]);
}

type Entities = Map<string, Db | Collection | MongoClient>;

async function createEntities(file: UnifiedFile, uri: string, clients: MongoClient[]): Promise<Entities> {
  const entities: Entities = new Map();
  for (const entity of file.createEntities ?? []) {
    for (const [kind, spec] of Object.entries(entity)) {
      const id = String(spec['id']);
      if (kind === 'client') {
        const client = await new MongoClient(uri, (spec['uriOptions'] ?? {}) as object).connect();
        clients.push(client);
        entities.set(id, client);
      } else if (kind === 'database') {
        const client = entities.get(String(spec['client'])) as MongoClient;
        entities.set(id, client.db(String(spec['databaseName']), optionsOf(spec['databaseOptions'])));
      } else if (kind === 'collection') {
        const db = entities.get(String(spec['database'])) as Db;
        entities.set(id, db.collection(String(spec['collectionName']), optionsOf(spec['collectionOptions'])));
      }
    }
  }
  return entities;
}

function optionsOf(options: unknown): Record<string, unknown> {
  const { readConcern, writeConcern, ...rest } = (options ?? {}) as Record<string, unknown>;
  return {
    ...rest,
    ...(readConcern !== undefined && { readConcern }),
    ...(writeConcern !== undefined && { writeConcern }),
  };
}

async function runOperation(operation: Operation, entities: Entities): Promise<Verdict | undefined> {
  const { expectError, expectResult } = operation;
  const target = entities.get(operation.object);
  let result: unknown;
  try {
    result = await call(operation, target);
  } catch (error) {
    return operation.ignoreResultAndError ? undefined : judgeError(error, operation);
  }
  if (operation.ignoreResultAndError) return undefined;
  if (expectError) return { kind: 'wrong', why: `${operation.name} gave no error` };
  if (!('expectResult' in operation)) return undefined;
  const found = mismatch(expectResult, result ?? undefined, 'result', true);
  const both = expectResult === null && (result === null || result === undefined);
  return found && !both ? { kind: 'wrong', why: `${operation.name}: ${found}` } : undefined;
}

function call(operation: Operation, target: Db | Collection | MongoClient | undefined): Promise<unknown> {
  const args = operation.arguments ?? {};
  if (target && 'collectionName' in target) return runOnCollection(target, operation.name, args);
  if (target && 'databaseName' in target) return runOnDatabase(target as Db, operation.name, args);
  return Promise.reject(new UnknownOperationError(`${operation.name} on ${operation.object}`));
}

/** Codes by which this store says that something is outside its subset. */
const REFUSALS = new Set([2, 9, 59, 72, 115, 168, 40324, 15952, 51091, 67, 197]);

function judgeError(error: unknown, { name, expectError }: Operation): Verdict | undefined {
  if (error instanceof UnknownOperationError) return { kind: 'not_applicable', why: error.message };
  const isServer = error instanceof MongoServerError;
  const code = isServer ? Number(error.code) : undefined;
  const text = error instanceof Error ? error.message : String(error);
  if (!expectError) {
    return {
      kind: code !== undefined && REFUSALS.has(code) ? 'refused' : 'wrong',
      why: `${name}: ${code ?? ''} ${text}`,
    };
  }
  if (expectError.isClientError === true && isServer) return { kind: 'wrong', why: `${name}: a server error` };
  if (expectError.isClientError === false && !isServer)
    return { kind: 'wrong', why: `${name}: a client error: ${text}` };
  if (expectError.errorCode !== undefined && expectError.errorCode !== code) {
    return { kind: 'wrong', why: `${name}: code ${code} instead of ${expectError.errorCode}` };
  }
  const wanted = expectError.errorContains;
  if (wanted && !text.toLowerCase().includes(wanted.toLowerCase())) {
    return { kind: 'wrong', why: `${name}: "${text}" does not contain "${wanted}"` };
  }
  if (expectError.expectResult === undefined) return undefined;
  const partial = isServer && 'result' in error ? (error['result'] as Document) : {};
  const found = mismatch(expectError.expectResult, flatten(partial));
  return found ? { kind: 'wrong', why: `${name}: ${found}` } : undefined;
}

function flatten(result: Document): Document {
  const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds } = result;
  return { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds };
}
