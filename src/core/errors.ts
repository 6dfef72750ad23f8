/** Codes are API: they reach clients and dashboards, so rename one only with a CHANGELOG entry. */
export type ErrorCode =
  | 'config.invalid'
  | 'request.invalid'
  | 'request.too_large'
  | 'request.unsupported_type'
  | 'request.not_found'
  | 'request.rate_limited'
  | 'request.unauthorized'
  | 'request.forbidden'
  | 'request.conflict'
  | 'request.key_reused'
  | 'auth.totp_required'
  | 'store.unavailable'
  | 'store.in_use'
  | 'store.newer_schema'
  | 'conversation.busy'
  | 'conversation.not_found'
  | 'conversation.taken'
  | 'flow.invalid'
  | 'flow.newer_version'
  | 'case.not_found'
  | 'case.transition_not_allowed'
  | 'case.changed'
  | 'admin.file_refused'
  | 'file.too_large'
  | 'file.unsupported_type'
  | 'file.quota_exceeded';

/** A failure the caller caused or must handle. Anything that is not an AppError is a bug and becomes a 500. */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Why a channel did not accept a message, reduced to what the sender needs to decide what happens next.
 * - `throttled`, `unreachable`: try again later; `unreachable` after bytes left is ambiguous, see {@link SendError.ambiguous}
 * - `blocked`, `rejected`: this message will never arrive
 * - `misconfigured`: nothing can be sent on this account until a person acts (token revoked)
 */
export type SendFailureReason = 'blocked' | 'rejected' | 'throttled' | 'unreachable' | 'misconfigured';

/** Whom the platform asked to wait: this chat, everything that answers nobody (`bulk`), or the whole account (`lane`). */
export type WaitScope = 'chat' | 'bulk' | 'lane';

export class SendError extends Error {
  override readonly name = 'SendError';
  /** How long the platform asked us to wait, if it said. */
  readonly retryAfterMs: number | undefined;
  /** True when the platform may have taken the message although no answer came back. */
  readonly ambiguous: boolean;
  /** Undefined when the platform didn't say. */
  readonly scope: WaitScope | undefined;
  /** The platform's own code for it, to be shown to whoever looks into it. */
  readonly code: string | undefined;

  constructor(
    readonly reason: SendFailureReason,
    message: string,
    options: { retryAfterMs?: number; ambiguous?: boolean; scope?: WaitScope; code?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.ambiguous = options.ambiguous ?? false;
    this.scope = options.scope;
    this.code = options.code;
  }

  get retryable(): boolean {
    return this.reason === 'throttled' || this.reason === 'unreachable';
  }
}
