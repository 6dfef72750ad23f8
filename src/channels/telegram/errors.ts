import { SendError, type SendFailureReason } from '../../core/errors.js';
import { ApiFailure } from './api-failure.js';

const MS_PER_SECOND = 1000;
/** When Telegram says "too many requests" without saying for how long. */
const DEFAULT_RETRY_AFTER_MS = 5 * MS_PER_SECOND;

interface Rule {
  readonly from: number;
  readonly to: number;
  /** Only when the description says so; absent = whatever it says. */
  readonly description?: RegExp;
  readonly reason: SendFailureReason;
  readonly ambiguous?: boolean;
}

/** What each answer of the Bot API means for the message; the first that fits counts. */
const RULES: readonly Rule[] = [
  { from: 401, to: 401, reason: 'misconfigured' }, // the token was revoked
  { from: 404, to: 404, reason: 'misconfigured' }, // the token is no token, or the API root is no Bot API
  { from: 403, to: 403, reason: 'blocked' },
  {
    from: 400,
    to: 400,
    description: /chat not found|user not found|peer_id_invalid|deactivated|have no rights|not enough rights/i,
    reason: 'blocked',
  },
  { from: 429, to: 429, reason: 'throttled' },
  { from: 400, to: 499, reason: 'rejected' },
  { from: 504, to: 504, reason: 'unreachable', ambiguous: true }, // a gateway gave up waiting for one that may have sent
  { from: 500, to: 599, reason: 'unreachable' },
];

/** A picture longer than twenty times its width, or one that can't be redrawn there. */
const BY_PICTURE = /PHOTO_|IMAGE_PROCESS|VIDEO_/i;
const BY_KEYBOARD = /BUTTON_|REPLY_MARKUP|reply markup|inline keyboard|keyboard button|can't parse entities/i;

/**
 * Total: whatever a send threw, as the sender understands it. Carries neither token nor text.
 *
 * @param isBusy the bot is sending so much that "too many requests" means all of it
 */
export function toSendError(cause: unknown, isBusy = false): SendError {
  if (cause instanceof SendError) return cause;
  if (!(cause instanceof ApiFailure))
    return new SendError('unreachable', 'the send failed in an unknown way', { cause, ambiguous: true });
  const { code, message, transport } = cause;
  if (code === undefined) return new SendError('unreachable', message, { cause, ambiguous: transport === 'cut' });
  const rule = RULES.find((each) => code >= each.from && code <= each.to && (each.description?.test(message) ?? true));
  if (!rule) return new SendError('unreachable', message, { cause });
  if (rule.reason !== 'throttled')
    return new SendError(rule.reason, message, { cause, ambiguous: rule.ambiguous ?? false });
  const retryAfterMs = cause.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS;
  return new SendError('throttled', message, { cause, retryAfterMs, ...(isBusy ? { scope: 'lane' } : {}) });
}

/** True when the same file would have been accepted as a document, which Telegram takes as it is. */
export function isByPicture(error: unknown): boolean {
  return error instanceof ApiFailure && error.code === 400 && BY_PICTURE.test(error.message);
}

/** True when the same text without its keyboard would have been accepted: its options are in the text as numbers too. */
export function isByKeyboard(error: unknown): boolean {
  return error instanceof ApiFailure && error.code === 400 && BY_KEYBOARD.test(error.message);
}
