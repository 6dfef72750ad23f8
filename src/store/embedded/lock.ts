import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { targetOf } from './address.js';

const LOCK_NAME = 'store.lock';
const POLL_MS = 100;
/** A store that still answers after so many looks is in use, not on its way out. */
const LOOKS_AT_A_LIVE_ONE = 5;

export interface LockHolder {
  readonly pid: number;
  /** Tells the process from a later one with the same pid; empty where the system doesn't say. */
  readonly startedAt: string;
  /** Where its store answers. */
  readonly uri: string;
}

/** The folder belongs to a running process. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';

  constructor(
    readonly folder: string,
    readonly holder: LockHolder,
  ) {
    super(`the folder ${folder} is in use by process ${holder.pid}`);
  }
}

/**
 * Takes a folder for this process, as lmdb itself lets several processes write to one file.
 * A lock whose process is gone is taken over; one whose process is ending is waited for.
 *
 * @param waitMs how long to wait for a holder that no longer answers
 * @returns a function that gives the folder back
 * @throws {FolderInUseError}
 */
export async function lockFolder(folder: string, uri: string, waitMs: number): Promise<() => Promise<void>> {
  const path = join(folder, LOCK_NAME);
  const own = `${process.pid}\n${startOf(process.pid)}\n${uri}\n`;
  const draft = join(folder, `${LOCK_NAME}.${process.pid}.${randomBytes(4).toString('hex')}`);
  await writeFile(draft, own, { mode: 0o600 });
  try {
    let answered = 0;
    for (let waited = 0; ; waited += POLL_MS) {
      if (await tryLink(draft, path)) return () => release(path, own);
      const holder = await readHolder(folder);
      if (!holder || !isAlive(holder)) {
        await removeStale(path, holder);
        continue;
      }
      if (await answers(holder.uri)) answered++;
      if (answered >= LOOKS_AT_A_LIVE_ONE || waited >= waitMs) throw new FolderInUseError(folder, holder);
      await new Promise<void>((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** A link is made only if nothing is there: the one step that decides between two processes. */
async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a stale lock away; if another process was faster and the file moved is its fresh lock, puts that back. */
async function removeStale(path: string, stale: LockHolder | undefined): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = parseHolder(await readFile(aside, 'utf8'));
  if (moved && isAlive(moved) && moved.pid !== stale?.pid) await tryLink(aside, path);
  await rm(aside, { force: true });
}

async function release(path: string, own: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch(() => '');
  if (content === own) await rm(path, { force: true });
}

/** Who holds a folder, alive or not; undefined when nobody does. */
export async function readHolder(folder: string): Promise<LockHolder | undefined> {
  const content = await readFile(join(folder, LOCK_NAME), 'utf8').catch(() => '');
  return parseHolder(content);
}

function parseHolder(content: string): LockHolder | undefined {
  const [pid = '', startedAt = '', uri = ''] = content.split('\n');
  return /^\d+$/.test(pid) ? { pid: Number(pid), startedAt, uri } : undefined;
}

/** Whether the process that took the lock still runs; a pid given to another process meanwhile doesn't count. */
export function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const startedAt = startOf(holder.pid);
  return startedAt === '' || holder.startedAt === '' || startedAt === holder.startedAt;
}

/** When a process started, in whatever form the system gives it; empty if it doesn't. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // the name in parentheses may hold anything; the start is the 20th field behind it
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // a process that is only waiting to be reaped holds nothing any more
    return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? '');
  } catch {
    return startByPs(pid);
  }
}

function startByPs(pid: number): string {
  if (process.platform === 'linux') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Whether something accepts connections where a uri of {@link uriOfSocket} or {@link uriOfPort} points. */
export function answers(uri: string): Promise<boolean> {
  const target = targetOf(uri);
  if (!target) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = createConnection(target);
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
