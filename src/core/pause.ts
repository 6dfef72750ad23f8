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

/** The pause before try number `failures` + 1: doubles up to `maxMs`, with full jitter so that many don't come back at once. */
export function backoffMs(failures: number, firstMs: number, maxMs: number, random: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures - 1, 20), maxMs) * (0.5 + random / 2);
}
