import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { turnIdOf } from '../core/ids.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Said } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import { nextAfter } from './next-after.js';
import type { Tip, Tips } from './tips.js';
import type { Mode } from './turn.js';
import { engineStateOf, openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const MAX_TRIES = 10;

export interface StaffTurnDeps {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly inOrder: InOrder;
  readonly turns: TurnStore;
  readonly tips: Tips;
  readonly commit: Commit;
  /** What the bot asks again when it gets the conversation back, at the very step it had reached. */
  readonly resume: (tip: Tip) => readonly Said[];
}

/** What staff do in a conversation. Each is one turn, so two at once are a race that one of them wins. */
export interface StaffTurns {
  /** Takes the conversation over. @throws {AppError} `conversation.taken` with the `staffId` who holds it */
  claim(conversationId: string, staffId: string, key: string): Promise<Committed>;
  /** Says something to the citizen. @throws {AppError} `conversation.taken` unless this person holds it */
  say(conversationId: string, staffId: string, key: string, text: string): Promise<Committed>;
  /** Gives the conversation back to the bot, which asks its question again. @throws as {@link say} */
  release(conversationId: string, staffId: string, key: string): Promise<Committed>;
}

interface Deed {
  readonly mode: Mode;
  readonly say: readonly Said[];
}

export function createStaffTurns(deps: StaffTurnDeps): StaffTurns {
  const holds = (tip: Tip, staffId: string) => {
    if (tip.after.mode === 'staff' && tip.after.staffId === staffId) return;
    throw takenBy(tip);
  };

  return {
    claim: (conversationId, staffId, key) =>
      act(deps, conversationId, staffId, key, (tip) => {
        if (tip.after.mode === 'staff' && tip.after.staffId !== staffId) throw takenBy(tip);
        return { mode: 'staff', say: [] };
      }),
    say: (conversationId, staffId, key, text) =>
      act(deps, conversationId, staffId, key, (tip) => {
        holds(tip, staffId);
        return { mode: 'staff', say: [{ bubble: { text }, kind: 'staff' }] };
      }),
    release: (conversationId, staffId, key) =>
      act(deps, conversationId, staffId, key, (tip) => {
        holds(tip, staffId);
        return { mode: 'bot', say: deps.resume(tip) };
      }),
  };
}

function takenBy(tip: Tip): AppError {
  const { staffId } = tip.after;
  return new AppError(
    'conversation.taken',
    staffId ? 'Somebody else holds this conversation' : 'Take the conversation over first',
    {
      ...(staffId ? { staffId } : {}),
    },
  );
}

async function act(
  deps: StaffTurnDeps,
  conversationId: string,
  staffId: string,
  key: string,
  judge: (tip: Tip) => Deed,
): Promise<Committed> {
  return deps.inOrder(conversationId, async () => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = await deps.turns.find(turnIdOf(conversationId, key));
      if (before) return { turn: before, content: openContent(deps.keys, before) };
      const tip = await deps.tips.get(conversationId);
      if (!tip) throw new AppError('conversation.not_found', 'There is no such conversation');
      const deed = judge(tip);
      const committed = await deps.commit(draftOf(deps, conversationId, tip, staffId, key, deed));
      if (committed) return committed;
    }
    throw new AppError('conversation.busy', 'Too many turns at once in this conversation; try again', {
      tries: MAX_TRIES,
    });
  });
}

function draftOf(deps: StaffTurnDeps, conversationId: string, tip: Tip, staffId: string, key: string, deed: Deed) {
  const at = deps.clock.now();
  const seq = tip.seq + 1;
  const state = engineStateOf(tip.after, { answers: tip.answers });
  const { say } = deed;
  return {
    conversationId,
    seq,
    at,
    source: { kind: 'staff' as const, key },
    address: tip.address,
    ...(tip.displayName ? { displayName: tip.displayName } : {}),
    after: nextAfter(tip.after, { seq, at, by: 'staff', state, say, promptDelayMs: 0, mode: deed.mode, staffId }),
    answers: tip.answers,
    say,
    effects: [],
    ...(tip.owes ? { earlierOwed: true } : {}),
  };
}
