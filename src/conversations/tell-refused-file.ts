import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Texts } from '../flows/i18n.js';
import type { FetchRefusal } from '../messages/fetch.js';
import type { Commit } from './commit.js';
import { wakeLeft } from './next-after.js';
import { commitSystemTurn } from './system-turn.js';
import type { Tips } from './tips.js';
import type { Turn } from './turn.js';
import { engineStateOf } from './turn-content.js';

const MAX_TRIES = 3;

/** What a citizen can mend by sending it differently. That a file is gone at its platform is for staff to see. */
const TOLD: Partial<Record<FetchRefusal, string>> = {
  too_large: 'engine.file_too_large',
  unsupported_type: 'file.unsupported_type',
  quota_exceeded: 'file.quota_exceeded',
};

/** Tells who sent a file that it can't be kept, and how it can: once a message, however many files it brought. */
export type TellRefusedFile = (turn: Turn, reason: FetchRefusal) => Promise<void>;

export function createTellRefusedFile(deps: {
  readonly inOrder: InOrder;
  readonly tips: Tips;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly hours: Calendar;
  readonly texts: Texts;
}): TellRefusedFile {
  const { inOrder, tips, clock, texts } = deps;

  return async ({ conversationId, seq }, reason) => {
    const key = TOLD[reason];
    if (!key) return;
    await inOrder(conversationId, async () => {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const tip = await tips.get(conversationId);
        if (!tip) return;
        const state = engineStateOf(tip.after, tip);
        const committed = await commitSystemTurn(
          deps,
          conversationId,
          tip,
          { kind: 'system', key: `file_refused:${seq}` },
          {
            state,
            say: [{ bubble: { text: texts.format(state.locale, key) }, kind: 'reply' }],
            effects: [],
            ...wakeLeft(tip.after, clock.now()),
          },
        );
        if (committed) return;
        // told before, or the conversation went on in another process
        tips.forget(conversationId);
      }
    });
  };
}
