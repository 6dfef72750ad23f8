import { cutText } from '../../core/text.js';
import type { OutboundMessage } from '../../messages/message.js';
import { buttonIdOf } from './button-id.js';
import type { CloudRequest } from './render.js';
import { MAX_TEMPLATE_CHARS, OWN_PARAMETERS, type OwnParameter, type Template, type Templates } from './templates.js';

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
  /** What to say in the message's stead while the window is closed; `params` are the values, in order. */
  readonly template?: { readonly name: string; readonly locale: string; readonly params: readonly string[] };
};

/**
 * True while anything may be said: 24 hours from the citizen's last message. When that isn't known, a message that
 * brings a template was planned for a closed window, and any other is worth a try.
 */
export function isWindowOpen({ lastInboundAt, template, asTemplate }: CloudOutbound, now: Date): boolean {
  if (asTemplate) return false;
  if (lastInboundAt === undefined) return template === undefined;
  return now.getTime() < lastInboundAt.getTime() + WINDOW_MS - MARGIN_MS;
}

/**
 * The message as a template that Meta has approved: its own, else the one for its kind; undefined when there is none,
 * or when it would hand over a receipt: a template shows on locked screens, and the code opens the case. Pure.
 *
 * @param service the name under which the service is known
 */
export function renderTemplate(
  message: CloudOutbound,
  templates: Templates,
  service: string,
): CloudRequest | undefined {
  if (message.receiptFor !== undefined) return undefined;
  const { template: own } = message;
  const planned = own && rendered(message, templates, own.name, own.locale, () => own.params);
  if (planned) return planned;
  const name = message.kind === 'notice' || message.kind === 'staff' ? templates.fallback[message.kind] : undefined;
  if (name === undefined) return undefined;
  return rendered(message, templates, name, message.locale, (template) => {
    const values = ownValues(message, service);
    return template.parameters.map((parameter) => (isOwn(parameter) ? values[parameter] : ''));
  });
}

function rendered(
  message: OutboundMessage,
  { templates }: Templates,
  name: string,
  locale: string | undefined,
  valuesFor: (template: Template) => readonly string[],
): CloudRequest | undefined {
  const template = templates[name];
  const languages = Object.entries(template?.languages ?? {});
  const chosen = languages.find(([language]) => language === locale) ?? languages[0];
  if (!template || !chosen) return undefined;
  const [language, { code, body, buttons = [] }] = chosen;
  const values = fitted(valuesFor(template).map(oneLine), MAX_TEMPLATE_CHARS - body.replace(MARK, '').length);
  // Meta refuses empty parameters, and too many or few
  if (values.length !== template.parameters.length || values.includes('')) return undefined;
  const components = [
    ...(values.length > 0 ? [{ type: 'body', parameters: values.map((text) => ({ type: 'text', text })) }] : []),
    ...payloadsOf(message, buttons.length).map((payload, index) => ({
      type: 'button',
      sub_type: 'quick_reply',
      index: String(index),
      parameters: [{ type: 'payload', payload }],
    })),
  ];
  return { type: 'template', template: { name, language: { code: code ?? language }, components } };
}

/** Without options of its own that match, a tap comes back as the words on the button. */
function payloadsOf(message: OutboundMessage, buttons: number): readonly string[] {
  const options = message.options ?? [];
  if (options.length !== buttons) return [];
  return options.map((option, index) => buttonIdOf(message.seq, message.step ?? '', option, index, MAX_PAYLOAD_BYTES));
}

function ownValues(message: OutboundMessage, service: string): Readonly<Record<OwnParameter, string>> {
  return { number: CASE_NUMBER.exec(message.text)?.[0] ?? '', text: message.text, service };
}

function isOwn(parameter: string): parameter is OwnParameter {
  const own: readonly string[] = OWN_PARAMETERS;
  return own.includes(parameter);
}

/** The longest is cut until all fit. */
function fitted(values: readonly string[], roomChars: number): readonly string[] {
  const overChars = values.reduce((sum, value) => sum + value.length, 0) - roomChars;
  if (overChars <= 0) return values;
  const longest = Math.max(...values.map((value) => value.length));
  const at = values.findIndex((value) => value.length === longest);
  return values.map((value, index) => (index === at ? cutText(value, Math.max(1, longest - overChars)) : value));
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
