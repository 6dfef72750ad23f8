import { cleanText, cutText } from '../../core/text.js';
import type { Address, InboundMessage } from '../../messages/message.js';
import { readButtonData } from './button-data.js';
import { readCommand } from './command.js';
import { attachmentsOf, locationOf } from './message-content.js';
import {
  MembershipSchema,
  MessageSchema,
  type PlatformMessage,
  type PlatformTap,
  TapSchema,
  UpdateSchema,
} from './update-schema.js';

const MS_PER_SECOND = 1000;
const MAX_NAME_CHARS = 100;
/** The year 9999: beyond it there is no date. */
const MAX_UNIX_SECONDS = 253_402_300_799;

export interface ParseContext {
  /** The bot's own id: the part of the token before the colon. */
  readonly account: string;
  /** The bot's user name, once known: a command may name it. */
  readonly username?: string;
  /** For what comes without a time: a tap. */
  readonly receivedAt: Date;
}

export type Control =
  /** The citizen blocked the bot: nothing reaches them. */
  | { readonly type: 'blocked'; readonly address: Address; readonly at: Date }
  | { readonly type: 'unblocked'; readonly address: Address; readonly at: Date }
  /** A group or channel: personal matters have no place there. `say` = a word first, as people there just asked us in. */
  | { readonly type: 'leave'; readonly chatId: string; readonly say: boolean };

export type IgnoreReason = 'not_asked_for' | 'from_bot' | 'service_message' | 'location_moved' | 'left_chat';

export type Parsed =
  /** `tapId`: the tap to be answered, so that the button stops spinning. */
  | { readonly type: 'inbound'; readonly message: InboundMessage; readonly tapId?: string }
  | { readonly type: 'control'; readonly control: Control }
  | { readonly type: 'ignore'; readonly reason: IgnoreReason }
  /** To be kept for a person to look at. */
  | { readonly type: 'unreadable'; readonly reason: string };

/** Kinds that exist and that we didn't ask for, but for which an earlier setting may still have some queued. */
const NOT_ASKED_FOR = [
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
];

/** What a private chat reports of itself; nobody said anything. */
const SERVICE_MESSAGES = [
  'pinned_message',
  'message_auto_delete_timer_changed',
  'successful_payment',
  'refunded_payment',
  'connected_website',
  'write_access_allowed',
  'proximity_alert_triggered',
  'chat_background_set',
  'boost_added',
  'gift',
  'unique_gift',
];

/** Maps an update to ours. Pure and total: whatever an update holds, this returns. */
export function parseUpdate(update: unknown, context: ParseContext): Parsed {
  const envelope = UpdateSchema.safeParse(update);
  if (!envelope.success) return { type: 'unreadable', reason: 'not_an_update' };
  const { message, edited_message, callback_query, my_chat_member, channel_post, edited_channel_post } = envelope.data;

  const said = message ?? edited_message ?? channel_post ?? edited_channel_post;
  if (said !== undefined)
    return parseMessage(said, edited_message !== undefined && message === undefined, update, context);
  if (callback_query !== undefined) return parseTap(callback_query, update, context);
  if (my_chat_member !== undefined) return parseMembership(my_chat_member, context);
  if (NOT_ASKED_FOR.some((kind) => Object.hasOwn(update as object, kind)))
    return { type: 'ignore', reason: 'not_asked_for' };
  return { type: 'unreadable', reason: 'unknown_kind' };
}

function parseMessage(raw: unknown, isEdit: boolean, update: unknown, context: ParseContext): Parsed {
  const parsed = MessageSchema.safeParse(raw);
  if (!parsed.success) return { type: 'unreadable', reason: 'message' };
  const message = parsed.data;
  if (message.chat.type !== 'private') return leave(message.migrate_to_chat_id ?? message.chat.id);
  if (message.from?.is_bot) return { type: 'ignore', reason: 'from_bot' };

  const content = contentOf(message, context);
  if (content.unsupported && SERVICE_MESSAGES.some((kind) => Object.hasOwn(raw as object, kind))) {
    return { type: 'ignore', reason: 'service_message' };
  }
  // a live location moves every few seconds; where it was first sent is the place meant
  if (isEdit && content.location) return { type: 'ignore', reason: 'location_moved' };

  const id = String(message.message_id);
  return {
    type: 'inbound',
    message: {
      externalId: isEdit ? `${id}:${message.edit_date ?? updateKey(update)}` : id,
      address: addressOf(context, message.chat.id),
      sentAt: toDate(isEdit ? (message.edit_date ?? message.date) : message.date) ?? context.receivedAt,
      ...nameOf(message.from),
      ...content,
      ...(message.media_group_id === undefined ? {} : { albumId: message.media_group_id }),
      ...(isEdit ? { edited: { of: id } } : {}),
      ...(isForwarded(message) ? { forwarded: true } : {}),
    },
  };
}

type Content = Pick<InboundMessage, 'text' | 'attachments'> &
  Partial<Pick<InboundMessage, 'location' | 'unsupported' | 'startPayload'>>;

function contentOf(message: PlatformMessage, { username }: ParseContext): Content {
  const attachments = attachmentsOf(message);
  const location = locationOf(message);
  // forwarded commands are another's words, not an order to us
  const command = message.text === undefined || isForwarded(message) ? undefined : readCommand(message.text, username);
  const text = cleanText(command?.text ?? message.text ?? message.caption ?? '');
  // a shared contact falls here as well: whose it is can't be known, so it is never taken for the sender's own
  if (!text && attachments.length === 0 && !location) return { text: '', attachments: [], unsupported: true };
  return {
    text,
    attachments,
    ...(location ? { location } : {}),
    ...(command?.payload === undefined ? {} : { startPayload: command.payload }),
  };
}

function parseTap(raw: unknown, update: unknown, context: ParseContext): Parsed {
  const parsed = TapSchema.safeParse(raw);
  if (!parsed.success) return { type: 'unreadable', reason: 'callback_query' };
  const tap = parsed.data;
  const chat = tap.message?.chat;
  if (chat && chat.type !== 'private') return leave(chat.id);
  const button = readButtonData(tap.data ?? '');
  return {
    type: 'inbound',
    tapId: tap.id,
    message: {
      // not the tap's own id, which holds its citizen's
      externalId: `tap:${updateKey(update)}`,
      // a private chat has its citizen's id; a button too old to come with its message has no other
      address: addressOf(context, chat?.id ?? tap.from.id),
      sentAt: context.receivedAt,
      ...nameOf(tap.from),
      attachments: [],
      ...(button.type === 'choice' ? { text: '', choice: button.choice } : { text: labelOf(tap), seenSeq: button.seq }),
    },
  };
}

/** The words on the tapped button. */
function labelOf(tap: PlatformTap): string {
  const buttons = tap.message?.reply_markup?.inline_keyboard.flat() ?? [];
  return cleanText(buttons.find((button) => button.callback_data === tap.data)?.text ?? '');
}

function parseMembership(raw: unknown, context: ParseContext): Parsed {
  const parsed = MembershipSchema.safeParse(raw);
  if (!parsed.success) return { type: 'unreadable', reason: 'my_chat_member' };
  const { chat, date, new_chat_member } = parsed.data;
  const isOut = new_chat_member.status === 'kicked' || new_chat_member.status === 'left';
  if (chat.type !== 'private') {
    if (isOut) return { type: 'ignore', reason: 'left_chat' };
    return { type: 'control', control: { type: 'leave', chatId: String(chat.id), say: chat.type !== 'channel' } };
  }
  const at = toDate(date) ?? context.receivedAt;
  return {
    type: 'control',
    control: { type: isOut ? 'blocked' : 'unblocked', address: addressOf(context, chat.id), at },
  };
}

function leave(chatId: number): Parsed {
  return { type: 'control', control: { type: 'leave', chatId: String(chatId), say: false } };
}

function addressOf({ account }: ParseContext, chatId: number): Address {
  return { channel: 'telegram', account, chatId: String(chatId) };
}

function nameOf(from: PlatformMessage['from']): { displayName?: string } {
  const name = cutText(cleanText([from?.first_name, from?.last_name].filter(Boolean).join(' ')), MAX_NAME_CHARS);
  return name ? { displayName: name } : {};
}

function toDate(unixSeconds: number | undefined): Date | undefined {
  if (unixSeconds === undefined || unixSeconds <= 0 || unixSeconds > MAX_UNIX_SECONDS) return undefined;
  return new Date(unixSeconds * MS_PER_SECOND);
}

function isForwarded(message: PlatformMessage): boolean {
  return message.forward_origin !== undefined || message.forward_date !== undefined || message.via_bot !== undefined;
}

function updateKey(update: unknown): string {
  const { update_id } = update as { update_id?: unknown };
  return typeof update_id === 'number' ? `u${update_id}` : 'u';
}
