import type { Readable } from 'node:stream';
import type { Logger } from '../../core/log.js';
import type { FetchAttachment, FetchOutcome } from '../../messages/fetch.js';
import type { Attachment } from '../../messages/message.js';
import { laterOrNever, refusedByStore } from '../fetch-outcome.js';
import { type FetchMedia, MediaError } from './media.js';

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * When to fetch a file again, after the first try and each one after it: within the 7 days for which Meta keeps it, and
 * seldom, because 20 failures in an hour close the door for half an hour.
 */
export const FETCH_DELAYS_MS: readonly number[] = [
  MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  24 * HOUR_MS,
  48 * HOUR_MS,
  72 * HOUR_MS,
];

/** As `FileStore.save`. */
export type SaveFile = (
  owner: string,
  body: Readable,
  declared: { readonly mimeType?: string; readonly name?: string },
) => Promise<Attachment>;

export interface AttachmentDeps {
  readonly lane: string;
  readonly log: Logger;
  readonly fetchMedia: FetchMedia;
  readonly saveFile: SaveFile;
}

export function createFetchAttachment({ lane, log, fetchMedia, saveFile }: AttachmentDeps): FetchAttachment {
  return async (owner, { platformRef, refused }, attempt, signal) => {
    if (refused || !platformRef) return { type: 'refused', reason: refused ?? 'gone' };
    try {
      const attachment = await fetchMedia(platformRef, (body, declared) => saveFile(owner, body, declared), signal);
      return { type: 'saved', attachment };
    } catch (error) {
      const outcome = outcomeOf(error, attempt);
      log.warn({ lane, conversationId: owner, attempt, ...outcome, err: error }, 'attachment could not be fetched');
      return outcome;
    }
  };
}

/** @throws what is no fault of the file or the platform */
function outcomeOf(error: unknown, attempt: number): FetchOutcome {
  if (error instanceof MediaError) {
    if (error.reason === 'too_large') return { type: 'refused', reason: 'too_large' };
    // a place that isn't Meta's won't become Meta's
    if (error.reason !== 'unreachable') return { type: 'refused', reason: 'gone' };
    return laterOrNever(FETCH_DELAYS_MS, attempt);
  }
  const refused = refusedByStore(error);
  if (!refused) throw error;
  return refused;
}
