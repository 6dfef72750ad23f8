import type { BotState } from './telegram-server-methods.js';

const MS_PER_SECOND = 1000;

/** A person on Telegram. Each act returns the id of the update it became, or undefined when the bot didn't ask for it. */
export interface FakeCitizen {
  readonly chatId: string;
  say(text: string): number | undefined;
  /** Any message: `fields` are what Telegram puts beside id, sender, chat and date. */
  send(fields: Readonly<Record<string, unknown>>): number | undefined;
  edit(messageId: number, fields: Readonly<Record<string, unknown>>): number | undefined;
  /** Taps the button of that label on the newest message that has one. */
  tap(label: string): number | undefined;
  /** Taps with any data at all. */
  tapData(data: string): number | undefined;
  photo(bytes: Buffer, caption?: string, album?: string): number | undefined;
  block(): number | undefined;
  unblock(): number | undefined;
  /** What the bot has said here, oldest first. */
  heard(): readonly string[];
  /** The id of the newest message this person sent. */
  lastMessageId(): number;
}

type Button = { readonly text?: string; readonly callback_data?: string };

export function createCitizen(bot: BotState, chat: number, name = 'Siti'): FakeCitizen {
  const chatId = String(chat);
  const from = { id: chat, is_bot: false, first_name: name, language_code: 'id' };
  const place = { id: chat, first_name: name, type: 'private' };
  let lastMessageId = 0;
  bot.knownChats.add(chatId);

  const unixNow = () => Math.floor(bot.clock.now().getTime() / MS_PER_SECOND);

  const send = (fields: Readonly<Record<string, unknown>>) => {
    lastMessageId = bot.newMessageId();
    const message = { message_id: lastMessageId, from, chat: place, date: unixNow(), ...fields };
    return bot.queue.push('message', message, `chat:${chatId}`);
  };

  const tapWith = (data: string | undefined, markup: unknown, messageId: number) => {
    const id = `${chat}${bot.taps.size + 1}`;
    bot.taps.set(id, bot.clock.monotonicMs());
    const message = { message_id: messageId, chat: place, date: unixNow(), text: 'x', reply_markup: markup };
    return bot.queue.push('callback_query', { id, from, message, chat_instance: '1', data }, `tap:${chatId}`);
  };

  const membership = (status: string) => {
    const user = { id: 7001, is_bot: true, first_name: 'Kanal Aduan' };
    const change = {
      chat: place,
      from,
      date: unixNow(),
      old_chat_member: { user, status: '' },
      new_chat_member: { user, status },
    };
    return bot.queue.push('my_chat_member', change, `member:${chatId}`);
  };

  return {
    chatId,
    send,
    say: (text) => send({ text }),
    edit: (messageId, fields) =>
      bot.queue.push(
        'edited_message',
        { message_id: messageId, from, chat: place, date: unixNow(), edit_date: unixNow(), ...fields },
        `chat:${chatId}`,
      ),
    tap(label) {
      for (const { chatId: to, markup, messageId } of bot.sent.toReversed()) {
        const buttons = to === chatId ? buttonsOf(markup) : [];
        const button = buttons.find(({ text }) => text === label);
        if (button) return tapWith(button.callback_data, markup, messageId);
      }
      throw new Error(`the bot offered no button "${label}"`);
    },
    tapData: (data) => tapWith(data, { inline_keyboard: [[{ text: 'x', callback_data: data }]] }, 1),
    photo(bytes, caption, album) {
      const file_id = bot.keepFile(bytes, { extension: 'jpg' });
      const photo = [{ file_id, file_unique_id: `u-${file_id}`, file_size: bytes.length, width: 90, height: 90 }];
      return send({ photo, ...(caption ? { caption } : {}), ...(album ? { media_group_id: album } : {}) });
    },
    block() {
      bot.blockedBy.add(chatId);
      return membership('kicked');
    },
    unblock() {
      bot.blockedBy.delete(chatId);
      return membership('member');
    },
    heard: () => bot.sent.filter((sent) => sent.chatId === chatId).map(({ text }) => text),
    lastMessageId: () => lastMessageId,
  };
}

function buttonsOf(markup: unknown): readonly Button[] {
  if (typeof markup !== 'object' || markup === null || !('inline_keyboard' in markup)) return [];
  return (markup.inline_keyboard as Button[][]).flat();
}
