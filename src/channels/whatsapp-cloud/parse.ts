import { cleanText, cutText } from '../../core/text.js';
import type { Attachment, AttachmentKind, GeoPoint, InboundMessage } from '../../messages/message.js';
import { payloadOfText } from '../../messages/whatsapp-link.js';
import { readButtonId } from './button-id.js';
import { type CloudContact, type CloudMedia, type CloudMessage, MessageSchema } from './message-schema.js';
import { opaqueIdOf } from './opaque-id.js';

const MS_PER_SECOND = 1000;
const DAY_MS = 24 * 60 * 60 * MS_PER_SECOND;
/** Meta tries again for 7 days; what is older can only be a recorded delivery played back. */
const MAX_AGE_MS = 8 * DAY_MS;
/** How far a phone's or Meta's clock may be ahead of ours. */
const MAX_AHEAD_MS = 5 * 60 * MS_PER_SECOND;
/** Before WhatsApp was: not a time, but a broken clock. */
const FIRST_UNIX_SECONDS = 1_230_768_000;
const MAX_NAME_CHARS = 100;

export interface ParseContext {
  /** The phone number id that is ours. */
  readonly account: string;
  /** Which of a person's two ids names them; see docs/whatsapp-cloud.md. */
  readonly identity: 'user_id' | 'phone';
  readonly receivedAt: Date;
}

/** A message as we take it in; `reaction` is set when it is a thumb on one of our messages. */
export type CloudInbound = InboundMessage & {
  /** The message it stands on: an answer only where yes or no is asked, and never the start of a report. */
  readonly reaction?: { readonly to: string };
};

export type IgnoreReason = 'group' | 'too_old' | 'reaction' | 'system';

export type Parsed =
  | { readonly type: 'inbound'; readonly message: CloudInbound }
  | { readonly type: 'ignore'; readonly reason: IgnoreReason }
  /** To be kept for a person to look at. */
  | { readonly type: 'unreadable'; readonly reason: string };

/** Kinds that report of the chat itself; nobody said anything. */
const SYSTEM_TYPES: readonly string[] = ['system', 'revoke', 'edit'];
const MEDIA_TYPES: readonly AttachmentKind[] = ['image', 'audio', 'video', 'document'];

/** Maps one element of `messages[]` to ours. Pure and total: whatever it holds, this returns. */
export function parseMessage(raw: unknown, contacts: readonly CloudContact[], context: ParseContext): Parsed {
  const parsed = MessageSchema.safeParse(raw);
  if (!parsed.success) return { type: 'unreadable', reason: 'message' };
  const message = parsed.data;
  if (message.group_id !== undefined) return { type: 'ignore', reason: 'group' };
  if (SYSTEM_TYPES.includes(message.type)) return { type: 'ignore', reason: 'system' };

  const contact = contactOf(message, contacts);
  const chatId = chatIdOf(message, contact, context);
  if (chatId === undefined) return { type: 'unreadable', reason: 'sender' };
  const sentAt = sentAtOf(message.timestamp, context.receivedAt);
  if (context.receivedAt.getTime() - sentAt.getTime() > MAX_AGE_MS) return { type: 'ignore', reason: 'too_old' };
  const content = message.type === 'reaction' ? reactionOf(message) : contentOf(message);
  if (!content) return { type: 'ignore', reason: 'reaction' };

  const displayName = cutText(cleanText(contact?.profile?.name ?? ''), MAX_NAME_CHARS);
  const { forwarded, frequently_forwarded } = message.context ?? {};
  return {
    type: 'inbound',
    message: {
      externalId: opaqueIdOf(message.id),
      address: { channel: 'whatsapp_cloud', account: context.account, chatId },
      sentAt,
      ...(displayName ? { displayName } : {}),
      ...(forwarded || frequently_forwarded ? { forwarded: true } : {}),
      ...content,
    },
  };
}

type Content = Pick<CloudInbound, 'text' | 'attachments'> &
  Partial<Pick<CloudInbound, 'choice' | 'seenSeq' | 'location' | 'unsupported' | 'reaction' | 'startPayload'>>;

const UNSUPPORTED: Content = { text: '', attachments: [], unsupported: true };

/**
 * Only the part that `type` names counts, as only that part is checked by Meta. Contacts fall under unsupported: whose
 * they are can't be known, so they are never taken for the sender's own.
 */
function contentOf(message: CloudMessage): Content {
  const { type, interactive, button } = message;
  if (type === 'text') return textContent(message.text?.body);
  if (type === 'interactive') {
    const picked = interactive?.button_reply ?? interactive?.list_reply;
    return picked ? pickedContent(picked.id, picked.title) : UNSUPPORTED;
  }
  if (type === 'button') return button ? pickedContent(button.payload, button.text) : UNSUPPORTED;
  if (type === 'location' && message.location)
    return { text: '', attachments: [], location: pointOf(message.location) };
  const kind = MEDIA_TYPES.find((each) => each === type);
  const media = kind && message[kind];
  return media ? { text: cleanText(media.caption ?? ''), attachments: [attachmentOf(kind, media)] } : UNSUPPORTED;
}

function textContent(body: string | undefined): Content {
  const text = cleanText(body ?? '');
  const startPayload = payloadOfText(text);
  if (startPayload !== undefined) return { text: '', attachments: [], startPayload };
  return text ? { text, attachments: [] } : UNSUPPORTED;
}

/** A tapped button or row. One that isn't ours (a template's own words) is read as what stands on it. */
function pickedContent(id: string | undefined, label: string | undefined): Content {
  const isOurs = id !== undefined && id !== '' && id !== label;
  if (!isOurs) return textContent(label ?? id);
  const button = readButtonId(id);
  if (button.type === 'choice') return { text: '', attachments: [], choice: button.choice };
  return { ...textContent(label), seenSeq: button.seq };
}

const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu;

/** Thumbs only: a heart on a receipt is thanks and wants no answer; taking one's reaction back says nothing at all. */
function reactionOf({ reaction }: CloudMessage): Content | undefined {
  const emoji = reaction?.emoji?.replace(SKIN_TONES, '');
  if (emoji !== '👍' && emoji !== '👎') return undefined;
  return { text: emoji, attachments: [], reaction: { to: opaqueIdOf(reaction?.message_id ?? '') } };
}

function pointOf(location: NonNullable<CloudMessage['location']>): GeoPoint {
  const name = cleanText([location.name, location.address].filter(Boolean).join(', '));
  return { latitude: location.latitude, longitude: location.longitude, ...(name ? { name } : {}) };
}

function attachmentOf(kind: AttachmentKind, media: CloudMedia): Attachment {
  // a photo sent as a file keeps its quality and is still a photo
  const declared = media.mime_type?.split('/')[0];
  const isPlainer = kind === 'document' && (declared === 'image' || declared === 'audio' || declared === 'video');
  return {
    kind: isPlainer ? declared : kind,
    platformRef: media.id,
    ...(media.mime_type === undefined ? {} : { mimeType: media.mime_type }),
  };
}

function contactOf(message: CloudMessage, contacts: readonly CloudContact[]): CloudContact | undefined {
  const { from, from_user_id } = message;
  const found = contacts.find(
    (each) =>
      (from !== undefined && (each.wa_id === from || each.user_id === from)) ||
      (from_user_id !== undefined && each.user_id === from_user_id),
  );
  return found ?? (contacts.length === 1 && from === undefined && from_user_id === undefined ? contacts[0] : undefined);
}

/** An opaque string: a phone number or a business-scoped user id, never read as either. */
function chatIdOf(message: CloudMessage, contact: CloudContact | undefined, context: ParseContext): string | undefined {
  const userId = message.from_user_id ?? contact?.user_id;
  const phone = message.from ?? contact?.wa_id;
  return context.identity === 'user_id' ? (userId ?? phone) : (phone ?? userId);
}

function sentAtOf(timestamp: string | number | undefined, receivedAt: Date): Date {
  const seconds = typeof timestamp === 'string' && /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : timestamp;
  if (typeof seconds !== 'number' || !(seconds >= FIRST_UNIX_SECONDS)) return receivedAt;
  const atMs = seconds * MS_PER_SECOND;
  return atMs > receivedAt.getTime() + MAX_AHEAD_MS ? receivedAt : new Date(atMs);
}
