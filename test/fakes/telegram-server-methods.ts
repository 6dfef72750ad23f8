import type { Clock } from '../../src/core/clock.js';
import type { MultipartFields } from './telegram-server-multipart.js';
import type { UpdateQueue } from './telegram-server-updates.js';

const MS_PER_SECOND = 1000;
const MAX_TEXT_CHARS = 4096;
const MAX_CAPTION_CHARS = 1024;
const MAX_CALLBACK_BYTES = 64;
const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;
const TAP_ANSWER_MS = 150 * MS_PER_SECOND;
const FILE_FIELDS = ['photo', 'video', 'audio', 'document', 'voice'] as const;

export type Payload = Readonly<Record<string, unknown>>;

/** What a chat shows of the bot. */
export interface SentMessage {
  readonly chatId: string;
  readonly messageId: number;
  readonly method: string;
  /** Or the caption. */
  readonly text: string;
  readonly markup: unknown;
  readonly fileId?: string;
  readonly atMs: number;
}

export interface StoredFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** What Telegram says it is; larger than `bytes` for tests of limits. */
  readonly sizeBytes: number;
}

export class ApiError extends Error {
  constructor(
    readonly code: number,
    description: string,
    readonly parameters?: Payload,
  ) {
    super(description);
  }
}

/** What the platform remembers of a bot. */
export class BotState {
  readonly sent: SentMessage[] = [];
  readonly files = new Map<string, StoredFile>();
  readonly knownChats = new Set<string>();
  readonly blockedBy = new Set<string>();
  readonly left: string[] = [];
  /** When each tap was made. */
  readonly taps = new Map<string, number>();
  readonly answeredTaps: string[] = [];
  readonly actions: { readonly chatId: string; readonly action: string }[] = [];
  #nextMessageId = 1000;

  constructor(
    readonly clock: Clock,
    readonly queue: UpdateQueue,
  ) {}

  newMessageId(): number {
    return this.#nextMessageId++;
  }

  keepFile(bytes: Buffer, options: { extension?: string; sizeBytes?: number } = {}): string {
    const fileId = `file-${this.files.size + 1}`;
    const path = `documents/file_${this.files.size + 1}.${options.extension ?? 'bin'}`;
    this.files.set(fileId, { path, bytes, sizeBytes: options.sizeBytes ?? bytes.length });
    return fileId;
  }
}

type Method = (bot: BotState, payload: Payload, uploads: MultipartFields['files']) => unknown;

/** The methods that answer at once; getUpdates waits and is elsewhere. */
export const METHODS: Readonly<Record<string, Method>> = {
  getMe: () => ({ id: 7001, is_bot: true, first_name: 'Kanal Aduan', username: 'aduan_bot', can_join_groups: true }),

  setMyCommands: () => true,

  setWebhook(bot, payload) {
    const { url, secret_token, max_connections } = payload;
    if (secret_token !== undefined && !/^[\w-]{1,256}$/.test(String(secret_token))) {
      throw new ApiError(400, 'Bad Request: secret token contains illegal characters');
    }
    if (Array.isArray(payload['allowed_updates'])) bot.queue.allowed = payload['allowed_updates'].map(String);
    const webhook = {
      url: String(url),
      secret: String(secret_token ?? ''),
      maxConnections: Number(max_connections ?? 40),
    };
    bot.queue.setWebhook(url ? webhook : undefined, payload['drop_pending_updates'] === true);
    return true;
  },

  deleteWebhook(bot, payload) {
    bot.queue.setWebhook(undefined, payload['drop_pending_updates'] === true);
    return true;
  },

  getWebhookInfo({ queue }) {
    const { webhook, lastError } = queue;
    const error = lastError && {
      last_error_date: Math.floor(lastError.atMs / MS_PER_SECOND),
      last_error_message: lastError.message,
    };
    return {
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: queue.pendingCount,
      ...(webhook ? { max_connections: webhook.maxConnections } : {}),
      ...(queue.allowed ? { allowed_updates: queue.allowed } : {}),
      ...error,
    };
  },

  sendMessage(bot, payload) {
    const text = String(payload['text'] ?? '').trim();
    if (text === '') throw new ApiError(400, 'Bad Request: message text is empty');
    if (text.length > MAX_TEXT_CHARS) throw new ApiError(400, 'Bad Request: message is too long');
    return deliver(bot, 'sendMessage', payload, text);
  },

  ...Object.fromEntries(
    ['sendPhoto', 'sendVideo', 'sendAudio', 'sendDocument', 'sendVoice'].map((method): [string, Method] => [
      method,
      sendFile(method),
    ]),
  ),

  sendChatAction(bot, payload) {
    const chatId = reachable(bot, payload);
    bot.actions.push({ chatId, action: String(payload['action']) });
    return true;
  },

  answerCallbackQuery(bot, payload) {
    const id = String(payload['callback_query_id']);
    const atMs = bot.taps.get(id);
    if (atMs === undefined || bot.clock.monotonicMs() - atMs > TAP_ANSWER_MS) {
      throw new ApiError(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid');
    }
    bot.answeredTaps.push(id);
    return true;
  },

  leaveChat(bot, payload) {
    const chatId = String(payload['chat_id']);
    if (!bot.knownChats.delete(chatId))
      throw new ApiError(403, 'Forbidden: bot is not a member of the supergroup chat');
    bot.left.push(chatId);
    return true;
  },

  getFile(bot, payload) {
    const fileId = String(payload['file_id']);
    const file = bot.files.get(fileId);
    if (!file) throw new ApiError(400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
    if (file.sizeBytes > MAX_DOWNLOAD_BYTES) throw new ApiError(400, 'Bad Request: file is too big');
    return { file_id: fileId, file_unique_id: `u-${fileId}`, file_size: file.sizeBytes, file_path: file.path };
  },
};

function sendFile(method: string): Method {
  return (bot, payload, uploads) => {
    const caption = String(payload['caption'] ?? '');
    if (caption.length > MAX_CAPTION_CHARS) throw new ApiError(400, 'Bad Request: message caption is too long');
    const upload = FILE_FIELDS.map((field) => uploads[field]).find(Boolean);
    if (!upload || upload.bytes.length === 0) throw new ApiError(400, 'Bad Request: file must be non-empty');
    reachable(bot, payload);
    const extension = upload.name.split('.').at(-1) ?? '';
    return deliver(bot, method, payload, caption, bot.keepFile(upload.bytes, { extension }));
  };
}

function deliver(bot: BotState, method: string, payload: Payload, text: string, fileId?: string): unknown {
  const chatId = reachable(bot, payload);
  const given = payload['reply_markup'];
  const markup: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  checkButtons(markup);
  const messageId = bot.newMessageId();
  const atMs = bot.clock.monotonicMs();
  bot.sent.push({ chatId, messageId, method, text, markup, atMs, ...(fileId === undefined ? {} : { fileId }) });
  return {
    message_id: messageId,
    date: Math.floor(bot.clock.now().getTime() / MS_PER_SECOND),
    chat: { id: Number(chatId), type: 'private' },
    ...(fileId === undefined
      ? { text }
      : { caption: text, document: { file_id: fileId, file_unique_id: `u-${fileId}` } }),
    ...(markup && typeof markup === 'object' && 'inline_keyboard' in markup ? { reply_markup: markup } : {}),
  };
}

function reachable(bot: BotState, payload: Payload): string {
  const chatId = String(payload['chat_id']);
  if (bot.blockedBy.has(chatId)) throw new ApiError(403, 'Forbidden: bot was blocked by the user');
  if (!bot.knownChats.has(chatId)) throw new ApiError(400, 'Bad Request: chat not found');
  return chatId;
}

function checkButtons(markup: unknown): void {
  if (typeof markup !== 'object' || markup === null || !('inline_keyboard' in markup)) return;
  for (const button of (markup.inline_keyboard as { text?: string; callback_data?: string }[][]).flat()) {
    const bytes = Buffer.byteLength(button.callback_data ?? '');
    if (bytes < 1 || bytes > MAX_CALLBACK_BYTES) throw new ApiError(400, 'Bad Request: BUTTON_DATA_INVALID');
    if (!button.text) throw new ApiError(400, 'Bad Request: text buttons are unallowed in the inline keyboard');
  }
}
