import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Logger } from '../core/log.js';
import { isStoreAway } from '../store/connect.js';
import type { Said } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import type { Decide, Decision } from './decide.js';
import type { ConversationRow, Rows } from './rows.js';
import { commitSystemTurn } from './system-turn.js';
import type { Tip, Tips } from './tips.js';
import type { Turn, WakeName } from './turn.js';
import { engineStateOf } from './turn-content.js';

const MAX_PER_SWEEP = 200;
const FAILED_RETRY_MS = 60_000;

export interface TimerDeps {
  readonly rows: Rows;
  readonly tips: Tips;
  readonly inOrder: InOrder;
  readonly decide: Decide;
  readonly commit: Commit;
  readonly apply: (committed: Committed) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Writes the row again from the newest turn. */
  readonly refreshRow: (conversationId: string) => Promise<void>;
  readonly hours: Calendar;
  /** Asks somebody who waits for a person in vain what to do. */
  readonly waitingFlow: string;
  /** A text of locales/ in the language of a conversation. */
  readonly say: (text: string, tip: Tip) => Said;
  /** Somebody waits for a person in vain. */
  readonly onOverdue: (turn: Turn) => void;
}

/**
 * Wakes the conversations whose time has come. The row only points there: what happens is decided on the newest turn,
 * so a reminder for somebody who has just answered comes to nothing. Any number of processes may sweep.
 *
 * @returns how many turns were made
 */
export async function sweepTimers(deps: TimerDeps): Promise<number> {
  const now = deps.clock.now();
  const due = await deps.rows.due(now, MAX_PER_SWEEP);
  const made = await Promise.all(
    due.map((row) => wake(deps, row._id).catch((error: unknown) => putOff(deps, row, error))),
  );
  return made.filter(Boolean).length;
}

/** What fails by itself must not keep those behind it waiting. */
async function putOff(
  { rows, clock, log }: TimerDeps,
  { _id, lastSeq }: ConversationRow,
  error: unknown,
): Promise<false> {
  log.warn({ conversationId: _id, err: error }, 'timer failed, will retry');
  if (!isStoreAway(error)) await rows.putOff(_id, lastSeq, new Date(clock.now().getTime() + FAILED_RETRY_MS));
  return false;
}

async function wake(deps: TimerDeps, conversationId: string): Promise<boolean> {
  return deps.inOrder(conversationId, async () => {
    deps.tips.forget(conversationId); // a decision that may insert nothing is taken on a fresh one
    const tip = await deps.tips.get(conversationId);
    const timer = tip?.after.wake;
    if (!tip || !timer || timer.at > deps.clock.now()) {
      await deps.refreshRow(conversationId); // the row is behind, or it wouldn't have come up
      return false;
    }
    const committed = await commitSystemTurn(
      deps,
      conversationId,
      tip,
      { kind: 'system', key: `timer:${timer.name}:${tip.seq}` },
      await decisionOf(deps, conversationId, tip, timer.name),
    );
    if (committed && committed.turn.effects.length > 0) await deps.apply(committed);
    if (committed && timer.name === 'handover') deps.onOverdue(committed.turn);
    return committed !== undefined;
  });
}

/** From so many times on, silence says it better than one more apology. */
const MAX_APOLOGIES = 2;

async function decisionOf(
  deps: TimerDeps,
  conversationId: string,
  tip: Tip,
  name: WakeName,
): Promise<Decision & { readonly isOverdue?: boolean }> {
  const state = engineStateOf(tip.after, { answers: tip.answers });
  const now = deps.clock.now();
  const context = { conversationId, now, locale: tip.after.locale };
  const at = now.toISOString();
  switch (name) {
    case 'remind':
    case 'expire':
      return deps.decide(state, { type: 'timer', at, name }, context);
    case 'handover': {
      const { overdue = 0, isLeft = false } = tip.after.handover ?? {};
      const quiet = { state, effects: [], isOverdue: true };
      if (overdue >= MAX_APOLOGIES) return { ...quiet, say: [] };
      if (isLeft) return { ...quiet, say: [deps.say('handover.late', tip)] };
      return {
        ...(await deps.decide(state, { type: 'start', at, flow: deps.waitingFlow, answers: {} }, context)),
        isOverdue: true,
      };
    }
    case 'idle':
      return { state, effects: [], say: [deps.say('handover.requeued', tip)], handover: 'requeued' };
  }
}
