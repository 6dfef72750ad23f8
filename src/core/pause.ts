import type { Clock } from './clock.js';

/** Resolves after `delayMs`, or at once when aborted. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** However small the draw, so that a lucky one doesn't hammer who is in trouble. */
const LEAST_SHARE = 0.05;

/**
 * The pause before try number `failures` + 1: full jitter under a cap that doubles up to `maxMs`, so that many who
 * failed together come back spread over the whole of it.
 *
 * @param random 0 (included) to 1
 */
export function backoffMs(failures: number, firstMs: number, maxMs: number, random: number): number {
  const capMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 20), maxMs);
  return capMs * Math.max(random, LEAST_SHARE);
}
