import type { TelegramApi } from './api.js';

const MAX_IN_FLIGHT = 50;
const TIMEOUT_MS = 10_000;

/** Small courtesies. Their failure matters to nobody, so it isn't even logged. */
export interface Hints {
  /** Stops the spinner on a tapped button. Telegram refuses it when the tap is older than 150 s. */
  answerTap(tapId: string): void;
  /** Shows "typing" for five seconds or until the next message. */
  typing(chatId: string): void;
  /** Waits for those under way. */
  stop(): Promise<void>;
}

export function createHints(api: TelegramApi): Hints {
  const running = new Set<Promise<void>>();

  const give = (call: () => Promise<unknown>) => {
    if (running.size >= MAX_IN_FLIGHT) return; // the API is slow: courtesies must not queue up
    const work = call()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => running.delete(work));
    running.add(work);
  };

  return {
    answerTap: (tapId) =>
      give(() => api.call('answerCallbackQuery', { callback_query_id: tapId }, { timeoutMs: TIMEOUT_MS })),
    typing: (chatId) =>
      give(() => api.call('sendChatAction', { chat_id: chatId, action: 'typing' }, { timeoutMs: TIMEOUT_MS })),
    async stop() {
      await Promise.all(running);
    },
  };
}
