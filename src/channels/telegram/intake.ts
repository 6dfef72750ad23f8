import type { Clock } from '../../core/clock.js';
import { AppError, type ErrorCode } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import { backoffMs, pause } from '../../core/pause.js';
import type { InboundMessage } from '../../messages/message.js';
import type { ReceiveMessage } from '../channel.js';
import { type Control, type ParseContext, parseUpdate } from './parse.js';

/** A handler that hangs is waited for so long; twice that is less than Telegram waits for a webhook's answer. */
const HANG_MS = 25_000;
const MAX_HANGS = 2;
const MAX_FAILURES = 5;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2000;

/** Nothing is wrong with the message: it can be taken in later, by this process or another. */
const FOR_LATER: ReadonlySet<ErrorCode> = new Set([
  'store.unavailable',
  'store.newer_schema',
  'flow.newer_version',
  'conversation.busy',
]);

export function isForLater(error: unknown): boolean {
  return error instanceof AppError && FOR_LATER.has(error.code);
}

export interface IntakeDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly context: () => Omit<ParseContext, 'receivedAt'>;
  readonly receive: ReceiveMessage;
  /** Keeps what can't be taken in, sealed, for a person to look at; resolves once that is durable. */
  readonly quarantine: (raw: string, reason: string) => Promise<void>;
  readonly obey: (control: Control) => Promise<void>;
  readonly answerTap: (tapId: string) => void;
}

/**
 * Takes one update in. Resolves once it may be confirmed: its turn is durable, or it is in quarantine, or nothing in it
 * concerns us.
 *
 * @param raw the update as text, for quarantine
 * @throws {AppError} when it must come again later, see {@link isForLater}; any other error means that not even
 *   quarantine took it
 */
export type TakeUpdate = (update: unknown, raw: () => string, signal: AbortSignal) => Promise<void>;

export function createIntake(deps: IntakeDeps): TakeUpdate {
  const { clock, log } = deps;

  return async (update, raw, signal) => {
    const parsed = parseUpdate(update, { ...deps.context(), receivedAt: clock.now() });
    switch (parsed.type) {
      case 'ignore':
        log.debug({ channel: 'telegram', reason: parsed.reason }, 'update ignored');
        return;
      case 'unreadable':
        log.error({ channel: 'telegram', reason: parsed.reason }, 'update could not be read');
        return deps.quarantine(raw(), parsed.reason);
      case 'control':
        return deps.obey(parsed.control);
      case 'inbound': {
        if (parsed.tapId !== undefined) deps.answerTap(parsed.tapId);
        const reason = await receiveOrGiveUp(deps, parsed.message, signal);
        if (reason === undefined) return;
        log.error({ channel: 'telegram', reason }, 'update given up');
        return deps.quarantine(raw(), reason);
      }
    }
  };
}

/** @returns why the message can't be taken in, or undefined once it was */
async function receiveOrGiveUp(
  { clock, log, receive }: IntakeDeps,
  message: InboundMessage,
  signal: AbortSignal,
): Promise<string | undefined> {
  let hangs = 0;
  for (let failures = 1; ; failures++) {
    try {
      if ((await within(clock, HANG_MS, receive(message))) === 'done') return undefined;
      hangs += 1;
      log.error({ channel: 'telegram', hangs }, 'message hung');
    } catch (error) {
      if (isForLater(error)) throw error;
      log.error({ channel: 'telegram', failures, err: error }, 'message could not be taken in');
    }
    if (hangs >= MAX_HANGS) return 'hung';
    if (failures >= MAX_FAILURES) return 'failed';
    await pause(clock, backoffMs(failures, FIRST_PAUSE_MS, MAX_PAUSE_MS, Math.random()), signal);
    if (signal.aborted) throw new AppError('conversation.busy', 'Stopped while trying again');
  }
}

/** The work goes on when time is up: what it inserts late collides with what the next try inserted. */
async function within(clock: Clock, limitMs: number, work: Promise<void>): Promise<'done' | 'hung'> {
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
