import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { AppError } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import { type CopiedCollection, copyTo } from './copy.js';
import { FolderInUseError, lockFolder } from './lock.js';
import { findRunningStore, startEmbeddedStore } from './start.js';
import { type BackupManifest, restoreInto } from './storage/backup.js';

/** No predecessor is waited for: restoring under a service that is still ending would be a mistake. */
const LOCK_WAIT_MS = 0;

/**
 * Backs the store of a folder up into a new folder, whether the service runs or not, and checks the copy.
 *
 * @throws {MongoServerError} 96 with the reason when the target holds data already or the copy is not whole
 */
export async function backup(options: { dataDir: string; target: string; log: Logger }): Promise<BackupManifest> {
  const running = await findRunningStore(options.dataDir);
  const own = running === undefined ? await startEmbeddedStore(options) : undefined;
  try {
    const client = await new MongoClient(running ?? own?.uri ?? '').connect();
    try {
      const reply = await client.db('admin').command({ embeddedBackup: resolve(options.target) });
      const { madeAt, collections, documents } = reply;
      return { format: 1, madeAt, collections, documents };
    } finally {
      await client.close();
    }
  } finally {
    await own?.stop();
  }
}

/**
 * Replaces a folder's data by a backup's. The former data stays beside it, and a marker tells the application to
 * reconcile at its next start (readRestoreMarker, clearRestoreMarker).
 *
 * @throws {AppError} `store.in_use` while the service runs
 * @throws {BackupError} for a backup that is incomplete or damaged; nothing was touched then
 */
export async function restore(options: {
  dataDir: string;
  source: string;
  now: Date;
}): Promise<{ manifest: BackupManifest; formerData: string | undefined }> {
  const folder = resolve(options.dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(folder, '', LOCK_WAIT_MS).catch((error: unknown) => {
    if (!(error instanceof FolderInUseError)) throw error;
    const { pid } = error.holder;
    throw new AppError('store.in_use', `Stop the service first: process ${pid} uses ${folder}`, { folder, pid });
  });
  try {
    return await restoreInto(folder, resolve(options.source), options.now);
  } finally {
    await unlock();
  }
}

/**
 * Copies the store of a folder into another MongoDB, see {@link copyTo}. The service must be stopped, so that nothing is
 * written meanwhile.
 *
 * @param options.to a MongoDB uri; never logged, as it may hold a password
 * @throws {AppError} `store.in_use` while the service runs
 * @throws {CopyMismatchError} when the copy is not equal to the original at the end
 */
export async function copyStore(options: {
  dataDir: string;
  to: string;
  log: Logger;
  onCollection?: (copied: CopiedCollection) => void;
}): Promise<readonly CopiedCollection[]> {
  const store = await startEmbeddedStore(options);
  const from = new MongoClient(store.uri);
  const to = new MongoClient(options.to);
  try {
    await Promise.all([from.connect(), to.connect()]);
    return await copyTo(from, to, options.onCollection);
  } finally {
    await Promise.all([from.close(), to.close()]);
    await store.stop();
  }
}
