import type { Keys } from '../core/crypto.js';
import { buildTurn, type Delivery, type TurnDraft } from './build-turn.js';
import type { Points } from './points.js';
import { type Tips, unreadNewsOf } from './tips.js';
import type { Turn, TurnAfter, TurnContent } from './turn.js';
import type { TurnStore } from './turn-store.js';

export interface Committed {
  readonly turn: Turn;
  readonly content: TurnContent;
  /** An earlier turn may still owe a message that this process doesn't hold in memory. */
  readonly earlierOwed?: boolean;
  /** Where the conversation stood before, when that was at hand. */
  readonly before?: TurnAfter;
}

export interface CommitDeps {
  readonly keys: Keys;
  readonly turns: TurnStore;
  readonly tips: Tips;
  readonly deliveryOf: (draft: TurnDraft, earlierOwed: boolean) => Delivery;
  /** The epoch under which this process holds the lane of a draft; undefined when it doesn't. */
  readonly epochOf: (draft: TurnDraft) => number | undefined;
  /** Told of every turn once it is durable: the lane's sender, the inbox row, those who watch. Must not throw. */
  readonly onCommitted: readonly ((committed: Committed) => void)[];
  readonly points: Points;
}

/** How many source keys a tip remembers. */
const KNOWN_KEYS = 16;

export type Commit = (draft: TurnDraft) => Promise<Committed | undefined>;

/**
 * Makes a turn durable with one insert; everything else follows from it.
 *
 * @returns undefined when the message is a turn already or another turn took the seq: look it up, or decide again
 * @throws {AppError} `store.unavailable`; the turn may or may not be stored then, and a retry finds out
 */
export function createCommit({ keys, turns, tips, deliveryOf, epochOf, onCommitted, points }: CommitDeps): Commit {
  return async (draft) => {
    const tip = tips.peek(draft.conversationId);
    const epoch = epochOf(draft);
    const earlierOwed = draft.seq > 1 && (!tip || tip.owes === true || (tip.epoch ?? epoch) !== epoch);
    const built = buildTurn(keys, draft, deliveryOf(draft, earlierOwed));
    const committed: Committed = {
      ...built,
      ...(earlierOwed ? { earlierOwed } : {}),
      ...(tip ? { before: tip.after } : {}),
    };
    await points('decided', committed.turn);
    let outcome: 'inserted' | 'duplicate';
    try {
      outcome = await turns.insert(committed.turn);
    } catch (error) {
      // it may be stored all the same, so what we believed to be the tip isn't known to be
      tips.forget(draft.conversationId);
      throw error;
    }
    if (outcome === 'duplicate') {
      tips.forget(draft.conversationId);
      return undefined;
    }
    await points('inserted', committed.turn);
    tips.set(draft.conversationId, {
      seq: draft.seq,
      after: draft.after,
      answers: draft.answers,
      address: draft.address,
      keys: [draft.source.key, ...(draft.earlierKeys ?? [])].slice(0, KNOWN_KEYS),
      ...(draft.displayName ? { displayName: draft.displayName } : {}),
      ...unreadNewsOf(draft.after, built.content.out),
      ...(epoch === undefined ? { owes: true } : { epoch }),
    });
    for (const tell of onCommitted) tell(committed);
    return committed;
  };
}
