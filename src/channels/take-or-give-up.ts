import type { Clock } from '../core/clock.js';
import { AppError, type ErrorCode } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { backoffMs, pause } from '../core/pause.js';
import type { InboundMessage } from '../messages/message.js';
import { asUnavailable } from '../store/connect.js';

/** What hangs is waited for so long; twice that is less than Telegram waits for a webhook's answer. */
const HANG_MS = 25_000;
const MAX_HANGS = 2;
const MAX_FAILURES = 5;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2000;
const MAX_REMEMBERED = 1000;
const NEVER = new AbortController().signal;

/** Nothing is wrong with the message: it can be taken in later, by this process or another. */
const FOR_LATER: ReadonlySet<ErrorCode> = new Set([
  'store.unavailable',
  'store.newer_schema',
  'flow.newer_version',
  'conversation.busy',
]);

/** True when the platform must keep the message and deliver it again, as the fault isn't the message's. */
export function isForLater(error: unknown): boolean {
  const known = asUnavailable(error);
  return known instanceof AppError && FOR_LATER.has(known.code);
}

export interface TakeOrGiveUpDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly lane: string;
  /** Resolves when the message is durable. */
  readonly receive: (message: InboundMessage) => Promise<unknown>;
  /**
   * What to do about the first hang: try on, or have the platform deliver it again, where that waits for no answer as
   * long as two hangs take. The next delivery is the second try then.
   */
  readonly onHang: 'try_on' | 'deliver_again';
}

/**
 * Takes a message in, and again when it fails or hangs, until it is clear that the fault is its own: 5 failures, or 2
 * hangs. Nobody else's message waits for it longer than that.
 *
 * @returns why it is to be given up, or undefined once it is durable
 * @throws {AppError} when it must be delivered again, see {@link isForLater}; nothing else
 */
export type TakeOrGiveUp = (message: InboundMessage, stopping?: AbortSignal) => Promise<'hung' | 'failed' | undefined>;

export function createTakeOrGiveUp(deps: TakeOrGiveUpDeps): TakeOrGiveUp {
  const { clock, log, lane, receive } = deps;
  /** By message, over deliveries; oldest first. */
  const hangs = new Map<string, number>();

  const noteHang = (key: string): number => {
    const count = (hangs.get(key) ?? 0) + 1;
    hangs.set(key, count);
    const [oldest] = hangs.keys();
    if (hangs.size > MAX_REMEMBERED && oldest !== undefined) hangs.delete(oldest);
    log.error({ lane, hangs: count }, 'message hung');
    return count;
  };

  return async (message, stopping = NEVER) => {
    const key = `${message.address.chatId} ${message.externalId}`;
    for (let failures = 0; ; ) {
      try {
        if ((await within(clock, HANG_MS, receive(message))) === 'done') return undefined;
        if (noteHang(key) >= MAX_HANGS) return 'hung';
        if (deps.onHang === 'deliver_again') throw new AppError('conversation.busy', 'The message hung');
      } catch (cause) {
        const error = asUnavailable(cause);
        if (isForLater(error)) throw error;
        failures += 1;
        log.error({ lane, failures, err: error }, 'message could not be taken in');
        if (failures >= MAX_FAILURES) return 'failed';
      }
      await pause(clock, backoffMs(Math.max(1, failures), FIRST_PAUSE_MS, MAX_PAUSE_MS, Math.random()), stopping);
      if (stopping.aborted) throw new AppError('conversation.busy', 'Stopped while trying again');
    }
  };
}

/** The work goes on when time is up: what it inserts late collides with what the next try inserted. */
async function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<'done' | 'hung'> {
  let cancel: () => void = () => undefined;
  const limit = new Promise<'hung'>((resolve) => {
    cancel = clock.after(limitMs, () => resolve('hung'));
  });
  try {
    return await Promise.race([work.then(() => 'done' as const), limit]);
  } finally {
    cancel();
  }
}
