import { SendError, type WaitScope } from '../core/errors.js';
import { backoffMs } from '../core/pause.js';
import type { BubbleKind } from '../messages/message.js';

const MS_PER_SECOND = 1000;
const MINUTE_MS = 60 * MS_PER_SECOND;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_BACKOFF_MS = 5 * MINUTE_MS;

/** How long a message is worth sending, by kind: an old question confuses, an old status update still informs. */
export const MAX_AGE_MS: Readonly<Record<BubbleKind, number>> = {
  urgent: 60 * MINUTE_MS,
  prompt: 10 * MINUTE_MS,
  reply: DAY_MS,
  staff: 7 * DAY_MS,
  notice: 7 * DAY_MS,
  broadcast: DAY_MS,
};

/** Lower goes first when a lane has more to send than it may. */
export const PRIORITY: Readonly<Record<BubbleKind, number>> = {
  urgent: 0,
  prompt: 1,
  reply: 1,
  staff: 2,
  notice: 3,
  broadcast: 4,
};

/**
 * - `retry`: after `delayMs`; `scope` says who waits besides this message: its chat, all bulk, the whole lane
 * - `again`: the platform may or may not have it: once more, flagged
 * - `halt`: nothing on this account can be sent until a person acts; the message stays owed
 */
export type Verdict =
  | { readonly next: 'retry'; readonly delayMs: number; readonly scope?: WaitScope }
  | { readonly next: 'again'; readonly delayMs: number }
  | { readonly next: 'dead'; readonly reason: string }
  | { readonly next: 'halt'; readonly reason: string };

/** What a send that failed was, as far as the verdict depends on it. */
export interface FailedSend {
  readonly kind: BubbleKind;
  /** Sends made so far, this one included; 1 or more. */
  readonly attempt: number;
  /** True when it was sent once more after a doubt already. */
  readonly resent: boolean;
  readonly ageMs: number;
}

/**
 * Decides what happens to a message whose send failed. Full jitter: many that failed together don't return together.
 *
 * @param random 0 (included) to 1
 */
export function judgeFailure(error: unknown, failed: FailedSend, random: number): Verdict {
  const known =
    error instanceof SendError
      ? error
      : new SendError('unreachable', 'unknown failure', { cause: error, ambiguous: true });
  if (known.reason === 'misconfigured') return { next: 'halt', reason: known.reason };
  if (!known.retryable) return { next: 'dead', reason: known.code ? `${known.reason}:${known.code}` : known.reason };
  const pauseMs = backoffMs(failed.attempt + 1, MS_PER_SECOND, MAX_BACKOFF_MS, random);
  const delayMs = Math.max(pauseMs, known.retryAfterMs ?? 0);
  // after an ambiguous cut a third send could make three of one message, so the second is the last
  if (known.ambiguous)
    return failed.resent ? { next: 'dead', reason: 'unknown_after_resend' } : { next: 'again', delayMs };
  if (failed.ageMs + delayMs > MAX_AGE_MS[failed.kind]) return { next: 'dead', reason: 'too_old' };
  return { next: 'retry', delayMs, ...(known.reason === 'throttled' ? { scope: scopeOf(known, failed.kind) } : {}) };
}

/** Where the platform doesn't say whom it means: a throttled broadcast is about the account, a reply about its chat. */
function scopeOf(error: SendError, kind: BubbleKind): WaitScope {
  const isBulk = kind === 'notice' || kind === 'broadcast';
  return error.scope ?? (isBulk ? 'lane' : 'chat');
}
