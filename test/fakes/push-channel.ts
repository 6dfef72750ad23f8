import express from 'express';
import type { PushLane } from '../../src/channels/push-lane.js';
import { AppError, SendError } from '../../src/core/errors.js';
import type { InboundMessage, OutboundMessage } from '../../src/messages/message.js';
import type { Update } from './push-platform.js';

export const PUSH_ACCOUNT = 'fake';
export const PUSH_LANE = `telegram:${PUSH_ACCOUNT}`;

/** A channel onto {@link PushPlatform}: two mappings and an error table, like the real ones. */
export function createPushLane(sendUrl: string, receive: (message: InboundMessage) => Promise<unknown>): PushLane {
  const router = express.Router();
  router.use(express.json());
  router.post('/', async (request, response) => {
    try {
      await receive(parseUpdate(request.body as Update));
      response.sendStatus(200);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      response.sendStatus(503);
    }
  });
  return {
    lane: PUSH_LANE,
    limits: { perSecond: 1000, perSecondBurst: 1000, chatIntervalMs: 1, chatBurst: 100, maxInFlight: 50 },
    channel: {
      type: 'telegram',
      start: async () => undefined,
      stop: async () => undefined,
      send: (message, signal) => send(sendUrl, message, signal),
    },
    routes: { path: '/fake/webhook', router },
  };
}

function parseUpdate(update: Update): InboundMessage {
  return {
    externalId: update.id,
    address: { channel: 'telegram', account: PUSH_ACCOUNT, chatId: update.chatId },
    sentAt: new Date(update.sentAt),
    text: update.text,
    attachments: [],
    ...(update.choice ? { choice: update.choice } : {}),
  };
}

async function send(url: string, message: OutboundMessage, signal: AbortSignal): Promise<string> {
  const { id, seq, kind, text, address } = message;
  const body = JSON.stringify({ id, seq, kind, text, chatId: address.chatId });
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', body, signal });
  } catch (cause) {
    const refused = (cause as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
    throw new SendError('unreachable', 'no answer', { cause, ambiguous: !refused });
  }
  if (response.ok) return ((await response.json()) as { platformId: string }).platformId;
  if (response.status === 403) throw new SendError('blocked', 'blocked by the citizen');
  if (response.status !== 429) throw new SendError('unreachable', `status ${response.status}`);
  const { retryAfterMs } = (await response.json()) as { retryAfterMs?: number };
  throw new SendError('throttled', 'too many', retryAfterMs === undefined ? {} : { retryAfterMs });
}
