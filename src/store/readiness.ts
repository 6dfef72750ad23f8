import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';

const FRESH_MS = 1000;

export interface Ready {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/**
 * Whether the service can do its work: only a store that takes a durable write can. That answer is at most a second
 * old, so that asking often costs nothing.
 *
 * @param others how the other parts are. None of them makes the service unready: a load balancer that took it out for a
 *   channel's trouble would take the other channels out with it
 */
export function createReadiness(
  db: Db,
  clock: Clock,
  others: () => Readonly<Record<string, string>> = () => ({}),
): () => Promise<Ready> {
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  let checking: Promise<Ready> | undefined;

  const check = async (): Promise<Ready> => {
    try {
      await db
        .collection<{ _id: string }>('counters')
        .updateOne({ _id: 'ready' }, { $set: { at: clock.now() } }, { upsert: true });
      return { ready: true, parts: { store: 'ok' } };
    } catch {
      return { ready: false, parts: { store: 'not writable' } };
    }
  };

  return async () => {
    const nowMs = clock.monotonicMs();
    if (!checking || nowMs - checkedAtMs > FRESH_MS) {
      checkedAtMs = nowMs;
      checking = check();
    }
    const { ready, parts } = await checking;
    return { ready, parts: { ...parts, ...others() } };
  };
}
