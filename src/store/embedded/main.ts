import { createInterface } from 'node:readline';
import { systemClock } from '../../core/clock.js';
import { createLog } from '../../core/log.js';
import { parseUri } from './address.js';
import { FolderInUseError } from './lock.js';
import { startStoreService } from './service.js';

/** How long a predecessor that was cut off from its parent may take to finish. */
const LOCK_WAIT_MS = 5000;

/** What the parent reads from this process, one JSON line. */
export type StoreMessage =
  | { readonly ready: true }
  | { readonly inUse: true; readonly pid: number }
  | { readonly failed: string };

function tell(message: StoreMessage): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()));
}

/**
 * The store's process. Arguments: data folder, log level. The first line of its standard input is the uri to answer at:
 * it may hold a password, which arguments and environment would show to others. It ends when its standard input does,
 * which happens however the parent ends.
 */
async function main(): Promise<void> {
  // terminals and service managers send these to both; the service needs the store until its own last write, and ends
  // it by closing its input
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const [folder, level = 'info'] = process.argv.slice(2);
  const uri = await firstLine();
  const parsed = parseUri(uri);
  if (!folder || !parsed) throw new Error('usage: main FOLDER [LOG_LEVEL], and the uri as the first line of input');
  const log = createLog(level, { write: (line: string) => process.stderr.write(line) });
  const service = await startStoreService({
    folder,
    uri,
    ...parsed,
    clock: systemClock,
    log,
    lockWaitMs: LOCK_WAIT_MS,
  });
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'store did not close cleanly');
        process.exit(1);
      },
    );
  };
  process.stdin.on('end', end).on('error', end).resume();
  // the parent may have gone while this was starting
  if (process.stdin.readableEnded) end();
  else await tell({ ready: true });
}

function firstLine(): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin });
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
  });
}

main().catch(async (error: unknown) => {
  if (error instanceof FolderInUseError) await tell({ inUse: true, pid: error.holder.pid });
  else await tell({ failed: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
