import type { Logger } from '../../core/log.js';
import type { FetchAttachment, FetchOutcome } from '../../messages/fetch.js';
import type { FileStore } from '../../store/files.js';
import { laterOrNever, refusedByStore } from '../fetch-outcome.js';
import { SessionFailure } from './errors.js';
import type { FileRefs } from './file-refs.js';
import { MAX_DOWNLOAD_BYTES } from './parse.js';
import type { Supervisor } from './supervisor.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DOWNLOAD_LIMIT_MS = 60 * SECOND_MS;

/**
 * When to fetch a file again, after the first try and each one after it. The phone keeps it for weeks, so the last try is
 * after the longest time that the session may be away.
 */
export const FETCH_DELAYS_MS: readonly number[] = [
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
  48 * HOUR_MS,
  72 * HOUR_MS,
];

export interface AttachmentDeps {
  readonly session: Pick<Supervisor, 'call'>;
  readonly log: Logger;
  readonly lane: string;
  readonly saveFile: FileStore['save'];
  readonly openRef: FileRefs['open'];
}

/**
 * Has the page download a file, and saves it.
 *
 * @throws {AppError} what `saveFile` throws when the store is away
 */
export function createFetchAttachment({ session, log, lane, saveFile, openRef }: AttachmentDeps): FetchAttachment {
  return async (owner, attachment, attempt) => {
    if (attachment.refused || !attachment.platformRef) return { type: 'refused', reason: attachment.refused ?? 'gone' };
    try {
      const call = { do: 'download' as const, ref: openRef(attachment.platformRef) };
      const { bytes, mimeType } = await session.call<'download'>(call, DOWNLOAD_LIMIT_MS);
      // whatever size was declared
      if (bytes.byteLength > MAX_DOWNLOAD_BYTES) return { type: 'refused', reason: 'too_large' };
      const declared = attachment.mimeType ?? mimeType;
      const saved = await saveFile(owner, Buffer.from(bytes), declared === undefined ? {} : { mimeType: declared });
      return { type: 'saved', attachment: saved };
    } catch (error) {
      const outcome = outcomeOf(error, attempt);
      log.warn({ lane, conversationId: owner, attempt, ...outcome }, 'attachment could not be fetched');
      return outcome;
    }
  };
}

/** @throws what is no fault of the file or the session */
function outcomeOf(error: unknown, attempt: number): FetchOutcome {
  const refused = refusedByStore(error);
  if (refused) return refused;
  if (!(error instanceof SessionFailure)) throw error;
  return laterOrNever(FETCH_DELAYS_MS, attempt);
}
