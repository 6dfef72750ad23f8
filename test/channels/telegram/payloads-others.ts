import {
  ADDRESS,
  CITIZEN,
  CONTEXT,
  GROUP,
  membership,
  message,
  type PayloadCase,
  PRIVATE,
  SENT_AT,
  SENT_DATE,
  said,
  tapped,
  update,
} from './payloads.js';

const CHANNEL = { id: -1009876543210, title: 'Info Kota', type: 'channel' };
const NO_CHOICE = { step: '', seq: 0, option: '' };

function left(chat: { readonly id: number }, say = false): PayloadCase['becomes'] {
  return { type: 'control', control: { type: 'leave', chatId: String(chat.id), say } };
}

function choice(fields: Readonly<Record<string, unknown>>): PayloadCase['becomes'] {
  return {
    type: 'inbound',
    tapId: '4382001937',
    message: { address: ADDRESS, sentAt: CONTEXT.receivedAt, ...fields },
  };
}

export const OTHERS: Readonly<Record<string, PayloadCase>> = {
  tap: {
    update: tapped('1c:summary:send', [[{ text: 'Kirim', callback_data: '1c:summary:send' }]]),
    becomes: choice({ text: '', choice: { seq: 48, step: 'summary', option: 'send' } }),
  },
  'tap on an option with colons': {
    update: tapped('2:pick_case:LP:1', []),
    becomes: choice({ choice: { seq: 2, step: 'pick_case', option: 'LP:1' } }),
  },
  'tap on an option of a long name': {
    update: tapped('a::#1', [
      [{ text: 'Jalan', callback_data: 'a::#0' }],
      [{ text: 'Jembatan penyeberangan', callback_data: 'a::#1' }],
    ]),
    becomes: choice({ text: 'Jembatan penyeberangan', seenSeq: 10 }),
  },
  'tap on a button too old to come along': {
    update: tapped('5:ask:yes', [], { message: { message_id: 3, chat: PRIVATE, date: 0 } }),
    becomes: choice({ choice: { seq: 5, step: 'ask', option: 'yes' } }),
  },
  'tap without its message': {
    update: tapped('5:ask:yes', [], { message: undefined, inline_message_id: 'AAx' }),
    becomes: choice({ choice: { seq: 5, step: 'ask', option: 'yes' } }),
  },
  'tap with forged data': { update: tapped('../../etc:passwd', []), becomes: choice({ text: '', choice: NO_CHOICE }) },
  'tap on a button of another time': { update: tapped('lapor', []), becomes: choice({ choice: NO_CHOICE }) },
  'tap on a game': {
    update: tapped(undefined, [], { game_short_name: 'ular' }),
    becomes: choice({ choice: NO_CHOICE }),
  },
  'tap in a group': {
    update: tapped('5:ask:yes', [], { message: { message_id: 3, chat: GROUP, date: SENT_AT } }),
    becomes: left(GROUP),
  },
  'bot blocked': {
    update: membership(PRIVATE, 'member', 'kicked'),
    becomes: { type: 'control', control: { type: 'blocked', address: ADDRESS as never, at: SENT_DATE } },
  },
  'bot unblocked': {
    update: membership(PRIVATE, 'kicked', 'member'),
    becomes: { type: 'control', control: { type: 'unblocked', address: ADDRESS as never, at: SENT_DATE } },
  },
  'bot added to a group': { update: membership(GROUP, 'left', 'member'), becomes: left(GROUP, true) },
  'bot made a channel administrator': { update: membership(CHANNEL, 'left', 'administrator'), becomes: left(CHANNEL) },
  'bot removed from a group': {
    update: membership(GROUP, 'member', 'kicked'),
    becomes: { type: 'ignore', reason: 'left_chat' },
  },
  'text in a group': { update: said({ chat: GROUP, text: '/start@aduan_bot' }), becomes: left(GROUP) },
  'text in a forum topic': {
    update: said({ chat: { ...GROUP, is_forum: true }, message_thread_id: 7, is_topic_message: true, text: 'halo' }),
    becomes: left(GROUP),
  },
  'group that became a supergroup': {
    update: said({ chat: { id: -4001, title: 'Warga', type: 'group' }, migrate_to_chat_id: GROUP.id }),
    becomes: left(GROUP),
  },
  'post in a channel': {
    update: update({
      channel_post: { message_id: 5, sender_chat: CHANNEL, chat: CHANNEL, date: SENT_AT, text: 'Pengumuman' },
    }),
    becomes: left(CHANNEL),
  },
  'edited post in a channel': {
    update: update({
      edited_channel_post: { message_id: 5, chat: CHANNEL, date: SENT_AT, edit_date: SENT_AT + 1, text: 'Ralat' },
    }),
    becomes: left(CHANNEL),
  },
  'message by a bot': {
    update: said({ from: { id: 12, is_bot: true, first_name: 'Lain' }, text: 'halo' }),
    becomes: { type: 'ignore', reason: 'from_bot' },
  },
  'pinned message': {
    update: said({ pinned_message: { message_id: 3, chat: PRIVATE, date: SENT_AT, text: 'x' } }),
    becomes: { type: 'ignore', reason: 'service_message' },
  },
  reaction: {
    update: update({
      message_reaction: {
        chat: PRIVATE,
        message_id: 4,
        user: CITIZEN,
        date: SENT_AT,
        old_reaction: [],
        new_reaction: [{ type: 'emoji', emoji: '👍' }],
      },
    }),
    becomes: { type: 'ignore', reason: 'not_asked_for' },
  },
  'message to a business account': {
    update: update({ business_message: message({ business_connection_id: 'b1', text: 'halo' }) }),
    becomes: { type: 'ignore', reason: 'not_asked_for' },
  },
  'kind of update that came after us': {
    update: update({ telepathy: { from: CITIZEN } }),
    becomes: { type: 'unreadable', reason: 'unknown_kind' },
  },
  'update of nothing': { update: update({}), becomes: { type: 'unreadable', reason: 'unknown_kind' } },
  'chat id beyond 2^53': {
    update: said({ chat: { ...PRIVATE, id: 2 ** 53 + 2 }, text: 'halo' }),
    becomes: { type: 'unreadable', reason: 'message' },
  },
};
