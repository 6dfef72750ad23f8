import { AppError, type ErrorCode } from '../core/errors.js';
import type { FetchOutcome, FetchRefusal } from '../messages/fetch.js';

const REFUSED: Partial<Record<ErrorCode, FetchRefusal>> = {
  'file.too_large': 'too_large',
  'file.unsupported_type': 'unsupported_type',
  'file.quota_exceeded': 'quota_exceeded',
};

/** What our own store says of a file that came; undefined for what is no fault of the file. */
export function refusedByStore(error: unknown): FetchOutcome | undefined {
  const reason = error instanceof AppError ? REFUSED[error.code] : undefined;
  return reason && { type: 'refused', reason };
}

/**
 * A file that may come another time, until the last of its tries.
 *
 * @param delaysMs what to wait after the first try, and after each one behind it
 * @param askedMs what the platform asks for at least
 */
export function laterOrNever(delaysMs: readonly number[], attempt: number, askedMs = 0): FetchOutcome {
  const delayMs = delaysMs[attempt - 1];
  if (delayMs === undefined) return { type: 'refused', reason: 'attempts_exhausted' };
  return { type: 'later', delayMs: Math.max(delayMs, askedMs) };
}
