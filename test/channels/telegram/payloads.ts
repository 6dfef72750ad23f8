import type { Parsed } from '../../../src/channels/telegram/parse.js';

/** An update as Telegram sends it, and what it must become. */
export interface PayloadCase {
  readonly update: Record<string, unknown>;
  /** For `inbound`: the fields named here, others are free. */
  readonly becomes: Expected;
}

type Expected =
  | { readonly type: 'inbound'; readonly tapId?: string; readonly message: Readonly<Record<string, unknown>> }
  | Exclude<Parsed, { type: 'inbound' }>;

export const CONTEXT = {
  account: '7001',
  username: 'aduan_bot',
  receivedAt: new Date('2026-03-17T03:00:00Z'),
} as const;

export const CITIZEN = {
  id: 90210,
  is_bot: false,
  first_name: 'Siti',
  last_name: 'Rahma',
  username: 'sitirahma',
  language_code: 'id',
};
export const PRIVATE = { id: 90210, first_name: 'Siti', last_name: 'Rahma', username: 'sitirahma', type: 'private' };
export const GROUP = { id: -1001234567890, title: 'Warga RW 05', type: 'supergroup' };
export const SENT_AT = 1_773_712_800;
/** What {@link SENT_AT} is. */
export const SENT_DATE = new Date(SENT_AT * 1000);
export const ADDRESS = { channel: 'telegram', account: '7001', chatId: '90210' };
const BOT = { id: 7001, is_bot: true, first_name: 'Aduan', username: 'aduan_bot' };

let nextUpdateId = 500_000;

export function update(fields: Record<string, unknown>): Record<string, unknown> {
  nextUpdateId += 1;
  return { update_id: nextUpdateId, ...fields };
}

export function message(fields: Record<string, unknown>): Record<string, unknown> {
  return { message_id: 41, from: CITIZEN, chat: PRIVATE, date: SENT_AT, ...fields };
}

export function said(fields: Record<string, unknown>): Record<string, unknown> {
  return update({ message: message(fields) });
}

export function tapped(data: string | undefined, keyboard: unknown, fields: Record<string, unknown> = {}) {
  const question = {
    message_id: 40,
    from: BOT,
    chat: PRIVATE,
    date: SENT_AT - 20,
    text: 'Pilih satu.',
    reply_markup: { inline_keyboard: keyboard },
  };
  const query = { id: '4382001937', from: CITIZEN, message: question, chat_instance: '-99120', data, ...fields };
  return update({ callback_query: query });
}

export function membership(chat: unknown, from: string, to: string) {
  return update({
    my_chat_member: {
      chat,
      from: CITIZEN,
      date: SENT_AT,
      old_chat_member: { user: BOT, status: from },
      new_chat_member: { user: BOT, status: to, ...(to === 'kicked' ? { until_date: 0 } : {}) },
    },
  });
}

export function photo(prefix: string) {
  return [
    { file_id: `${prefix}-s`, file_unique_id: 'us', file_size: 1301, width: 67, height: 90 },
    { file_id: `${prefix}-m`, file_unique_id: 'um', file_size: 20_418, width: 240, height: 320 },
    { file_id: `${prefix}-l`, file_unique_id: 'ul', file_size: 91_220, width: 960, height: 1280 },
  ];
}
