import type { Readable } from 'node:stream';
import type { Clock } from '../../core/clock.js';
import { SendError } from '../../core/errors.js';
import type { Attachment, OutboundMessage } from '../../messages/message.js';
import { fileNameOf } from '../file-name.js';
import type { TelegramApi } from './api.js';
import { isByKeyboard, isByPicture, toSendError } from './errors.js';
import { asDocument, renderMessage, type TelegramRequest, type TelegramWords, withoutKeyboard } from './render.js';

/** A file of 20 MB takes its time on a slow line. */
const UPLOAD_TIMEOUT_MS = 180_000;
const MAX_REMEMBERED = 1000;
const MS_PER_SECOND = 1000;
/** At this pace "too many requests" is about all chats together; Telegram doesn't say whom it means. */
const BUSY_PER_SECOND = 15;

/** A file of our own that the message carries, or undefined when it is gone. */
export type OpenFile = (message: OutboundMessage, file: Attachment) => Promise<Readable | undefined>;

export interface SendDeps {
  readonly api: TelegramApi;
  readonly clock: Clock;
  readonly words: TelegramWords;
  readonly openFile: OpenFile;
}

/**
 * Sends a message in as many requests as it takes.
 *
 * When one of several fails, those before it aren't sent again: the process that holds the lane remembers, until the
 * message is through, how far it came. Only a message cut in two by a crash is sent again whole, as any other is.
 *
 * @returns a function that resolves to the platform's id of the last request, the one with the keyboard
 */
export function createSend(deps: SendDeps): (message: OutboundMessage, signal: AbortSignal) => Promise<string> {
  /** How many requests of a message are through, by its id; oldest first. */
  const progress = new Map<string, number>();
  let sentAtMs: readonly number[] = [];

  const isBusy = (nowMs: number) => {
    sentAtMs = [...sentAtMs.filter((atMs) => atMs > nowMs - MS_PER_SECOND), nowMs];
    return sentAtMs.length > BUSY_PER_SECOND;
  };

  return async (message, signal) => {
    const requests = renderMessage(message, deps.words);
    let platformId: string | undefined;
    for (let index = progress.get(message.id) ?? 0; index < requests.length; index++) {
      const request = requests[index];
      if (!request) break;
      const ofAll = isBusy(deps.clock.monotonicMs());
      try {
        platformId = await perform(deps, message, request, signal);
      } catch (error) {
        throw toSendError(error, ofAll);
      }
      if (requests.length > 1) remember(progress, message.id, index + 1);
    }
    progress.delete(message.id);
    if (platformId === undefined) throw new SendError('rejected', 'the message has neither text nor file');
    return platformId;
  };
}

function remember(progress: Map<string, number>, id: string, count: number): void {
  progress.set(id, count);
  // a message that died half-way leaves its entry behind
  const [oldest] = progress.keys();
  if (progress.size > MAX_REMEMBERED && oldest !== undefined) progress.delete(oldest);
}

async function perform(
  deps: SendDeps,
  message: OutboundMessage,
  request: TelegramRequest,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await call(deps, message, request, signal);
  } catch (error) {
    const plainer = plainerThan(request, error);
    if (!plainer) throw error;
    return call(deps, message, plainer, signal);
  }
}

/** What Telegram would have taken in this request's stead; undefined when nothing is known. */
function plainerThan(request: TelegramRequest, error: unknown): TelegramRequest | undefined {
  if (isByKeyboard(error) && request.payload.reply_markup) return withoutKeyboard(request);
  const isPicture = request.method === 'sendPhoto' || request.method === 'sendVideo';
  return isPicture && isByPicture(error) ? asDocument(request) : undefined;
}

async function call(
  { api, openFile }: SendDeps,
  message: OutboundMessage,
  request: TelegramRequest,
  signal: AbortSignal,
): Promise<string> {
  if (request.method === 'sendMessage') return idOf(await api.call('sendMessage', request.payload, { signal }));
  const source = await openFile(message, request.file);
  if (!source) throw new SendError('rejected', 'a file of the message is gone');
  try {
    const file = { source, filename: fileNameOf(request.file) };
    const options = { signal, timeoutMs: UPLOAD_TIMEOUT_MS };
    switch (request.method) {
      case 'sendPhoto':
        return idOf(await api.call('sendPhoto', { ...request.payload, photo: file }, options));
      case 'sendVideo':
        return idOf(await api.call('sendVideo', { ...request.payload, video: file }, options));
      case 'sendDocument':
        return idOf(await api.call('sendDocument', { ...request.payload, document: file }, options));
    }
  } finally {
    source.destroy();
  }
}

function idOf(result: { readonly message_id: unknown }): string {
  if (typeof result?.message_id === 'number') return String(result.message_id);
  throw new SendError('unreachable', 'the answer named no message', { ambiguous: true });
}
