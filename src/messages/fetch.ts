import type { Attachment } from './message.js';

/** Why a file will never be had. The report goes on without it. */
export type FetchRefusal = 'too_large' | 'unsupported_type' | 'quota_exceeded' | 'gone' | 'attempts_exhausted';

export type FetchOutcome =
  | { readonly type: 'saved'; readonly attachment: Attachment }
  | { readonly type: 'refused'; readonly reason: FetchRefusal }
  | { readonly type: 'later'; readonly delayMs: number };

/**
 * Fetches a file that is still at a platform into our store.
 *
 * @param owner the conversation's id
 * @param attempt 1 for the first
 * @throws {AppError} what the file store throws when the database is away
 */
export type FetchAttachment = (
  owner: string,
  attachment: Attachment,
  attempt: number,
  signal: AbortSignal,
) => Promise<FetchOutcome>;
