import { cutText } from '../../core/text.js';
import type { OutboundMessage } from '../../messages/message.js';
import { buttonIdOf } from './button-id.js';
import type { CloudRequest } from './render.js';
import { MAX_TEMPLATE_CHARS, type ParameterName, type Template, type Templates } from './templates.js';

const WINDOW_MS = 24 * 60 * 60 * 1000;
/** Nearer to its end the window may close while the message is under way. */
const MARGIN_MS = 60 * 1000;
/** As Meta has it for a quick reply's payload. */
const MAX_PAYLOAD_BYTES = 128;
const MARK = /\{\{\d+\}\}/g;
const CASE_NUMBER = /\bLP-\d{6}-\d{4,}\b/;

/** A message with what this channel needs beside it; see docs/whatsapp-cloud.md for where each comes from. */
export type CloudOutbound = OutboundMessage & {
  /** When the citizen last wrote; undefined when it isn't known, and then Meta is asked. */
  readonly lastInboundAt?: Date;
  /** The citizen's language. */
  readonly locale?: string;
};

/** True while anything may be said: 24 hours from the citizen's last message. */
export function isWindowOpen({ lastInboundAt }: CloudOutbound, now: Date): boolean {
  return lastInboundAt === undefined || now.getTime() < lastInboundAt.getTime() + WINDOW_MS - MARGIN_MS;
}

/**
 * The message as a template that Meta has approved, or undefined when none fits. Pure.
 *
 * @param service the name under which the service is known
 */
export function renderTemplate(
  message: CloudOutbound,
  templates: Templates,
  service: string,
): CloudRequest | undefined {
  for (const template of Object.values(templates)) {
    const request = fitted(message, template, service);
    if (request) return request;
  }
  return undefined;
}

function fitted(message: CloudOutbound, template: Template, service: string): CloudRequest | undefined {
  if (!template.for.some((kind) => kind === message.kind)) return undefined;
  const options = message.options ?? [];
  const ids = options.map((option) => option.id);
  if (template.options && template.options.join('\n') !== ids.join('\n')) return undefined;
  // a receipt code opens a case, and a template is shown on locked screens
  if (message.receiptFor !== undefined) return undefined;

  const chosen = languageOf(template, message.locale);
  if (!chosen) return undefined;
  const [language, { code, body }] = chosen;
  const filled = fill(message, template.parameters, {
    service,
    roomChars: MAX_TEMPLATE_CHARS - body.replace(MARK, '').length,
  });
  if (!filled) return undefined;
  return {
    type: 'template',
    template: {
      name: template.name,
      language: { code: code ?? language },
      components: [
        { type: 'body', parameters: filled.map((text) => ({ type: 'text', text })) },
        ...(template.options ? options : []).map((option, index) => ({
          type: 'button',
          sub_type: 'quick_reply',
          index: String(index),
          parameters: [
            {
              type: 'payload',
              payload: buttonIdOf(message.seq, message.step ?? '', option, index, MAX_PAYLOAD_BYTES),
            },
          ],
        })),
      ],
    },
  };
}

function languageOf({ languages }: Template, locale: string | undefined) {
  const all = Object.entries(languages);
  return all.find(([language]) => language === locale) ?? all[0];
}

/** Undefined when one can't be had: Meta refuses empty parameters. */
function fill(
  message: OutboundMessage,
  names: readonly ParameterName[],
  given: { readonly service: string; readonly roomChars: number },
): readonly string[] | undefined {
  const short: Readonly<Record<Exclude<ParameterName, 'text'>, string>> = {
    case_number: CASE_NUMBER.exec(message.text)?.[0] ?? '',
    service: oneLine(given.service),
  };
  const takenChars = names.reduce((sum, name) => sum + (name === 'text' ? 0 : short[name].length), 0);
  const filled = names.map((name) =>
    name === 'text' ? cutText(oneLine(message.text), given.roomChars - takenChars) : short[name],
  );
  return filled.includes('') ? undefined : filled;
}

/** Meta refuses line breaks, tabs and runs of spaces in a parameter, so lines become sentences. */
function oneLine(text: string): string {
  const lines = text
    .toWellFormed()
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  return lines.map((line, index) => (index === lines.length - 1 || /\p{P}$/u.test(line) ? line : `${line}.`)).join(' ');
}
