import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectId } from 'bson';
import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { CommandContext } from './commands/context.js';
import { dispatch } from './commands/dispatch.js';
import { Cursors } from './cursors.js';
import { lockFolder } from './lock.js';
import { exists, syncFolder } from './storage/files.js';
import { Store } from './storage/store.js';
import { DATA_FILE } from './storage/tables.js';
import { expireDue, TTL_INTERVAL_MS } from './storage/ttl.js';
import { type Credentials, verifierOf } from './wire/scram.js';
import { type Address, WireServer } from './wire/server.js';

export interface StoreServiceOptions {
  readonly folder: string;
  readonly address: Address;
  /** How clients reach the store; kept in the lock file for those that look for a running one. */
  readonly uri: string;
  /** Needed for a port, where the socket file's mode can't say who may connect. */
  readonly credentials?: Credentials;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long to wait for a predecessor that is ending. */
  readonly lockWaitMs: number;
  /** How often expired documents are looked for; as often as a server does if it isn't given. */
  readonly ttlIntervalMs?: number;
  /** For tests: called inside each transaction before it is committed, may throw. */
  readonly fault?: () => void;
}

export interface StoreService {
  readonly context: CommandContext;
  /** Answers what was asked, commits what is queued, gives the folder back. */
  close(): Promise<void>;
}

/** The whole store in this process: lock, data, listener. */
export async function startStoreService(options: StoreServiceOptions): Promise<StoreService> {
  const { folder, address, uri, credentials, clock, log, lockWaitMs, fault } = options;
  if ('port' in address && !credentials) throw new Error('a port needs credentials');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const unlock = await lockFolder(folder, uri, lockWaitMs);
  try {
    const isNew = !(await exists(join(folder, DATA_FILE)));
    const store = await Store.open({ folder, monotonicMs: clock.monotonicMs, ...(fault && { fault }) });
    // lmdb syncs the file it makes, not the folder's entry of it
    if (isNew) await syncFolder(folder);
    const context: CommandContext = {
      store,
      cursors: new Cursors(clock.monotonicMs),
      clock,
      now: clock.now,
      monotonicMs: clock.monotonicMs,
      verifier: credentials && verifierOf(credentials),
      processId: Buffer.from(new ObjectId().id),
      newObjectId: () => Buffer.from(new ObjectId().id),
    };
    const server = new WireServer((request, peer) => dispatch(request, peer, context, log), log);
    // a socket left by a process that was killed; the lock says that it is nobody's
    if ('socketPath' in address) await rm(address.socketPath, { force: true });
    await server.listen(address);
    if ('socketPath' in address) await chmod(address.socketPath, 0o600);
    const stopExpiring = expireRegularly(store, clock, log, options.ttlIntervalMs ?? TTL_INTERVAL_MS);
    return {
      context,
      async close() {
        stopExpiring();
        await server.close();
        await store.close();
        if ('socketPath' in address) await rm(address.socketPath, { force: true });
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function expireRegularly(store: Store, clock: Clock, log: Logger, intervalMs: number): () => void {
  let stopped = false;
  let cancel: () => void = () => undefined;
  const schedule = () => {
    if (stopped) return;
    cancel = clock.after(intervalMs, () => {
      expireDue(store, clock.now())
        .then((expired) => expired > 0 && log.debug({ expired }, 'expired documents deleted'))
        .catch((error: unknown) => stopped || log.error({ err: error }, 'deleting expired documents failed'))
        .finally(schedule);
    });
  };
  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}
