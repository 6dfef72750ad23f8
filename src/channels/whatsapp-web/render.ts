import type { Attachment, Option, OutboundMessage } from '../../messages/message.js';

/** As WhatsApp has it. A turn holds no more than 64 KB, so nothing we send comes near it. */
export const MAX_TEXT_CHARS = 65_536;

/** One bubble to be sent: a text, or a file with an optional caption. */
export interface WebRequest {
  readonly text: string;
  readonly file?: Attachment;
}

/**
 * The bubbles that one message takes, in order: files first, the text as caption of the last where it may have one,
 * else by itself. Options are always numbered lines: buttons and lists sent this way don't arrive. Pure.
 */
export function renderMessage(message: OutboundMessage): readonly WebRequest[] {
  const text = withNumbers(message.text.toWellFormed().trim(), message.options ?? []);
  const files = message.attachments ?? [];
  const last = files.at(-1);
  const isCaption = last !== undefined && last.kind !== 'audio' && text !== '';
  const requests = files.map((file): WebRequest => {
    return { text: isCaption && file === last ? text : '', file };
  });
  return isCaption || text === '' ? requests : [...requests, { text }];
}

/** The flow writes the numbers under its questions itself; whatever else offers options gets them here. */
function withNumbers(text: string, options: readonly Option[]): string {
  if (options.length === 0) return text;
  const lines = options.map(({ label }, index) => `${index + 1}. ${label.toWellFormed()}`).join('\n');
  if (text.endsWith(lines)) return text;
  return text === '' ? lines : `${text}\n\n${lines}`;
}
