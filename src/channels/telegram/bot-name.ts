import type { Clock } from '../../core/clock.js';
import { backoffMs, pause } from '../../core/pause.js';
import type { TelegramApi } from './api.js';

const MS_PER_SECOND = 1000;
const MAX_PAUSE_MS = 60 * MS_PER_SECOND;

/** The bot's user name: commands may name it, and links to it need it. Nothing waits for it. */
export interface BotName {
  /** Undefined until the Bot API has told it. */
  current(): string | undefined;
  stop(): Promise<void>;
}

/** Asks for the name until it is told. */
export function createBotName({ api, clock }: { api: TelegramApi; clock: Clock }): BotName {
  const aborter = new AbortController();
  let name: string | undefined;

  const ask = async () => {
    for (let failures = 1; !aborter.signal.aborted; failures++) {
      try {
        name = (await api.call('getMe', {}, { signal: aborter.signal })).username;
        return;
      } catch {
        // what is wrong with the API is told by whoever polls it or sets its webhook
        await pause(clock, backoffMs(failures, MS_PER_SECOND, MAX_PAUSE_MS, Math.random()), aborter.signal);
      }
    }
  };
  const asking = ask();

  return {
    current: () => name,
    async stop() {
      aborter.abort();
      await asking;
    },
  };
}
