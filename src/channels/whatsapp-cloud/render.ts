import { splitText } from '../../core/split-text.js';
import { cutText } from '../../core/text.js';
import type { Attachment, AttachmentKind, Option, OutboundMessage } from '../../messages/message.js';
import { buttonIdOf, MAX_BUTTON_ID_BYTES, MAX_ROW_ID_BYTES } from './button-id.js';

export const MAX_TEXT_CHARS = 4096;
export const MAX_INTERACTIVE_CHARS = 1024;
const MAX_CAPTION_CHARS = 1024;
/** What WhatsApp shows or plays in the chat; anything else of our store goes as a document. Sizes as Meta has them. */
const SHOWN: Readonly<Record<AttachmentKind, { readonly types: readonly string[]; readonly maxBytes: number }>> = {
  image: { types: ['image/jpeg', 'image/png'], maxBytes: 5 * 1024 * 1024 },
  video: { types: ['video/mp4', 'video/3gpp'], maxBytes: 16 * 1024 * 1024 },
  audio: { types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'], maxBytes: 16 * 1024 * 1024 },
  document: { types: [], maxBytes: 100 * 1024 * 1024 },
};
const MAX_BUTTONS = 3;
const MAX_BUTTON_CHARS = 20;
const MAX_ROWS = 10;
const MAX_ROW_CHARS = 24;
const MAX_ROW_MORE_CHARS = 72;

/** Words the channel itself needs, in the service's language. */
export interface WhatsappWords {
  /** On the button that opens the list; at most 20 characters. */
  readonly choose: string;
}

type Interactive =
  | {
      readonly type: 'button';
      readonly body: { readonly text: string };
      readonly action: { readonly buttons: readonly { type: 'reply'; reply: { id: string; title: string } }[] };
    }
  | {
      readonly type: 'list';
      readonly body: { readonly text: string };
      readonly action: {
        readonly button: string;
        readonly sections: readonly { rows: readonly { id: string; title: string; description?: string }[] }[];
      };
    }
  | {
      readonly type: 'location_request_message';
      readonly body: { readonly text: string };
      readonly action: { readonly name: 'send_location' };
    };

/** One request to `/messages`, but for who it goes to. A `file` is uploaded first and its id put under `type`. */
export type CloudRequest =
  | { readonly type: 'text'; readonly text: { readonly body: string; readonly preview_url: false } }
  | { readonly type: 'interactive'; readonly interactive: Interactive; readonly plain: string }
  | { readonly type: 'template'; readonly template: object }
  | { readonly type: AttachmentKind; readonly file: Attachment; readonly caption?: string };

/**
 * The requests that one message takes, in order: files first, then its text, with the richest way to answer that fits:
 * up to 3 options are reply buttons, up to 10 a list, more are the numbered lines that stand in the text already. What
 * has to be longer than an interactive message may be stays plain text, because one message is one buzz. Pure.
 */
export function renderMessage(message: OutboundMessage, words: WhatsappWords): readonly CloudRequest[] {
  const files = message.attachments ?? [];
  const text = message.text.toWellFormed().trim();
  const interactive = interactiveOf(message, text, words);
  const last = files.at(-1);
  // sound has no caption at WhatsApp
  const isCaption = !interactive && last && kindOf(last) !== 'audio' && text !== '' && text.length <= MAX_CAPTION_CHARS;
  const requests: CloudRequest[] = files.map((file) => ({
    type: kindOf(file),
    file,
    ...(isCaption && file === last ? { caption: text } : {}),
  }));
  if (interactive) return [...requests, { type: 'interactive', interactive, plain: text }];
  return isCaption ? requests : [...requests, ...splitText(text, MAX_TEXT_CHARS).map(textRequest)];
}

function kindOf({ kind, mimeType, sizeBytes = 0 }: Attachment): AttachmentKind {
  const { types, maxBytes } = SHOWN[kind];
  return mimeType === undefined || (types.includes(mimeType) && sizeBytes <= maxBytes) ? kind : 'document';
}

/** The same without buttons. */
export function withoutButtons(request: CloudRequest): CloudRequest {
  return request.type === 'interactive' ? textRequest(request.plain) : request;
}

function textRequest(body: string): CloudRequest {
  // a preview would make Meta fetch whatever address a citizen wrote
  return { type: 'text', text: { body, preview_url: false } };
}

function interactiveOf(message: OutboundMessage, text: string, words: WhatsappWords): Interactive | undefined {
  if (text === '' || text.length > MAX_INTERACTIVE_CHARS) return undefined;
  if (message.expect === 'location') {
    return { type: 'location_request_message', body: { text }, action: { name: 'send_location' } };
  }
  const options = message.options ?? [];
  if (options.length === 0 || options.length > MAX_ROWS) return undefined;
  return options.length <= MAX_BUTTONS ? buttonsOf(message, options, text) : listOf(message, options, text, words);
}

function buttonsOf(message: OutboundMessage, options: readonly Option[], text: string): Interactive {
  const { titles, areWhole } = titlesOf(options, MAX_BUTTON_CHARS);
  return {
    type: 'button',
    // the buttons say the same below; where they had to be cut, the numbered lines say the rest
    body: { text: areWhole ? withoutNumbers(text, options) : text },
    action: {
      buttons: options.map((option, index) => ({
        type: 'reply',
        reply: {
          id: buttonIdOf(message.seq, message.step ?? '', option, index, MAX_BUTTON_ID_BYTES),
          title: titles[index] ?? '',
        },
      })),
    },
  };
}

/** The numbered lines stay in the text: a list shows its rows only when opened, and many answer by number. */
function listOf(message: OutboundMessage, options: readonly Option[], text: string, words: WhatsappWords): Interactive {
  const { titles, areWhole } = titlesOf(options, MAX_ROW_CHARS);
  const rows = options.map((option, index) => ({
    id: buttonIdOf(message.seq, message.step ?? '', option, index, MAX_ROW_ID_BYTES),
    title: titles[index] ?? '',
    ...(areWhole || oneLine(option.label) === ''
      ? {}
      : { description: cutText(oneLine(option.label), MAX_ROW_MORE_CHARS) }),
  }));
  const button = cutText(words.choose, MAX_BUTTON_CHARS);
  return { type: 'list', body: { text }, action: { button, sections: [{ rows }] } };
}

/** Meta refuses empty and equal titles, so one that has to be cut carries its number. */
function titlesOf(options: readonly Option[], maxChars: number): { titles: readonly string[]; areWhole: boolean } {
  const labels = options.map(({ label }) => oneLine(label));
  const fit = labels.every((label) => label !== '' && label.length <= maxChars);
  if (fit && new Set(labels).size === labels.length) return { titles: labels, areWhole: true };
  return { titles: labels.map((label, index) => cutText(`${index + 1}. ${label}`, maxChars)), areWhole: false };
}

function oneLine(label: string): string {
  return label.toWellFormed().replace(/\s+/g, ' ').trim();
}

function withoutNumbers(text: string, options: readonly Option[]): string {
  const lines = options.map(({ label }, index) => `${index + 1}. ${label}`).join('\n');
  const rest = text.endsWith(lines) ? text.slice(0, -lines.length).trimEnd() : text;
  return rest || text;
}
