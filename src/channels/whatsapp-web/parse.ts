import { cleanText, cutText } from '../../core/text.js';
import type { Address, Attachment, AttachmentKind, GeoPoint, InboundMessage } from '../../messages/message.js';
import { payloadOfText } from '../../messages/whatsapp-link.js';
import { type RawMessage, RawMessageSchema } from './raw-message.js';

const MS_PER_SECOND = 1000;
const MAX_NAME_CHARS = 100;
/** What we take in; WhatsApp lets people send documents of 2 GB. */
export const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

/** `new` as it arrives or stands in the history, `edited` its later form, `undecryptable` = its words never came. */
export type MessageEvent = 'new' | 'edited' | 'undecryptable';

export interface ParseContext {
  readonly account: string;
  /** The paired phone's own id: what is in that chat is a note to itself. */
  readonly ownId?: string;
  readonly receivedAt: Date;
}

export type IgnoreReason = 'not_a_person' | 'broadcast' | 'service_message' | 'not_decrypted_yet' | 'not_an_edit';

export type Parsed =
  | { readonly type: 'inbound'; readonly message: InboundMessage }
  /** Written by our number: by us, or by somebody who holds the phone. */
  | { readonly type: 'own'; readonly own: OwnMessage }
  | { readonly type: 'ignore'; readonly reason: IgnoreReason }
  /** To be kept for a person to look at. */
  | { readonly type: 'unreadable'; readonly reason: string };

export interface OwnMessage {
  readonly address: Address;
  readonly externalId: string;
  /** As it stands in the chat; empty for a file without words. */
  readonly text: string;
  readonly at: Date;
}

/** Person-to-person chats. `@lid` ids stand for people whose number we never learn. */
const PERSON = /@(c\.us|lid)$/;
/** WhatsApp's own announcements. */
const WHATSAPP_ITSELF = '0@c.us';

const FILES: Readonly<Record<string, AttachmentKind>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  ptt: 'audio',
  ptv: 'video', // round and short, recorded in the chat
  document: 'document',
};

/** Types whose body is what somebody said; answers to buttons carry the button's words. */
const WORDS: ReadonlySet<string> = new Set(['chat', 'list_response', 'buttons_response', 'template_button_reply']);

/** What the chat reports of itself, or what changes an earlier message; nobody said anything. */
const SERVICE: ReadonlySet<string> = new Set([
  'album', // only says how many photos follow; each comes by itself
  'broadcast_notification',
  'call_log',
  'debug',
  'e2e_notification',
  'gp2',
  'group_notification',
  'hsm',
  'keep_in_chat',
  'notification',
  'notification_template',
  'pin_message',
  'poll_update',
  'protocol',
  'reaction',
  'revoked',
]);

/** True for chats in which a single person writes to us. */
export function isPersonChat(chatId: string): boolean {
  return PERSON.test(chatId) && chatId !== WHATSAPP_ITSELF;
}

/** Maps what the child passed on to ours. Pure and total: whatever it holds, this returns. */
export function parseMessage(raw: unknown, event: MessageEvent, context: ParseContext): Parsed {
  const parsed = RawMessageSchema.safeParse(raw);
  if (!parsed.success) return { type: 'unreadable', reason: 'not_a_message' };
  const message = parsed.data;
  if (message.isStatus || message.isBroadcast) return { type: 'ignore', reason: 'broadcast' };
  if (!isPersonChat(message.chat) || message.chat === context.ownId) return { type: 'ignore', reason: 'not_a_person' };
  if (SERVICE.has(message.type)) return { type: 'ignore', reason: 'service_message' };
  if (message.fromMe) return parseOwn(message, event, context);
  if (event === 'undecryptable') return inbound(message, context, `${message.id}:closed`, UNSUPPORTED);
  // it comes again once its key came
  if (message.type === 'ciphertext') return { type: 'ignore', reason: 'not_decrypted_yet' };
  if (event === 'edited') return parseEdit(message, context);
  return inbound(message, context, message.id, contentOf(message));
}

/** An undecryptable message whose words will never come: the page isn't allowed to have them. */
export function isKeptFromUs(raw: unknown): boolean {
  const parsed = RawMessageSchema.safeParse(raw);
  return parsed.success && parsed.data.type === 'ciphertext' && /_unavailable_fanout$/.test(parsed.data.subtype ?? '');
}

/** True when the message stands in the history in a later form than its first. */
export function wasEdited(raw: unknown): boolean {
  return RawMessageSchema.safeParse(raw).data?.editedAtMs !== undefined;
}

type Content = Pick<InboundMessage, 'text' | 'attachments'> &
  Partial<Pick<InboundMessage, 'location' | 'unsupported' | 'startPayload'>>;
const UNSUPPORTED: Content = { text: '', attachments: [], unsupported: true };

function parseOwn(message: RawMessage, event: MessageEvent, context: ParseContext): Parsed {
  if (event !== 'new' || message.type === 'ciphertext') return { type: 'ignore', reason: 'service_message' };
  return {
    type: 'own',
    own: {
      address: addressOf(message, context),
      externalId: message.id,
      text: message.text ?? '',
      at: sentAtOf(message.sentAtSeconds, context.receivedAt),
    },
  };
}

function parseEdit(message: RawMessage, context: ParseContext): Parsed {
  // the body also changes when a message is decrypted; only an edit says when it was made
  if (message.editedAtMs === undefined) return { type: 'ignore', reason: 'not_an_edit' };
  const parsed = inbound(message, context, `${message.id}:${message.editedAtMs}`, contentOf(message));
  const sentAt = sentAtOf(message.editedAtMs / MS_PER_SECOND, context.receivedAt);
  return { type: 'inbound', message: { ...parsed.message, sentAt, edited: { of: message.id } } };
}

function inbound(message: RawMessage, context: ParseContext, externalId: string, content: Content) {
  const displayName = cutText(cleanText(message.name ?? ''), MAX_NAME_CHARS);
  return {
    type: 'inbound' as const,
    message: {
      externalId,
      address: addressOf(message, context),
      sentAt: sentAtOf(message.sentAtSeconds, context.receivedAt),
      ...content,
      ...(displayName ? { displayName } : {}),
      ...(message.albumId === undefined ? {} : { albumId: message.albumId }),
      ...(message.isForwarded ? { forwarded: true } : {}),
    },
  };
}

function contentOf(message: RawMessage): Content {
  const kind = FILES[message.type];
  if (kind) return fileOf(message, kind);
  const location = message.type === 'location' ? locationOf(message) : undefined;
  if (location) return { text: '', attachments: [], location };
  const text = WORDS.has(message.type) ? cleanText(message.text ?? '') : '';
  const startPayload = payloadOfText(text);
  if (startPayload !== undefined) return { text: '', attachments: [], startPayload };
  return text ? { text, attachments: [] } : UNSUPPORTED;
}

function fileOf(message: RawMessage, kind: AttachmentKind): Content {
  const text = cleanText(message.text ?? '');
  if (message.hasFile !== true) return text ? { text, attachments: [] } : UNSUPPORTED;
  const isTooLarge = (message.sizeBytes ?? 0) > MAX_DOWNLOAD_BYTES;
  const file: Attachment = {
    kind,
    platformRef: message.ref,
    ...(message.mimeType === undefined ? {} : { mimeType: message.mimeType }),
    ...(message.sizeBytes === undefined ? {} : { sizeBytes: message.sizeBytes }),
    ...(isTooLarge ? { refused: 'too_large' as const } : {}),
  };
  return { text, attachments: [file] };
}

function locationOf({ latitude, longitude, place }: RawMessage): GeoPoint | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  const name = cleanText((place ?? '').replaceAll('\n', ', '));
  return { latitude, longitude, ...(name ? { name } : {}) };
}

function addressOf(message: RawMessage, { account }: ParseContext): Address {
  return { channel: 'whatsapp_web', account, chatId: message.chat };
}

/** A time of the future would make everything until then look as if it were taken in already. */
function sentAtOf(seconds: number | undefined, receivedAt: Date): Date {
  const ms = (seconds ?? 0) * MS_PER_SECOND;
  return ms > 0 && ms <= receivedAt.getTime() ? new Date(ms) : receivedAt;
}
