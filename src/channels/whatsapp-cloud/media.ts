import type { Readable } from 'node:stream';
import type { Clock } from '../../core/clock.js';
import type { Attachment } from '../../messages/message.js';
import { createByteLimit } from './byte-limit.js';
import type { GraphApi } from './graph-api.js';
import { GraphFailure } from './graph-failure.js';

/** Where Meta keeps files people sent. */
export const META_MEDIA_HOSTS: readonly string[] = ['lookaside.fbsbx.com'];

/**
 * Why a file could not be had:
 * - `gone`: Meta no longer has it (7 days after it was sent) or never had: it will not come
 * - `too_large`: more than we take
 * - `refused`: Meta named a place that isn't Meta's
 * - `unreachable`: try again later, a few times: Meta shuts the door for half an hour after 20 failures in an hour
 */
export type MediaFailureReason = 'gone' | 'too_large' | 'refused' | 'unreachable';

export class MediaError extends Error {
  override readonly name = 'MediaError';

  constructor(
    readonly reason: MediaFailureReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Keeps a file as it streams in; what it throws (a type we don't take, a full quota) goes to the caller as it is. */
export type KeepMedia = (body: Readable, declared: { readonly mimeType?: string }) => Promise<Attachment>;

/**
 * Fetches a file people sent, by the media id their message carried, and streams it into `keep`. Its address is asked
 * for each time, as it holds for five minutes only.
 *
 * @throws {MediaError}
 */
export type FetchMedia = (mediaId: string, keep: KeepMedia, signal: AbortSignal) => Promise<Attachment>;

export interface FetchMediaDeps {
  readonly api: Pick<GraphApi, 'mediaInfo' | 'download'>;
  readonly clock: Clock;
  /** Names with port, such as `lookaside.fbsbx.com`; the token is sent to no other. */
  readonly hosts: readonly string[];
  /** False only where the API root itself isn't https: in tests. */
  readonly httpsOnly: boolean;
  readonly maxBytes: number;
}

/** A connection that has been silent for this long is dead. */
const STALL_MS = 30_000;

export function createFetchMedia(deps: FetchMediaDeps): FetchMedia {
  const { api, clock, maxBytes } = deps;

  return async (mediaId, keep, signal) => {
    const info = await asMediaError('id', () => api.mediaInfo(mediaId, signal));
    const url = allowedUrl(info.url, deps);
    if ((info.sizeBytes ?? 0) > maxBytes) throw tooLarge();
    const { stream, sizeBytes } = await asMediaError('address', () => api.download(url, signal));
    if ((sizeBytes ?? 0) > maxBytes) {
      stream.destroy();
      throw tooLarge();
    }
    const limited = createByteLimit(stream, { maxBytes, tooLarge, stallMs: STALL_MS, stalled, clock, signal });
    try {
      return await keep(limited.body, info.mimeType === undefined ? {} : { mimeType: info.mimeType });
    } catch (error) {
      // `keep` may wrap or replace what its stream failed with
      throw limited.failure() ?? error;
    } finally {
      limited.end();
    }
  };
}

function allowedUrl(raw: string, { hosts, httpsOnly }: FetchMediaDeps): string {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  const isSafe = url?.protocol === 'https:' || (!httpsOnly && url?.protocol === 'http:');
  if (!url || !isSafe || url.username !== '' || url.password !== '' || !hosts.includes(url.host)) {
    throw new MediaError('refused', 'the file is said to be at a place that is not the platform’s');
  }
  return url.href;
}

/** @param asked by what the platform was asked for the file */
async function asMediaError<T>(asked: 'id' | 'address', call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const facts = cause instanceof GraphFailure ? cause.facts : {};
    const { status, code } = facts;
    if (status !== undefined && status >= 300 && status < 400)
      throw new MediaError('refused', 'the file’s place led elsewhere', { cause });
    // 100: no such media id. An address that leads nowhere has only expired: by its id the file gets another
    if (asked === 'id' && (code === 100 || status === 404 || status === 410))
      throw new MediaError('gone', 'the platform no longer has the file', { cause });
    throw new MediaError('unreachable', 'the file could not be fetched', { cause });
  }
}

function tooLarge(): MediaError {
  return new MediaError('too_large', 'the file is larger than is taken');
}

function stalled(cause: unknown): MediaError {
  return new MediaError('unreachable', 'the file broke off', { cause });
}
