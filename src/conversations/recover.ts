import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Apply } from './apply.js';
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
  turns: TurnStore;
  keys: Keys;
  clock: Clock;
  inOrder: InOrder;
  apply: Apply;
}): Promise<number> {
  const owing = await deps.turns.owingEffects(deps.clock.now(), MAX_PER_SWEEP);
  await Promise.all(
    owing.map(({ _id, conversationId }) =>
      deps.inOrder(conversationId, async () => {
        const turn = await deps.turns.find(_id); // it may have been applied while we waited
        if (turn?.applyAt) await deps.apply({ turn, content: openContent(deps.keys, turn) });
      }),
    ),
  );
  return owing.length;
}
