import type { Clock } from '../../core/clock.js';
import { SendError } from '../../core/errors.js';
import type { Address, Attachment, OutboundMessage } from '../../messages/message.js';
import type { Channel } from '../channel.js';
import { fileNameOf } from '../file-name.js';
import { isByButtons, isPairLimit, isWindowClosed, needsAlert, toSendError, WINDOW_CLOSED_CODE } from './errors.js';
import type { GraphApi } from './graph-api.js';
import { GraphFailure } from './graph-failure.js';
import { opaqueIdOf } from './opaque-id.js';
import { type CloudRequest, renderMessage, type WhatsappWords, withoutButtons } from './render.js';
import { type CloudOutbound, isWindowOpen, renderTemplate } from './render-template.js';
import type { Signal } from './signals.js';
import type { Templates } from './templates.js';

/** Messages and chats that are remembered between tries; what is forgotten costs a repeated part or a shorter wait. */
const MAX_REMEMBERED = 10_000;
/** As the Cloud API has it. */
const MAX_MARK_CHARS = 512;

export interface SendDeps {
  readonly api: Pick<GraphApi, 'sendMessage' | 'upload'>;
  /** @throws {SendError} when the chat owns no such file */
  readonly openFile: (address: Address, file: Attachment) => Promise<Blob>;
  readonly templates: Templates;
  readonly words: WhatsappWords;
  readonly serviceName: string;
  readonly clock: Clock;
  readonly signal: Signal;
}

/** Makes the channel's `send`. In memory: how far a message of several parts got, and how often a pair was too fast. */
export function createSend(deps: SendDeps): Channel['send'] {
  const { api, signal } = deps;
  const sentParts = new Map<string, readonly string[]>();
  const pairLimits = new Map<string, number>();

  async function post({ id: messageId, address }: OutboundMessage, request: CloudRequest, abort: AbortSignal) {
    const body = 'file' in request ? await uploaded(address, request, abort) : request;
    return opaqueIdOf(await api.sendMessage(payloadOf(address.chatId, messageId, body), abort));
  }

  async function uploaded(address: Address, request: Extract<CloudRequest, { file: Attachment }>, abort: AbortSignal) {
    const { type, file, caption } = request;
    const blob = await deps.openFile(address, file);
    const id = await api.upload(blob, fileNameOf(file), abort).catch((error: unknown) => {
      throw isUnsent(error) ? error : withoutDoubt(error);
    });
    // only documents have a name at WhatsApp, and without one are "Untitled", which no phone opens
    const filename = type === 'document' ? { filename: fileNameOf(file) } : {};
    return { type, [type]: { id, ...filename, ...(caption === undefined ? {} : { caption }) } };
  }

  /** With buttons if Meta takes them; without, because its rules for them are finer than ours can be. */
  async function postSomehow(message: OutboundMessage, request: CloudRequest, abort: AbortSignal): Promise<string> {
    try {
      return await post(message, request, abort);
    } catch (error) {
      const plain = withoutButtons(request);
      if (plain === request || !isByButtons(error)) throw error;
      signal('buttons_refused');
      return post(message, plain, abort);
    }
  }

  async function sendParts(message: CloudOutbound, requests: readonly CloudRequest[], abort: AbortSignal) {
    const ids = [...(sentParts.get(message.id) ?? [])];
    for (const request of requests.slice(ids.length)) {
      ids.push(await postSomehow(message, request, abort));
      // a later part that fails must not bring the earlier ones twice
      if (requests.length > 1) remember(sentParts, message.id, ids);
    }
    sentParts.delete(message.id);
    return ids.at(-1) ?? '';
  }

  async function sendByWindow(message: CloudOutbound, abort: AbortSignal): Promise<string> {
    if (!isWindowOpen(message, deps.clock.now())) return sendTemplate(message, abort);
    const requests = renderMessage(message, deps.words);
    if (requests.length === 0) throw new SendError('rejected', 'the message is empty');
    try {
      return await sendParts(message, requests, abort);
    } catch (error) {
      if (isWindowClosed(error)) return sendTemplate(message, abort);
      throw error;
    }
  }

  async function sendTemplate(message: CloudOutbound, abort: AbortSignal): Promise<string> {
    const request = renderTemplate(message, deps.templates, deps.serviceName);
    if (request) return post(message, request, abort);
    throw new SendError('rejected', 'the 24 h window is closed and no template fits', {
      code: String(WINDOW_CLOSED_CODE),
    });
  }

  return async (message, abort) => {
    const { chatId } = message.address;
    try {
      const platformId = await sendByWindow(message, abort);
      pairLimits.delete(chatId);
      return platformId;
    } catch (error) {
      const limits = (pairLimits.get(chatId) ?? 0) + 1;
      if (isPairLimit(error)) remember(pairLimits, chatId, limits);
      if (error instanceof GraphFailure && needsAlert(error.facts))
        signal('send_needs_person', String(error.facts.code ?? error.facts.status));
      throw toSendError(error, limits);
    }
  };
}

/** A business-scoped user id: a country, a dot, and what isn't a phone number. */
const USER_ID = /^[A-Z]{2}\.[0-9A-Za-z.]+$/;

function payloadOf(chatId: string, messageId: string, request: object): object {
  const { plain: _, ...body } = request as { plain?: string };
  const to = USER_ID.test(chatId) ? { recipient: chatId } : { to: chatId };
  // given back with every report, so that one that fails later is found without a search
  const mark = messageId.length <= MAX_MARK_CHARS ? { biz_opaque_callback_data: messageId } : {};
  return { messaging_product: 'whatsapp', recipient_type: 'individual', ...to, ...mark, ...body };
}

function isUnsent(error: unknown): boolean {
  return error instanceof GraphFailure && error.facts.transport !== 'cut';
}

/** An upload that broke off leaves at most a file nobody sees: the message itself was not sent. */
function withoutDoubt(error: unknown): GraphFailure {
  const message = error instanceof Error ? error.message : 'the upload failed';
  return new GraphFailure(message, { transport: 'not_sent' });
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > MAX_REMEMBERED && !oldest.done) map.delete(oldest.value);
}
