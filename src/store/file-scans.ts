import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { type ScanFile, ScannerAway, type Verdict } from './clamd.js';

/** New files don't wait for a scanner that was just away: the sweep asks it. */
const REST_MS = 30_000;
/** In a row, before a sweep is given up: one file alone may take the scanner too long. */
const MANY_FAILURES = 3;

export interface FileScans<T> {
  /** Of a file just kept; undefined when there is no verdict yet. */
  now(file: T): Promise<Verdict | undefined>;
  /** Of those that wait, one after another. @returns how many have a verdict now */
  waiting(files: AsyncIterable<T>): Promise<number>;
}

/**
 * When to ask the scanner, and what becomes of its verdict. A file without one is held back until the sweep gets it.
 *
 * @param note makes the verdict durable
 */
export function createFileScans<T>(deps: {
  readonly scan: ScanFile;
  readonly contentOf: (file: T) => AsyncIterable<Buffer>;
  readonly note: (file: T, verdict: Verdict) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
}): FileScans<T> {
  const { clock, log } = deps;
  let awayAtMs: number | undefined;

  const scan = async (file: T): Promise<Verdict | 'away' | undefined> => {
    try {
      const verdict = await deps.scan(deps.contentOf(file));
      awayAtMs = undefined;
      return verdict;
    } catch (error) {
      if (!(error instanceof ScannerAway)) {
        log.error({ err: error }, 'file could not be scanned, is held back');
        return undefined;
      }
      if (awayAtMs === undefined) log.error({ err: error }, 'virus scanner is away, files are held back');
      awayAtMs = clock.monotonicMs();
      return 'away';
    }
  };

  const judge = async (file: T): Promise<Verdict | 'away' | undefined> => {
    const verdict = await scan(file);
    if (verdict === undefined || verdict === 'away') return verdict;
    await deps.note(file, verdict);
    if (verdict === 'infected') log.warn({}, 'harmful file was put into quarantine');
    return verdict;
  };

  return {
    async now(file) {
      if (awayAtMs !== undefined && clock.monotonicMs() - awayAtMs < REST_MS) return undefined;
      const verdict = await judge(file);
      return verdict === 'away' ? undefined : verdict;
    },
    async waiting(files) {
      let done = 0;
      let failures = 0;
      for await (const file of files) {
        const verdict = await judge(file);
        failures = verdict === 'away' ? failures + 1 : 0;
        if (failures >= MANY_FAILURES) break;
        if (failures === 0 && verdict !== undefined) done += 1;
      }
      return done;
    },
  };
}
