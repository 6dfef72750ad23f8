import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Logger } from '../core/log.js';
import type { Apply } from './apply.js';
import type { Turn } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const MAX_PER_SWEEP = 200;

/**
 * Applies effects that were left owed: by a process that died between commit and apply, or while the store was away.
 * Any number of processes may do it at once.
 *
 * @returns how many turns owed something
 */
export async function sweepEffects(deps: {
  readonly turns: TurnStore;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly inOrder: InOrder;
  readonly apply: Apply;
}): Promise<number> {
  const { turns, keys, log } = deps;
  const owing = await turns.owingEffects(deps.clock.now(), MAX_PER_SWEEP);
  const applyOne = async ({ _id }: Turn) => {
    const turn = await turns.find(_id); // it may have been applied while we waited
    if (turn?.applyAt) await deps.apply({ turn, content: openContent(keys, turn) });
  };
  await Promise.all(
    owing.map((turn) => {
      const { conversationId, seq } = turn;
      // of a later version, or under a key that isn't here: no reason to leave the others, or not to start
      const setAside = (err: unknown) =>
        log.warn({ conversationId, seq, err }, 'effects of a turn could not be taken up');
      return deps.inOrder(conversationId, () => applyOne(turn)).catch(setAside);
    }),
  );
  return owing.length;
}
