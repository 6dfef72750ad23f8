import { readFileSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOCKS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];
const KILL_WAIT_MS = 5000;
const LOOK_EVERY_MS = 50;

/**
 * Makes a Chromium profile free to be opened: ends the browser of an earlier process that still holds it, and removes
 * the marks of one that is gone. Chromium itself refuses a profile that was last open under another host name, as every
 * recreated container has one.
 *
 * @param profileDir only this service opens it, and only its lane's holder
 */
export async function freeProfile(profileDir: string): Promise<void> {
  const pid = holderOf(profileDir);
  if (pid !== undefined && isBrowserOf(pid, profileDir)) {
    process.kill(pid, 'SIGKILL');
    for (let waitedMs = 0; waitedMs < KILL_WAIT_MS && isBrowserOf(pid, profileDir); waitedMs += LOOK_EVERY_MS) {
      await sleep(LOOK_EVERY_MS);
    }
  }
  await Promise.all(LOCKS.map((name) => rm(join(profileDir, name), { force: true })));
}

/** The lock is a link named `<host>-<pid>`. */
function holderOf(profileDir: string): number | undefined {
  try {
    const pid = Number(/-(\d+)$/.exec(readlinkSync(join(profileDir, 'SingletonLock')))?.[1]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The number may long be another program's: only a browser that names the profile is meant. */
function isBrowserOf(pid: number, profileDir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(`--user-data-dir=${profileDir}`);
  } catch {
    return false;
  }
}
