import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';

/** A store that answers later than this is taken for one that is away: callers answer 503, platforms deliver again. */
export const STORE_LIMIT_MS = 5000;

/**
 * Bounds work on the store in time. The driver can wait for ever on a socket that broke in the middle of a write, and
 * one such wait would hold up everything behind it.
 *
 * @throws {AppError} `store.unavailable` after `limitMs`; whether the work was done isn't known then
 */
export async function within<T>(clock: Clock, work: Promise<T>, limitMs = STORE_LIMIT_MS): Promise<T> {
  let cancel: () => void = () => undefined;
  const limit = new Promise<never>((_, reject) => {
    cancel = clock.after(limitMs, () => {
      reject(new AppError('store.unavailable', 'The database did not answer in time', { limitMs }));
    });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    cancel();
    work.catch(() => undefined); // it may fail long after nobody waits for it
  }
}
