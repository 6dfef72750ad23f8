import type { Clock } from '../../core/clock.js';
import { AppError, type ErrorCode } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import type { Address, Attachment } from '../../messages/message.js';
import { SessionFailure } from './errors.js';
import { MAX_DOWNLOAD_BYTES } from './parse.js';
import type { Supervisor } from './supervisor.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DOWNLOAD_LIMIT_MS = 20 * SECOND_MS;
/** Tries before the message goes on without its file, which is then owed. */
const MAX_TRIES = 3;
const RETRY_DELAY_MS = SECOND_MS;
/** When to fetch an owed file again, after each try. The phone keeps it for weeks. */
export const FETCH_DELAYS_MS: readonly number[] = [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];

const REFUSED: Partial<Record<ErrorCode, FetchRefusal>> = {
  'file.too_large': 'too_large',
  'file.unsupported_type': 'unsupported_type',
  'file.quota_exceeded': 'quota_exceeded',
};

export type FetchRefusal = 'too_large' | 'unsupported_type' | 'quota_exceeded' | 'gone' | 'attempts_exhausted';

export type FetchOutcome =
  | { readonly type: 'saved'; readonly attachment: Attachment }
  /** It will never be had; the case goes on without it. */
  | { readonly type: 'refused'; readonly reason: FetchRefusal }
  | { readonly type: 'later'; readonly delayMs: number };

export interface MediaDeps {
  readonly session: Pick<Supervisor, 'call'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lane: string;
  /** Keeps a file for this chat. @throws {AppError} as `FileStore.save` */
  readonly saveFile: (address: Address, body: Buffer, declared: { mimeType?: string }) => Promise<Attachment>;
}

export interface Media {
  /**
   * Fetches and keeps the files of a message before it is taken in, because the page forgets them. A file that can't be
   * had now stays named by its `platformRef`; one that may not be kept too, for the case to say so.
   *
   * @throws {AppError} when the store is away
   */
  fetchAll(address: Address, attachments: readonly Attachment[]): Promise<readonly Attachment[]>;
  /** Fetches one that is still owed. `attempt` is 1 for the first. @throws {AppError} when the store is away */
  fetchOwed(address: Address, attachment: Attachment, attempt: number): Promise<FetchOutcome>;
}

export function createMedia({ session, clock, log, lane, saveFile }: MediaDeps): Media {
  const fetchOne = async (address: Address, attachment: Attachment): Promise<FetchOutcome> => {
    if (attachment.refused || !attachment.platformRef) return { type: 'refused', reason: attachment.refused ?? 'gone' };
    try {
      const { bytes, mimeType } = await session.call<'download'>(
        { do: 'download', ref: attachment.platformRef },
        DOWNLOAD_LIMIT_MS,
      );
      if (bytes.byteLength > MAX_DOWNLOAD_BYTES) return { type: 'refused', reason: 'too_large' };
      const declared = attachment.mimeType ?? mimeType;
      const saved = await saveFile(address, Buffer.from(bytes), declared === undefined ? {} : { mimeType: declared });
      return { type: 'saved', attachment: saved };
    } catch (error) {
      const reason = error instanceof AppError ? REFUSED[error.code] : undefined;
      if (reason) return { type: 'refused', reason };
      if (!(error instanceof SessionFailure)) throw error;
      log.warn({ lane, code: error.code }, 'file could not be fetched');
      return { type: 'later', delayMs: RETRY_DELAY_MS };
    }
  };

  const fetchPatiently = async (address: Address, attachment: Attachment): Promise<Attachment> => {
    for (let tries = 1; ; tries++) {
      const outcome = await fetchOne(address, attachment);
      if (outcome.type === 'saved') return outcome.attachment;
      if (outcome.type === 'refused' && outcome.reason === 'too_large') return { ...attachment, refused: 'too_large' };
      if (outcome.type === 'refused' || tries >= MAX_TRIES) return attachment;
      await new Promise<void>((resolve) => clock.after(outcome.delayMs, resolve));
    }
  };

  return {
    fetchAll: (address, attachments) => Promise.all(attachments.map((each) => fetchPatiently(address, each))),

    async fetchOwed(address, attachment, attempt) {
      const outcome = await fetchOne(address, attachment);
      if (outcome.type !== 'later') return outcome;
      const delayMs = FETCH_DELAYS_MS[attempt - 1];
      return delayMs === undefined ? { type: 'refused', reason: 'attempts_exhausted' } : { type: 'later', delayMs };
    },
  };
}
