import type { LaneLimits } from '../../conversations/permits.js';
import type { Clock } from '../../core/clock.js';
import { SendError } from '../../core/errors.js';
import { pause } from '../../core/pause.js';
import type { Address, Attachment, OutboundMessage } from '../../messages/message.js';
import type { Channel } from '../channel.js';
import { fileNameOf } from '../file-name.js';
import { toSendError } from './errors.js';
import { createLruSet } from './lru-set.js';
import { renderMessage, type WebRequest } from './render.js';
import type { Supervisor } from './supervisor.js';

const MINUTE_MS = 60_000;
/** Below the sender's own limit, so that the doubt has a name. */
const SEND_LIMIT_MS = 30_000;
const DRAIN_LIMIT_MS = 3000;
const MAX_REMEMBERED = 10_000;
const MAX_PAUSE_BASE_MS = 4000;
const PAUSE_SHARE = { min: 0.2, max: 0.6 };

/**
 * How fast we write. One at a time, a few in a row after a rest, and never more than the cap in the long run.
 *
 * @param perMinute the cap: about 20 looks like a person, more looks like what WhatsApp bans
 */
export function limitsOf(perMinute: number): LaneLimits {
  const intervalMs = MINUTE_MS / perMinute;
  return {
    perSecond: perMinute / 60,
    perSecondBurst: Math.max(1, Math.round(perMinute / 6)),
    chatIntervalMs: Math.min(1000, intervalMs),
    chatBurst: 1,
    maxInFlight: 1,
  };
}

/** The pause before a message, in ms: irregular, and shorter the higher the cap is set. @param random 0 to 1 */
export function pauseBeforeMs(perMinute: number, random: number): number {
  const baseMs = Math.min(MINUTE_MS / perMinute, MAX_PAUSE_BASE_MS);
  return baseMs * (PAUSE_SHARE.min + random * (PAUSE_SHARE.max - PAUSE_SHARE.min));
}

export interface SendDeps {
  readonly session: Pick<Supervisor, 'call'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly perMinute: number;
  /** False until what came while we were away is taken in: it may hold the echo of the message to be sent again. */
  readonly maySend: () => boolean;
  /** A file of our own, or undefined when it is gone. */
  readonly openFile: (address: Address, file: Attachment) => Promise<Buffer | undefined>;
}

export interface Sends {
  readonly send: Channel['send'];
  whenIdle(chatId: string): Promise<void>;
  wasSentHere(platformId: string): boolean;
  /** Resolves when nothing is under way any more, or after some seconds: what is cut off then is in doubt. */
  drain(): Promise<void>;
}

/** In memory: what is under way, what was sent lately, and how far a message of several bubbles got. */
export function createSends(deps: SendDeps): Sends {
  const { session, clock } = deps;
  const sentIds = createLruSet(MAX_REMEMBERED);
  const underWay = new Map<string, Promise<unknown>>();
  const progress = new Map<string, number>();

  const perform = async (message: OutboundMessage, request: WebRequest, signal: AbortSignal): Promise<string> => {
    const { address } = message;
    const file = request.file ? await fileOf(address, request.file) : undefined;
    await pause(clock, pauseBeforeMs(deps.perMinute, deps.random()), signal);
    if (signal.aborted) throw new SendError('unreachable', 'stopped before it was sent');
    const call = { do: 'send' as const, chatId: address.chatId, text: request.text, ...(file ? { file } : {}) };
    const { id } = await session.call<'send'>(call, SEND_LIMIT_MS);
    sentIds.add(id);
    return id;
  };

  const fileOf = async (address: Address, file: Attachment) => {
    const bytes = await deps.openFile(address, file);
    if (!bytes) throw new SendError('rejected', 'a file of the message is gone');
    return { bytes, mimeType: file.mimeType ?? 'application/octet-stream', name: fileNameOf(file) };
  };

  const sendAll = async (message: OutboundMessage, signal: AbortSignal): Promise<string> => {
    const requests = renderMessage(message);
    let platformId: string | undefined;
    for (const [index, request] of requests.entries()) {
      if (index < (progress.get(message.id) ?? 0)) continue;
      platformId = await perform(message, request, signal);
      // a later bubble that fails must not bring the earlier ones twice
      if (requests.length > 1) remember(progress, message.id, index + 1);
    }
    progress.delete(message.id);
    if (platformId === undefined) throw new SendError('rejected', 'the message has neither text nor file');
    return platformId;
  };

  return {
    async send(message, signal) {
      if (!deps.maySend()) throw new SendError('unreachable', 'the session is not ready', { retryAfterMs: 1000 });
      const { chatId } = message.address;
      const sending = sendAll(message, signal);
      underWay.set(chatId, sending);
      try {
        return await sending;
      } catch (error) {
        throw toSendError(error);
      } finally {
        if (underWay.get(chatId) === sending) underWay.delete(chatId);
      }
    },

    async whenIdle(chatId) {
      for (let sending = underWay.get(chatId); sending; sending = underWay.get(chatId)) {
        await sending.catch(() => undefined);
        // `send` clears its mark only after this
        await Promise.resolve();
      }
    },

    wasSentHere: sentIds.has,

    async drain() {
      const limit = new AbortController();
      await Promise.race([Promise.allSettled(underWay.values()), pause(clock, DRAIN_LIMIT_MS, limit.signal)]);
      limit.abort();
    },
  };
}

function remember(progress: Map<string, number>, id: string, count: number): void {
  progress.set(id, count);
  // a message that died half-way leaves its entry behind
  const [oldest] = progress.keys();
  if (progress.size > MAX_REMEMBERED && oldest !== undefined) progress.delete(oldest);
}
