import { chmod, mkdir, rm } from 'node:fs/promises';
import { ObjectId } from 'bson';
import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { CommandContext } from './commands/context.js';
import { dispatch } from './commands/dispatch.js';
import { Cursors } from './cursors.js';
import { lockFolder } from './lock.js';
import { Store } from './storage/store.js';
import { expireDue, TTL_INTERVAL_MS } from './storage/ttl.js';
import { WireServer } from './wire/server.js';

export interface StoreServiceOptions {
  readonly folder: string;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long to wait for a predecessor that is ending. */
  readonly lockWaitMs: number;
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
  const { folder, socketPath, clock, log, lockWaitMs, fault } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const unlock = await lockFolder(folder, socketPath, lockWaitMs);
  try {
    const store = await Store.open({ folder, monotonicMs: clock.monotonicMs, ...(fault && { fault }) });
    const context: CommandContext = {
      store,
      cursors: new Cursors(clock.monotonicMs),
      clock,
      now: clock.now,
      monotonicMs: clock.monotonicMs,
      processId: Buffer.from(new ObjectId().id),
      newObjectId: () => Buffer.from(new ObjectId().id),
    };
    const server = new WireServer((request, closed) => dispatch(request, closed, context, log), log);
    // a socket left by a process that was killed; the lock says that it is nobody's
    await rm(socketPath, { force: true });
    await server.listen(socketPath);
    await chmod(socketPath, 0o600);
    const stopExpiring = expireRegularly(store, clock, log);
    return {
      context,
      async close() {
        stopExpiring();
        await server.close();
        await store.close();
        await rm(socketPath, { force: true });
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function expireRegularly(store: Store, clock: Clock, log: Logger): () => void {
  let stopped = false;
  let cancel: () => void = () => undefined;
  const schedule = () => {
    if (stopped) return;
    cancel = clock.after(TTL_INTERVAL_MS, () => {
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
