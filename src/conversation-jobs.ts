import type { Db } from 'mongodb';
import type { Conversations } from './conversations/conversations.js';
import { endLeases } from './conversations/lanes.js';
import type { Clock } from './core/clock.js';
import type { Logger } from './core/log.js';
import { handBackChats } from './jobs/hand-back.js';
import { startLoop } from './jobs/loop.js';
import type { Roster } from './staff/roster.js';
import { clearRestoreMarker, readRestoreMarker } from './store/embedded/storage/backup.js';

const TIMER_SWEEP_MS = 5000;
const EFFECT_SWEEP_MS = 1000;
const FETCH_SWEEP_MS = 10_000;
const ROW_REPAIR_MS = 15_000;
const HAND_BACK_MS = 5000;

export interface ConversationJobsDeps {
  readonly db: Db;
  readonly conversations: Conversations;
  readonly roster: Pick<Roster, 'cards'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The data folder that this process alone holds; absent where the store is shared. */
  readonly ownDir: string | undefined;
}

/** What is done in conversations by itself, as time passes. */
export interface ConversationJobs {
  /** Does what a crash or a restored backup left undone; before anything new is taken in. */
  recover(): Promise<void>;
  /** Queues chats anew whose holder is gone; runs by itself every five seconds. */
  readonly handBackChats: () => Promise<number>;
  /** Everything that is owed, again and again. @returns a stop */
  start(): () => Promise<void>;
}

export function createConversationJobs(deps: ConversationJobsDeps): ConversationJobs {
  const { db, conversations, roster, clock, log, ownDir } = deps;
  const present = async () =>
    new Set((await roster.cards()).flatMap(({ id, isAvailable }) => (isAvailable ? [id] : [])));
  const handBack = () => handBackChats({ db, staff: conversations.staff, present });

  return {
    handBackChats: handBack,
    async recover() {
      if (ownDir) await endLeases(db);
      // before any effect, which stamps a row: the newest row says how far back to look
      await conversations.rows.repair();
      const restored = ownDir ? await readRestoreMarker(ownDir) : undefined;
      if (ownDir && restored) {
        const done = await conversations.reconcile(new Date(restored.backupMadeAt));
        await clearRestoreMarker(ownDir);
        log.warn({ backupMadeAt: restored.backupMadeAt, ...done }, 'data restored from a backup was reconciled');
      }
      await conversations.sweepEffects();
    },
    start() {
      const stops = [
        startLoop({ clock, log }, 'timers', TIMER_SWEEP_MS, conversations.sweepTimers),
        startLoop({ clock, log }, 'effects', EFFECT_SWEEP_MS, conversations.sweepEffects),
        startLoop({ clock, log }, 'attachments', FETCH_SWEEP_MS, conversations.sweepFiles),
        startLoop({ clock, log }, 'rows left out', ROW_REPAIR_MS, conversations.repairRows),
        startLoop({ clock, log }, 'hand back', HAND_BACK_MS, handBack),
      ];
      return async () => {
        await Promise.all(stops.map((stop) => stop()));
      };
    },
  };
}
