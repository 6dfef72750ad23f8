import express from 'express';
import type { Clock } from '../../core/clock.js';
import type { Keys } from '../../core/crypto.js';
import { AppError } from '../../core/errors.js';
import { conversationIdOf } from '../../core/ids.js';
import type { Logger } from '../../core/log.js';
import { readJson } from '../../core/read-json.js';
import { cleanText } from '../../core/text.js';
import type { ChatEntry, Received } from '../../messages/chat-entry.js';
import type { Attachment, InboundMessage } from '../../messages/message.js';
import { type FileStore, refuseTooLarge } from '../../store/files.js';
import { createRateLimit } from './rate-limit.js';
import { type MessageBody, parseAfter, parseMessageBody } from './schema.js';
import { streamConversation } from './stream.js';
import { chatIdOf, issueToken } from './token.js';

const MAX_JSON_BYTES = 64 * 1024;
const SESSIONS = { burst: 300, perSecond: 2 };
const UPLOADS = { burst: 60, perSecond: 1 };
/** Open tabs of one chat that are followed live. */
const MAX_STREAMS_PER_CHAT = 6;
const MAX_REMEMBERED_CHATS = 5_000;
const BEARER = /^Bearer +(\S+)$/i;
const NOT_RAW = /^(multipart\/|application\/json|application\/x-www-form-urlencoded)/i;

export interface WebchatDeps {
  /** The channel account, for example `main`: chats of one account are strangers to another. */
  readonly account: string;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  /** Resolves when the message is durable, with the reply. */
  readonly receive: (message: InboundMessage) => Promise<Received>;
  readonly transcript: (conversationId: string, afterSeq: number) => Promise<readonly ChatEntry[]>;
  /** Calls `wake` whenever the conversation may have something new; returns the unsubscribe. */
  readonly watch: (conversationId: string, wake: () => void) => () => void;
  readonly files: FileStore;
}

interface Chat {
  readonly chatId: string;
  readonly conversationId: string;
}

/**
 * The citizen's side of the web chat, to be mounted at `/api/webchat`.
 *
 * A pull channel: the answer to a posted message carries the reply and is given only when both are durable, so a
 * citizen who got it has lost nothing, and one who did not posts the same key again.
 */
export function createWebchatRoutes(deps: WebchatDeps): express.Router {
  const { account, keys, clock, receive, transcript, files } = deps;
  const limitSessions = createRateLimit(clock, SESSIONS.burst, SESSIONS.perSecond);
  const limitUploads = createRateLimit(clock, UPLOADS.burst, UPLOADS.perSecond);
  const streams = new Map<string, number>();
  /** By token, proved before: a chat in full swing needs no new proof with every message. */
  const chats = new Map<string, Chat>();
  const router = express.Router();

  function chatOf(request: express.Request): Chat {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const known = chats.get(token);
    if (known) return known;
    const chatId = chatIdOf(keys, account, token);
    if (!chatId) throw new AppError('request.unauthorized', 'Send the token of the chat as Authorization: Bearer ...');
    const chat = { chatId, conversationId: conversationIdOf(keys.addressKey, 'webchat', account, chatId) };
    if (chats.size >= MAX_REMEMBERED_CHATS) chats.clear();
    chats.set(token, chat);
    return chat;
  }

  router.post('/sessions', (request, response) => {
    limitSessions(request.ip);
    sendJson(response, 201, { token: issueToken(keys, account) });
  });

  router.post('/messages', async (request, response) => {
    const chat = chatOf(request);
    const body = parseMessageBody(await readJson(request, MAX_JSON_BYTES));
    const attachments = await findAttachments(files, chat.conversationId, body.attachments ?? []);
    const { seq, entries } = await receive(toInbound(body, chat, account, attachments, clock.now()));
    sendJson(response, 200, { seq, entries });
  });

  router.get('/messages', async (request, response) => {
    const { conversationId } = chatOf(request);
    sendJson(response, 200, { entries: await transcript(conversationId, parseAfter(request.query['after'])) });
  });

  router.get('/stream', (request, response) => {
    const { conversationId } = chatOf(request);
    const afterSeq = parseAfter(request.headers['last-event-id']);
    const open = streams.get(conversationId) ?? 0;
    if (open >= MAX_STREAMS_PER_CHAT) {
      throw new AppError('request.rate_limited', 'This chat is open in too many places', { retryAfterSeconds: 30 });
    }
    streams.set(conversationId, open + 1);
    response.once('close', () => {
      const left = (streams.get(conversationId) ?? 1) - 1;
      if (left > 0) streams.set(conversationId, left);
      else streams.delete(conversationId);
    });
    streamConversation(response, conversationId, afterSeq, deps);
  });

  router.post('/files', async (request, response) => {
    const { conversationId } = chatOf(request);
    limitUploads(request.ip);
    const mimeType = request.headers['content-type'];
    if (!mimeType || NOT_RAW.test(mimeType)) {
      throw new AppError('request.unsupported_type', 'Send the file itself as the body, with its own Content-Type');
    }
    refuseTooLarge(Number(request.headers['content-length'] ?? 0));
    const attachment = await files.save(conversationId, request, { mimeType });
    sendJson(response, 201, { attachment });
  });

  router.get('/files/:id', async (request, response) => {
    const { conversationId } = chatOf(request);
    const shown = await files.display(conversationId, request.params.id);
    if (!shown) throw new AppError('request.not_found', 'This chat has no such picture');
    response.setHeader('Content-Type', shown.mimeType);
    response.setHeader('Cache-Control', 'private, max-age=86400');
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    response.setHeader('Content-Length', shown.body.length);
    response.end(shown.body);
  });

  return router;
}

function toInbound(
  body: MessageBody,
  chat: Chat,
  account: string,
  attachments: readonly Attachment[],
  now: Date,
): InboundMessage {
  return {
    externalId: body.key,
    address: { channel: 'webchat', account, chatId: chat.chatId },
    sentAt: now,
    text: cleanText(body.text ?? ''),
    attachments,
    ...(body.seenSeq !== undefined && { seenSeq: body.seenSeq }),
    ...(body.choice && { choice: body.choice }),
    ...(body.location && { location: body.location }),
  };
}

async function findAttachments(files: FileStore, owner: string, ids: readonly string[]): Promise<Attachment[]> {
  const found: Attachment[] = [];
  for (const id of ids) {
    const attachment = await files.find(owner, id);
    if (!attachment) {
      throw new AppError('request.invalid', 'attachments: upload the file in this chat first', {
        field: 'attachments',
      });
    }
    found.push(attachment);
  }
  return found;
}

// express's own json() would compute what we don't use (ETag, freshness) on the busiest path
function sendJson(response: express.Response, status: number, value: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
}
