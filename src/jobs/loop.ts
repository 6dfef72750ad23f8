import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';

/**
 * Runs `task` again and again, `everyMs` after the last run ended, never twice at once. A run that fails is logged and
 * doesn't end the loop.
 *
 * @returns a function that stops the loop and resolves when the run under way has ended
 */
export function startLoop(
  deps: { clock: Clock; log: Logger },
  name: string,
  everyMs: number,
  task: () => Promise<unknown>,
): () => Promise<void> {
  let stopped = false;
  let cancel: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();

  const next = () => {
    cancel = deps.clock.after(everyMs, () => {
      running = task()
        .then(() => undefined)
        .catch((error: unknown) => deps.log.warn({ job: name, err: error }, 'job failed, will run again'))
        .finally(() => {
          if (!stopped) next();
        });
    });
  };
  next();

  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
