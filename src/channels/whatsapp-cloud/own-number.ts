import type { Clock } from '../../core/clock.js';
import { backoffMs, pause } from '../../core/pause.js';
import type { GraphApi } from './graph-api.js';

const MS_PER_SECOND = 1000;
const MAX_PAUSE_MS = 10 * 60 * MS_PER_SECOND;

/** Our phone number, for links to it: Meta's ids of it are good for calls only. Nothing waits for it. */
export interface OwnNumber {
  /** Digits with the country in front; undefined until Meta has told it. */
  current(): string | undefined;
  stop(): Promise<void>;
}

/** Asks for the number, when it is first wanted, until it is told. */
export function createOwnNumber({ api, clock }: { api: Pick<GraphApi, 'ownNumber'>; clock: Clock }): OwnNumber {
  const aborter = new AbortController();
  let number: string | undefined;
  let asking: Promise<void> | undefined;

  const ask = async () => {
    for (let failures = 1; !aborter.signal.aborted; failures++) {
      try {
        number = await api.ownNumber(aborter.signal);
        return;
      } catch {
        // what is wrong with the API shows with the first message that is sent
        await pause(clock, backoffMs(failures, MS_PER_SECOND, MAX_PAUSE_MS, Math.random()), aborter.signal);
      }
    }
  };

  return {
    current() {
      asking ??= ask();
      return number;
    },
    async stop() {
      aborter.abort();
      await asking;
    },
  };
}
