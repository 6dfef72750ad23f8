import type { Attachment, FetchRefusal } from './message.js';

export type { FetchRefusal };

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
