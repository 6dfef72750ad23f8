import { SendError, type SendFailureReason } from '../../core/errors.js';
import type { FailureCode } from './wire.js';

const SECOND_MS = 1000;

/**
 * What the child said, or what became of it:
 * - `not_running`: there was no ready session to ask
 * - `timeout`: no answer in time
 * - `gone`: the process ended while it was asked
 */
export type SessionFailureCode = FailureCode | 'not_running' | 'timeout' | 'gone';

/** A call to the browser session that failed. Its message holds no words of anybody. */
export class SessionFailure extends Error {
  override readonly name = 'SessionFailure';

  constructor(
    readonly code: SessionFailureCode,
    message: string,
  ) {
    super(message);
  }
}

interface Rule {
  readonly reason: SendFailureReason;
  /** The message may have left although no answer came. */
  readonly ambiguous?: boolean;
  readonly retryAfterMs?: number;
}

/** While the session starts or waits for its QR, a try each few seconds is enough. */
const LATER: Rule = { reason: 'unreachable', retryAfterMs: 5 * SECOND_MS };
const DOUBT: Rule = { reason: 'unreachable', ambiguous: true };

const RULES: Readonly<Record<SessionFailureCode, Rule>> = {
  not_running: LATER,
  not_ready: LATER,
  unknown_chat: { reason: 'rejected' },
  refused: { reason: 'unreachable' },
  file: { reason: 'unreachable' },
  page: DOUBT,
  failed: DOUBT,
  timeout: DOUBT,
  gone: DOUBT,
};

/** Total: whatever a send threw, as the sender understands it. */
export function toSendError(cause: unknown): SendError {
  if (cause instanceof SendError) return cause;
  if (!(cause instanceof SessionFailure)) {
    return new SendError('unreachable', 'the send failed in an unknown way', { cause, ambiguous: true });
  }
  const { reason, ambiguous, retryAfterMs } = RULES[cause.code];
  return new SendError(reason, cause.message, {
    cause,
    code: cause.code,
    ...(ambiguous ? { ambiguous } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
