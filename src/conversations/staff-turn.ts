import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { turnIdOf } from '../core/ids.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Said, TurnDraft } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import { nextAfter } from './next-after.js';
import type { Tip, Tips } from './tips.js';
import type { Mode } from './turn.js';
import { engineStateOf, openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const MAX_TRIES = 10;
/** Holds a conversation that was taken over from the office's phone, until somebody claims it. */
export const PHONE = 'phone';

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
  /**
   * Somebody wrote to the citizen from the office's own phone: that is a takeover. Who it was isn't known; whoever held
   * the conversation goes on holding it. Nothing happens in a chat that has no conversation.
   */
  takeOverFromPhone(conversationId: string, key: string, text: string): Promise<void>;
  /** Gives the conversation back to the bot, which asks its question again. @throws as {@link say} */
  release(conversationId: string, staffId: string, key: string): Promise<Committed>;
}

interface Deed {
  readonly mode: Mode;
  readonly say: readonly Said[];
  readonly isDelivered?: boolean;
  readonly staffId?: string;
}

export function createStaffTurns(deps: StaffTurnDeps): StaffTurns {
  const holds = (tip: Tip, staffId: string) => {
    if (tip.after.mode === 'staff' && tip.after.staffId === staffId) return;
    throw takenBy(tip);
  };

  return {
    claim: (conversationId, staffId, key) =>
      act(deps, conversationId, key, (tip) => {
        if (tip.after.mode === 'staff' && tip.after.staffId !== staffId && tip.after.staffId !== PHONE)
          throw takenBy(tip);
        return { mode: 'staff', say: [], staffId };
      }),
    say: (conversationId, staffId, key, text) =>
      act(deps, conversationId, key, (tip) => {
        holds(tip, staffId);
        return { mode: 'staff', say: [{ bubble: { text }, kind: 'staff' }], staffId };
      }),
    async takeOverFromPhone(conversationId, key, text) {
      if (!(await deps.tips.get(conversationId))) return;
      await act(deps, conversationId, key, (tip) => ({
        mode: 'staff',
        say: [{ bubble: { text }, kind: 'staff' }],
        isDelivered: true,
        staffId: tip.after.staffId ?? PHONE,
      }));
    },
    release: (conversationId, staffId, key) =>
      act(deps, conversationId, key, (tip) => {
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
      const committed = await deps.commit(draftOf(deps, conversationId, tip, key, deed));
      if (committed) return committed;
    }
    throw new AppError('conversation.busy', 'Too many turns at once in this conversation; try again', {
      tries: MAX_TRIES,
    });
  });
}

function draftOf(deps: StaffTurnDeps, conversationId: string, tip: Tip, key: string, deed: Deed): TurnDraft {
  const at = deps.clock.now();
  const seq = tip.seq + 1;
  const state = engineStateOf(tip.after, { answers: tip.answers });
  const { say, staffId } = deed;
  return {
    conversationId,
    seq,
    at,
    source: { kind: 'staff' as const, key },
    address: tip.address,
    ...(tip.displayName ? { displayName: tip.displayName } : {}),
    after: nextAfter(tip.after, {
      seq,
      at,
      by: 'staff',
      state,
      say,
      promptDelayMs: 0,
      mode: deed.mode,
      ...(staffId ? { staffId } : {}),
    }),
    answers: tip.answers,
    say,
    effects: [],
    earlierKeys: tip.keys,
    ...(deed.isDelivered ? { isDelivered: true } : {}),
    ...(tip.owes ? { earlierOwed: true } : {}),
  };
}
