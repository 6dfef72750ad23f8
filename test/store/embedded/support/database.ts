import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { systemClock } from '../../../../src/core/clock.js';
import { createLog } from '../../../../src/core/log.js';
import { uriOfSocket } from '../../../../src/store/embedded/address.js';
import { type StoreService, startStoreService } from '../../../../src/store/embedded/service.js';

/** A database that no other test uses, on whatever server the tests run against. */
export interface TestDatabase {
  readonly client: MongoClient;
  readonly db: Db;
  readonly uri: string;
  /** The embedded store in this process; undefined on a MongoDB named by MONGODB_URI. */
  readonly service: StoreService | undefined;
  close(): Promise<void>;
}

export const silentLog = createLog('silent');

/** A folder under the system's temporary one, short enough for a socket path. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ks-'));
}

/** Opens a database for tests that any MongoDB must pass: on MONGODB_URI, or on an embedded store made for it. */
export async function openTestDatabase(options: MongoClientOptions = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const given = process.env['MONGODB_URI'];
  if (given) {
    const client = await new MongoClient(given, options).connect();
    const db = client.db(name);
    const close = async () => {
      await db.dropDatabase();
      await client.close();
    };
    return { client, db, uri: given, service: undefined, close };
  }
  const embedded = await openEmbedded({}, options);
  return { ...embedded, db: embedded.client.db(name) };
}

/** Opens an embedded store in this process, whatever MONGODB_URI says. */
export async function openEmbedded(
  parts: { folder?: string; fault?: () => void } = {},
  options: MongoClientOptions = {},
): Promise<TestDatabase & { service: StoreService; folder: string }> {
  const folder = parts.folder ?? (await temporaryFolder());
  const socketPath = join(folder, 'store.sock');
  const uri = uriOfSocket(socketPath);
  const { fault } = parts;
  const service = await startStoreService({
    folder,
    address: { socketPath },
    uri,
    clock: systemClock,
    log: silentLog,
    lockWaitMs: 0,
    ...(fault && { fault }),
  });
  const client = await new MongoClient(uri, { serverSelectionTimeoutMS: 5000, ...options }).connect();
  const close = async () => {
    await client.close();
    await service.close();
    if (!parts.folder) await rm(folder, { recursive: true, force: true });
  };
  return { client, db: client.db('test'), uri, service, folder, close };
}
