import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMAT_VERSION } from './catalog.js';
import { exists, syncFile, syncFolder } from './files.js';
import { Store } from './store.js';
import { DATA_FILE } from './tables.js';
import { type Verification, verifyStore } from './verify.js';

const MANIFEST = 'backup.json';
/** Tells the application that its data has gone back in time, until it has reconciled. */
const MARKER = 'restored.json';

/** What a backup says of itself. Times are ISO 8601. */
export interface BackupManifest {
  readonly format: number;
  readonly madeAt: string;
  readonly collections: number;
  readonly documents: number;
}

export interface RestoreMarker {
  /** State of the data: that of the backup. */
  readonly backupMadeAt: string;
  readonly restoredAt: string;
}

/** A backup or a folder that can't be used; the message says why. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/**
 * Copies a running store into an empty or new folder as of one instant, while reads and writes go on, and checks the
 * copy by reading all of it.
 *
 * @throws {BackupError} when the folder already holds data, or the copy is not whole
 */
export async function backupStore(store: Store, folder: string, now: Date): Promise<BackupManifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (await exists(join(folder, DATA_FILE)))
    throw new BackupError(`${folder} already holds a database; choose a new folder`);
  const draft = join(folder, `draft-${randomBytes(4).toString('hex')}`);
  await mkdir(draft, { mode: 0o700 });
  try {
    await store.tables.root.backup(draft, true);
    await syncFile(join(draft, DATA_FILE));
    const { collections, documents } = await verifyFolder(draft);
    const manifest = { format: FORMAT_VERSION, madeAt: now.toISOString(), collections, documents };
    await rename(join(draft, DATA_FILE), join(folder, DATA_FILE));
    // written last: a folder without it is no backup
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await syncFile(join(folder, MANIFEST));
    await syncFolder(folder);
    return manifest;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Puts a backup in the place of a store's data; the caller holds the folder locked. What was there is kept beside it.
 *
 * @returns the manifest, and where the former data is now
 * @throws {BackupError} before anything is touched, when the backup is incomplete or damaged
 */
export async function restoreInto(
  folder: string,
  backup: string,
  now: Date,
): Promise<{ manifest: BackupManifest; formerData: string | undefined }> {
  const manifest = await readManifest(backup);
  const draft = join(folder, `restore-${randomBytes(4).toString('hex')}`);
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    await copyFile(join(backup, DATA_FILE), join(draft, DATA_FILE), constants.COPYFILE_EXCL);
    await syncFile(join(draft, DATA_FILE));
    const { documents } = await verifyFolder(draft);
    if (documents !== manifest.documents) {
      throw new BackupError(`${backup} holds ${documents} documents, its manifest says ${manifest.documents}`);
    }
    const marker: RestoreMarker = { backupMadeAt: manifest.madeAt, restoredAt: now.toISOString() };
    await writeFile(join(folder, MARKER), `${JSON.stringify(marker)}\n`, { mode: 0o600 });
    await syncFile(join(folder, MARKER));
    const formerData = await moveAside(folder, now);
    await rename(join(draft, DATA_FILE), join(folder, DATA_FILE));
    await syncFolder(folder);
    return { manifest, formerData };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The restore the application has not reconciled yet, if there is one. */
export async function readRestoreMarker(folder: string): Promise<RestoreMarker | undefined> {
  const content = await readFile(join(folder, MARKER), 'utf8').catch(() => undefined);
  // written by restoreInto
  return content === undefined ? undefined : (JSON.parse(content) as RestoreMarker);
}

/** To be called when the application has reconciled; until then each start finds the marker again. */
export async function clearRestoreMarker(folder: string): Promise<void> {
  await rm(join(folder, MARKER), { force: true });
}

async function readManifest(backup: string): Promise<BackupManifest> {
  const content = await readFile(join(backup, MANIFEST), 'utf8').catch(() => {
    throw new BackupError(`${backup} is no finished backup: it has no ${MANIFEST}`);
  });
  // written by backupStore
  const manifest = JSON.parse(content) as BackupManifest;
  if (manifest.format !== FORMAT_VERSION) {
    throw new BackupError(`${backup} has format ${manifest.format}, this version reads ${FORMAT_VERSION}`);
  }
  return manifest;
}

/** @throws {BackupError} listing what is wrong with the data in a folder nobody uses */
async function verifyFolder(folder: string): Promise<Verification> {
  const store = Store.inspect({ folder, monotonicMs: () => performance.now() });
  try {
    const verification = await verifyStore(store);
    if (verification.faults.length > 0)
      throw new BackupError(`the copy is not whole: ${verification.faults.join('; ')}`);
    return verification;
  } finally {
    await store.close();
  }
}

async function moveAside(folder: string, now: Date): Promise<string | undefined> {
  const data = join(folder, DATA_FILE);
  if (!(await exists(data))) return undefined;
  const aside = join(folder, `${DATA_FILE}.before-restore-${now.toISOString().replace(/[:.]/g, '-')}`);
  await rename(data, aside);
  // belongs to the file that was there
  await rm(join(folder, 'lock.mdb'), { force: true });
  return aside;
}
