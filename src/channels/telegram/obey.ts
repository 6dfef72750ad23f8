import type { Logger } from '../../core/log.js';
import type { Address } from '../../messages/message.js';
import type { TelegramApi } from './api.js';
import type { Control } from './parse.js';
import type { TelegramWords } from './render.js';

/** Told when a citizen blocks the bot, and when they let it in again. May reject when the store is away. */
export type OnReachable = (address: Address, isReachable: boolean, at: Date) => Promise<void>;

export interface ObeyDeps {
  readonly api: TelegramApi;
  readonly log: Logger;
  readonly words: TelegramWords;
  readonly onReachable: OnReachable;
}

/** Does what an update asks for that nobody said. */
export function createObey({ api, log, words, onReachable }: ObeyDeps): (control: Control) => Promise<void> {
  /** Groups being left: a thousand of their messages that waited are no reason for a thousand calls. */
  const leaving = new Set<string>();

  const leave = async (chatId: string, say: boolean) => {
    // one who may not speak there can still leave
    if (say) await api.call('sendMessage', { chat_id: chatId, text: words.leaving }).catch(() => undefined);
    await api.call('leaveChat', { chat_id: chatId });
  };

  return async (control) => {
    if (control.type !== 'leave') return onReachable(control.address, control.type === 'unblocked', control.at);
    const { chatId, say } = control;
    if (leaving.has(chatId)) return;
    leaving.add(chatId);
    // not waited for: a group must not hold up citizens, and its next message is the next try
    void leave(chatId, say)
      .then(
        () => log.info({ channel: 'telegram' }, 'group left'),
        (error: unknown) => log.warn({ channel: 'telegram', err: error }, 'group could not be left'),
      )
      .finally(() => leaving.delete(chatId));
  };
}
