import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Texts } from '../flows/i18n.js';
import type { FetchRefusal, FileCondition } from '../messages/message.js';
import type { Commit } from './commit.js';
import { sayAside } from './system-turn.js';
import type { Tips } from './tips.js';
import type { Turn } from './turn.js';
import type { TurnStore } from './turn-store.js';

/**
 * What a citizen can mend by sending it again or differently. One that failed to come for days is for staff to see, who
 * may ask for it; nobody is told of a quarantined one what gave it away.
 */
const TOLD: Partial<Record<FetchRefusal | FileCondition, string>> = {
  too_large: 'engine.file_too_large',
  unsupported_type: 'file.unsupported_type',
  quota_exceeded: 'file.quota_exceeded',
  gone: 'file.gone',
  damaged: 'engine.file_damaged',
  locked: 'engine.file_locked',
};

/**
 * Tells who sent a file that it can't be kept or doesn't open, and what to do: of all that came since they last wrote
 * once, however many files there are.
 */
export type TellUnusableFile = (turn: Turn, why: FetchRefusal | FileCondition) => Promise<void>;

export function createTellUnusableFile(deps: {
  readonly inOrder: InOrder;
  readonly turns: Pick<TurnStore, 'find'>;
  readonly tips: Tips;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly hours: Calendar;
  readonly texts: Texts;
}): TellUnusableFile {
  const { inOrder, texts } = deps;

  return async ({ conversationId, seq }, why) => {
    const text = TOLD[why];
    if (!text) return;
    await inOrder(conversationId, () =>
      sayAside(deps, conversationId, ({ after }) => ({
        key: `file:${why}:${after.lastInboundAt?.getTime() ?? seq}`,
        say: [{ bubble: { text: texts.format(after.locale, text) }, kind: 'reply' }],
      })),
    );
  };
}
