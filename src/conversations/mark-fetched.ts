import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { Turn } from './turn.js';
import type { TurnStore } from './turn-store.js';

/** Stands in the place of a platform's id where a citizen has fetched a message. */
export const FETCHED = 'fetched';

/**
 * Notes that news was fetched: on the web chat it counts as delivered only then, and staff see who hasn't read it.
 * Nobody waits for it; what fails is noted the next time.
 */
export function markFetched(
  { turns, clock, log }: { turns: Pick<TurnStore, 'mark'>; clock: Clock; log: Logger },
  fetched: readonly Turn[],
): void {
  for (const turn of fetched) {
    if (turn.source.kind !== 'notice') continue;
    for (const [index, out] of turn.out.entries()) {
      // pulled messages are born sent, without an id
      if (out.state !== 'sent' || out.platformId !== '') continue;
      const update = { $set: { [`out.${index}.platformId`]: FETCHED, [`out.${index}.at`]: clock.now() } };
      turns
        .mark({ filter: { _id: turn._id, [`out.${index}.platformId`]: '' }, update })
        .catch((error: unknown) =>
          log.warn({ conversationId: turn.conversationId, err: error }, 'not noted as fetched'),
        );
    }
  }
}
