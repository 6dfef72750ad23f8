import type { Opts } from 'telegraf/types';
import { splitText } from '../../core/split-text.js';
import type { Attachment, Option, OutboundMessage } from '../../messages/message.js';
import { buttonDataOf } from './button-data.js';

export const MAX_TEXT_CHARS = 4096;
const MAX_CAPTION_CHARS = 1024;
const MAX_BUTTONS = 100;
/** What fits side by side on a narrow phone, in characters a row. */
const ROW_CHARS = 28;
const MAX_IN_ROW = 3;
/** Room in a row that a button takes beside its words. */
const BUTTON_CHARS = 4;

/** Words the channel itself needs, in the service's language. */
export interface TelegramWords {
  /** On the button that sends the phone's location. */
  readonly sendLocation: string;
  /** Said in a group before leaving it. */
  readonly leaving: string;
}

export type TelegramRequest =
  | { readonly method: 'sendMessage'; readonly payload: Opts<'sendMessage'> }
  | {
      readonly method: 'sendPhoto' | 'sendVideo' | 'sendDocument';
      readonly file: Attachment;
      readonly payload: { readonly chat_id: string; readonly caption?: string; readonly reply_markup?: Markup };
    };

type Markup = NonNullable<Opts<'sendMessage'>['reply_markup']>;

/** What Telegram shows in place; all else goes as a document, which it takes as it is. */
const SHOWN: Readonly<Record<string, 'sendPhoto' | 'sendVideo'>> = {
  'image/jpeg': 'sendPhoto',
  'image/png': 'sendPhoto',
  'video/mp4': 'sendVideo',
};
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;

/**
 * The requests that one message takes, in order: files first, then its text in as many parts as it needs, the keyboard
 * on the last. Pure.
 *
 * The text goes without parse_mode, so nothing in it is read as markup, and without link previews, which would fetch
 * whatever address a citizen wrote.
 */
export function renderMessage(message: OutboundMessage, words: TelegramWords): readonly TelegramRequest[] {
  const chat_id = message.address.chatId;
  const files = message.attachments ?? [];
  const text = message.text.toWellFormed();
  const markup = markupOf(message, words);
  const withMarkup = markup ? { reply_markup: markup } : {};

  const isCaption = files.length > 0 && text.trim() !== '' && text.length <= MAX_CAPTION_CHARS;
  const parts = isCaption ? [] : splitText(text, MAX_TEXT_CHARS);
  const requests: TelegramRequest[] = files.map((file, index) => {
    const isLast = parts.length === 0 && index === files.length - 1;
    const caption = isCaption && isLast ? { caption: text } : {};
    return { method: methodOf(file), file, payload: { chat_id, ...caption, ...(isLast ? withMarkup : {}) } };
  });
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    requests.push({
      method: 'sendMessage',
      payload: { chat_id, text: part, link_preview_options: { is_disabled: true }, ...(isLast ? withMarkup : {}) },
    });
  }
  return requests;
}

function methodOf({ mimeType = '', sizeBytes = 0 }: Attachment): 'sendPhoto' | 'sendVideo' | 'sendDocument' {
  const shown = SHOWN[mimeType];
  return shown && !(shown === 'sendPhoto' && sizeBytes > MAX_PHOTO_BYTES) ? shown : 'sendDocument';
}

/** The same file as a document. */
export function asDocument(request: TelegramRequest): TelegramRequest {
  return request.method === 'sendMessage' ? request : { ...request, method: 'sendDocument' };
}

/** The same request without its keyboard. */
export function withoutKeyboard(request: TelegramRequest): TelegramRequest {
  const { reply_markup: _, ...payload } = request.payload;
  return { ...request, payload } as TelegramRequest;
}

function markupOf(message: OutboundMessage, words: TelegramWords): Markup | undefined {
  const options = (message.options ?? []).slice(0, MAX_BUTTONS);
  if (message.expect === 'location') return locationKeyboard(options, words);
  if (options.length > 0) {
    const step = message.step ?? '';
    const buttons = options.map((option, index) => ({
      width: option.label.length,
      button: { text: option.label.toWellFormed(), callback_data: buttonDataOf(message.seq, step, option, index) },
    }));
    return { inline_keyboard: inRows(buttons) };
  }
  // the location keyboard stays until it is taken away; a notice in between must leave it
  const isFlow = message.kind === 'prompt' || message.kind === 'reply';
  return isFlow ? { remove_keyboard: true } : undefined;
}

/** Only a reply keyboard can ask for a location, so options beside it are words to be sent. */
function locationKeyboard(options: readonly Option[], words: TelegramWords): Markup {
  const rest = options.map(({ label }) => ({ width: label.length, button: { text: label.toWellFormed() } }));
  return {
    keyboard: [[{ text: words.sendLocation, request_location: true }], ...inRows(rest)],
    one_time_keyboard: true,
    resize_keyboard: true,
  };
}

function inRows<T>(buttons: readonly { readonly width: number; readonly button: T }[]): T[][] {
  const rows: T[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const { width, button } of buttons) {
    const row = rows.at(-1);
    const taken = width + BUTTON_CHARS;
    if (row && row.length < MAX_IN_ROW && filled + taken <= ROW_CHARS) {
      row.push(button);
      filled += taken;
    } else {
      rows.push([button]);
      filled = taken;
    }
  }
  return rows;
}
