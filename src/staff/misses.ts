import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import type { Alerts } from './alerts.js';
import type { Audit } from './audit.js';

/** A list that has grown old on the screen brings a few; nobody comes to so many by working. */
const FREE = 60;
const REGAIN_MS = 10_000;
const TELL_AGAIN_MS = 10 * 60 * 1000;
const MAX_REMEMBERED = 5_000;

interface Walk {
  left: number;
  atMs: number;
  toldAtMs?: number;
}

/**
 * Slows down whoever asks for one number after the other to see which there are. What isn't there and what isn't
 * theirs count alike, as they are answered alike. In this process only: a brake, not a promise.
 */
export interface Misses {
  /**
   * Counts a look-up as missed until it is told to have been none.
   *
   * @returns to be called when something was found
   * @throws {AppError} `request.rate_limited` once too many were missed; noted in the audit log and told who oversees it
   */
  reserve(staffId: string): () => void;
}

export function createMisses(deps: {
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
}): Misses {
  const walks = new Map<string, Walk>();

  function walkOf(staffId: string, nowMs: number): Walk {
    const walk = walks.get(staffId) ?? { left: FREE, atMs: nowMs };
    walk.left = Math.min(FREE, walk.left + (nowMs - walk.atMs) / REGAIN_MS);
    walk.atMs = nowMs;
    // set again at the end: the map's order is then the order of last use
    walks.delete(staffId);
    walks.set(staffId, walk);
    const oldest = walks.keys().next();
    if (walks.size > MAX_REMEMBERED && !oldest.done) walks.delete(oldest.value);
    return walk;
  }

  async function tell(staffId: string): Promise<void> {
    const at = deps.clock.now();
    const what = 'numbers_tried';
    // each also when the other can't be kept
    await Promise.allSettled([
      deps.audit.append({ by: staffId, what: `staff.${what}`, details: { missed: FREE } }),
      deps.alerts.raise({ _id: `${what}:${staffId}:${at.getTime()}`, what, subject: staffId, at }),
    ]);
  }

  return {
    reserve(staffId) {
      const nowMs = deps.clock.monotonicMs();
      const walk = walkOf(staffId, nowMs);
      if (walk.left < 1) {
        const isNews = walk.toldAtMs === undefined || nowMs - walk.toldAtMs >= TELL_AGAIN_MS;
        if (isNews) {
          walk.toldAtMs = nowMs;
          void tell(staffId);
        }
        const retryAfterSeconds = Math.ceil(((1 - walk.left) * REGAIN_MS) / 1000);
        throw new AppError('request.rate_limited', 'Too many look-ups that found nothing', { retryAfterSeconds });
      }
      walk.left -= 1;
      return () => {
        walk.left = Math.min(FREE, walk.left + 1);
      };
    },
  };
}
