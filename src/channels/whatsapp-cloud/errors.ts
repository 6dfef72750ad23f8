import { SendError, type SendFailureReason, type WaitScope } from '../../core/errors.js';
import { GraphFailure } from './graph-failure.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** After the pair limit Meta asks for 4^n s, n from 0: 1, 4, 16, 64, and 256 from then on. */
const MAX_PAIR_EXPONENT = 4;

interface Rule {
  readonly reason: SendFailureReason;
  readonly retryAfterMs?: number;
  /** Who waits. */
  readonly scope?: WaitScope;
  /** A person must look at it. */
  readonly alert?: boolean;
}

const HALT: Rule = { reason: 'misconfigured', scope: 'lane', alert: true };
const PERMANENT: Rule = { reason: 'blocked' };
const REFUSED: Rule = { reason: 'rejected' };
/** Not this message's fault alone: others will fail like it. */
const REFUSED_ALERT: Rule = { reason: 'rejected', alert: true };
const TRANSIENT: Rule = { reason: 'unreachable' };
const QUOTA: Rule = { reason: 'throttled', retryAfterMs: 5 * MINUTE_MS, scope: 'lane' };

/** What each of Meta's codes means for the message. Source: Meta's error reference and the platform notes in docs. */
const RULES: ReadonlyMap<number, Rule> = new Map([
  // the account can't send until somebody acts
  [0, HALT],
  [3, HALT],
  [10, HALT],
  [33, HALT],
  [190, HALT],
  [368, HALT],
  [131005, HALT],
  [131031, HALT],
  [131037, HALT],
  [131042, HALT],
  [131045, HALT],
  [133005, HALT],
  [133006, HALT],
  [133010, HALT],
  // too fast
  [4, QUOTA],
  [80007, QUOTA],
  [130429, { reason: 'throttled', retryAfterMs: 2 * SECOND_MS, scope: 'lane' }],
  [131048, { reason: 'throttled', retryAfterMs: HOUR_MS, scope: 'bulk', alert: true }],
  [131056, { reason: 'throttled', scope: 'chat' }],
  [131057, { reason: 'throttled', retryAfterMs: MINUTE_MS, scope: 'lane' }],
  // this person can't be reached here
  [131026, PERMANENT],
  [131030, PERMANENT],
  [131050, PERMANENT],
  [130497, PERMANENT],
  // Meta won't deliver it, and asking again soon makes it worse
  [131049, REFUSED],
  [130472, REFUSED],
  [131047, REFUSED],
  // sends to user ids aren't open to this account: see "Who somebody is" in docs/whatsapp-cloud.md
  [131062, REFUSED_ALERT],
  // a template that isn't what flows/templates.yaml says
  [132000, REFUSED_ALERT],
  [132001, REFUSED_ALERT],
  [132005, REFUSED_ALERT],
  [132007, REFUSED_ALERT],
  [132012, REFUSED_ALERT],
  [132015, REFUSED_ALERT],
  [132016, REFUSED_ALERT],
  // Meta's own trouble
  [1, TRANSIENT],
  [2, TRANSIENT],
  [131000, TRANSIENT],
  [131016, TRANSIENT],
  [133004, TRANSIENT],
]);

/** Meta's name for "24 hours since the citizen's last message have passed". */
export const WINDOW_CLOSED_CODE = 131047;
const PAIR_LIMIT_CODE = 131056;
const PERMISSION_CODES = { from: 200, to: 299 };

function ruleOf({ code, subcode, status }: GraphFailure['facts']): Rule {
  if (code === undefined) return ruleOfStatus(status ?? 0);
  // "object does not exist": the phone number id, or a token that may not see it
  if (code === 100 && subcode === 33) return HALT;
  if (code >= PERMISSION_CODES.from && code <= PERMISSION_CODES.to) return HALT;
  return RULES.get(code) ?? ruleOfStatus(status ?? 0);
}

function ruleOfStatus(status: number): Rule {
  if (status === 401 || status === 404) return HALT;
  if (status === 429) return QUOTA;
  if (status >= 400 && status < 500) return REFUSED;
  return TRANSIENT;
}

/**
 * Total: whatever a send threw, as the sender understands it. Carries neither token nor text.
 *
 * @param pairLimits how often this chat met the pair limit in a row, this time included: each waits four times longer
 */
export function toSendError(cause: unknown, pairLimits = 1): SendError {
  if (cause instanceof SendError) return cause;
  if (!(cause instanceof GraphFailure))
    return new SendError('unreachable', 'the send failed in an unknown way', { cause, ambiguous: true });
  const { code, status, transport } = cause.facts;
  // a proxy's refusal says nothing of the message; one that finds nothing there says that the API root is wrong
  if (transport !== undefined && ![401, 404, 429].includes(status ?? 0)) {
    // a gateway that gave up waiting may have been waiting for one who sent
    const ambiguous = transport === 'cut' || status === 504;
    return new SendError('unreachable', cause.message, { cause, ambiguous });
  }
  const { reason, retryAfterMs, scope } = ruleOf(cause.facts);
  const pairMs = code === PAIR_LIMIT_CODE ? 4 ** Math.min(pairLimits - 1, MAX_PAIR_EXPONENT) * SECOND_MS : undefined;
  const askedMs = cause.facts.retryAfterMs ?? pairMs ?? retryAfterMs;
  return new SendError(reason, cause.message, {
    cause,
    ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
    ...(scope === undefined ? {} : { scope }),
    ...(code === undefined ? {} : { code: String(code) }),
  });
}

/** What may help a message that Meta took and then said it could not deliver. Codes as those of a send. */
export function helpFor(code: number | undefined): 'template' | 'words' | 'nothing' {
  if (code === WINDOW_CLOSED_CODE) return 'template';
  const reason = code === undefined ? undefined : RULES.get(code)?.reason;
  return reason === 'unreachable' || reason === 'throttled' ? 'words' : 'nothing';
}

/** True when a person must look at it. */
export function needsAlert(facts: GraphFailure['facts']): boolean {
  return ruleOf(facts).alert === true;
}

export function isPairLimit(error: unknown): boolean {
  return error instanceof GraphFailure && error.facts.code === PAIR_LIMIT_CODE;
}

export function isWindowClosed(error: unknown): boolean {
  return error instanceof GraphFailure && error.facts.code === WINDOW_CLOSED_CODE;
}

const PARAMETER_CODES: readonly number[] = [100, 131008, 131009];

/** True when the same text without its buttons would have been accepted: its options are in the text as numbers too. */
export function isByButtons(error: unknown): boolean {
  if (!(error instanceof GraphFailure)) return false;
  const { code, details } = error.facts;
  return (
    code !== undefined &&
    PARAMETER_CODES.includes(code) &&
    /interactive|button|section|\brows?\b|\blist\b/i.test(details ?? '')
  );
}
