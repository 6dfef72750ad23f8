import type { Clock } from '../../core/clock.js';
import type { TelegramApi } from './api.js';

const MAX_IN_FLIGHT = 50;
const TIMEOUT_MS = 10_000;
const MS_PER_SECOND = 1000;
/** They count against the limits of the bot as messages do, so they must leave room for those. */
const MAX_TYPING_PER_SECOND = 3;

/** Small courtesies. Their failure matters to nobody, so it isn't even logged. */
export interface Hints {
  /** Stops the spinner on a tapped button. Telegram refuses it when the tap is older than 150 s. */
  answerTap(tapId: string): void;
  /** Shows "typing" for five seconds or until the next message. */
  typing(chatId: string): void;
  /** Waits for those under way. */
  stop(): Promise<void>;
}

export function createHints(api: TelegramApi, clock: Clock): Hints {
  const running = new Set<Promise<void>>();
  let typedAtMs: readonly number[] = [];

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
    typing(chatId) {
      const nowMs = clock.monotonicMs();
      typedAtMs = typedAtMs.filter((atMs) => atMs > nowMs - MS_PER_SECOND);
      if (typedAtMs.length >= MAX_TYPING_PER_SECOND) return;
      typedAtMs = [...typedAtMs, nowMs];
      give(() => api.call('sendChatAction', { chat_id: chatId, action: 'typing' }, { timeoutMs: TIMEOUT_MS }));
    },
    async stop() {
      await Promise.all(running);
    },
  };
}
