import { Readable, Transform } from 'node:stream';
import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { FetchAttachment, FetchOutcome } from '../../messages/fetch.js';
import type { Attachment } from '../../messages/message.js';
import { laterOrNever, refusedByStore } from '../fetch-outcome.js';
import type { TelegramApi } from './api.js';
import { ApiFailure } from './api-failure.js';
import { MAX_DOWNLOAD_BYTES } from './message-content.js';

const MS_PER_SECOND = 1000;
const MINUTE_MS = 60 * MS_PER_SECOND;
const HOUR_MS = 60 * MINUTE_MS;
const HEADERS_TIMEOUT_MS = 35 * MS_PER_SECOND;
/** Between two pieces of a file. */
const IDLE_TIMEOUT_MS = 30 * MS_PER_SECOND;

/**
 * When to fetch a file again, after the first try and each one after it. A file id stays good for long, its link for an
 * hour at least, and a link is asked for anew each time.
 */
export const FETCH_DELAYS_MS: readonly number[] = [
  10 * MS_PER_SECOND,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
];

/** As `FileStore.save`. */
export type SaveFile = (
  owner: string,
  body: Readable,
  declared: { readonly mimeType?: string; readonly name?: string },
) => Promise<Attachment>;

export interface AttachmentDeps {
  readonly lane: string;
  readonly api: TelegramApi;
  readonly apiRoot: string;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly saveFile: SaveFile;
}

/** A download that may succeed another time. */
class Interrupted extends Error {}
class TooLarge extends Error {}

/**
 * Fetches files that are still at Telegram and saves them, streaming. Only ever from the API host, by file id.
 *
 * @returns a function that lets through what `saveFile` throws when the store is away
 */
export function createFetchAttachment(deps: AttachmentDeps): FetchAttachment {
  return async (owner, attachment, attempt, signal) => {
    if (attachment.refused || !attachment.platformRef) return { type: 'refused', reason: attachment.refused ?? 'gone' };
    try {
      const link = await linkOf(deps, attachment.platformRef, signal);
      const saved = await download(deps, link, signal, (body) => {
        return deps.saveFile(owner, body, attachment.mimeType === undefined ? {} : { mimeType: attachment.mimeType });
      });
      return { type: 'saved', attachment: saved };
    } catch (error) {
      const outcome = outcomeOf(error, attempt);
      deps.log.warn(
        { channel: 'telegram', conversationId: owner, attempt, ...outcome },
        'attachment could not be fetched',
      );
      return outcome;
    }
  };
}

/** @throws what is no fault of the file or the platform */
function outcomeOf(error: unknown, attempt: number): FetchOutcome {
  if (error instanceof TooLarge) return { type: 'refused', reason: 'too_large' };
  const refused = refusedByStore(error);
  if (refused) return refused;
  if (error instanceof ApiFailure && error.code === 400) {
    return { type: 'refused', reason: /too big/i.test(error.message) ? 'too_large' : 'gone' };
  }
  if (!(error instanceof ApiFailure) && !(error instanceof Interrupted)) throw error;
  return laterOrNever(FETCH_DELAYS_MS, attempt, error instanceof ApiFailure ? error.retryAfterMs : undefined);
}

/** Holds the token: never to be logged or shown. */
async function linkOf({ api, apiRoot, token }: AttachmentDeps, fileId: string, signal: AbortSignal): Promise<URL> {
  const { file_path: path, file_size: sizeBytes } = await api.call('getFile', { file_id: fileId }, { signal });
  if (typeof sizeBytes === 'number' && sizeBytes > MAX_DOWNLOAD_BYTES) throw new TooLarge();
  const steps = typeof path === 'string' ? path.split('/') : [];
  if (!steps.every((step) => step !== '' && step !== '.' && step !== '..') || steps.length === 0)
    throw new Interrupted('the file has no usable path');
  // whatever is in it, a name's ending that its sender chose too, it stays below the bot's own folder at the API host
  return new URL(`file/bot${token}/${steps.map(encodeURIComponent).join('/')}`, apiRoot.replace(/\/*$/, '/'));
}

async function download<T>(
  { clock }: AttachmentDeps,
  link: URL,
  signal: AbortSignal,
  save: (body: Readable) => Promise<T>,
): Promise<T> {
  const silence = new AbortController();
  let cancel: () => void = () => undefined;
  const allow = (ms: number) => {
    cancel();
    cancel = clock.after(ms, () => silence.abort());
  };
  allow(HEADERS_TIMEOUT_MS);
  let broken: Error | undefined;
  try {
    // a redirect would lead to another host, with or without the token in it
    const options = { redirect: 'error', signal: AbortSignal.any([signal, silence.signal]) } as const;
    const response = await fetch(link, options).catch(() => undefined);
    if (!response?.ok || !response.body) {
      await response?.body?.cancel().catch(() => undefined);
      throw new Interrupted('no file came');
    }
    const meter = createMeter(() => allow(IDLE_TIMEOUT_MS));
    const source = Readable.fromWeb(response.body);
    source.once('error', () => meter.destroy(new Interrupted('the file was cut')));
    meter.once('error', (error) => {
      broken = error;
      source.destroy();
    });
    try {
      return await save(source.pipe(meter));
    } finally {
      source.destroy();
    }
  } catch (error) {
    throw broken ?? error;
  } finally {
    cancel();
  }
}

/** Counts what passes, whatever length was declared. */
function createMeter(onPiece: () => void): Transform {
  let sizeBytes = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, callback) {
      onPiece();
      sizeBytes += piece.length;
      if (sizeBytes > MAX_DOWNLOAD_BYTES) callback(new TooLarge());
      else callback(null, piece);
    },
  });
}
