import type { Db } from 'mongodb';
import type { Turn } from '../conversations/turn.js';

/** As the channels write them; a higher rank is further. */
const STATES: ReadonlyMap<number, Reached['state']> = new Map([
  [2, 'delivered'],
  [3, 'read'],
  [4, 'dead'],
]);

/** What the platform told of a message after it took it. `reason` is its own code, where it gave up. */
export interface Reached {
  readonly state: 'delivered' | 'read' | 'dead';
  readonly reason?: string;
}

/** How far the messages of some turns got beyond us, by the platform's id; by `_id`, one query. */
export type FindReceipts = (
  turns: readonly Pick<Turn, 'lane' | 'out'>[],
) => Promise<(platformId: string) => Reached | undefined>;

export function createFindReceipts(db: Db): FindReceipts {
  const receipts = db.collection<{ _id: string; rank: number; code?: number | string }>('receipts');
  return async (turns) => {
    const ids = turns.flatMap(({ lane, out }) =>
      out.flatMap((each) =>
        each.state === 'sent' && each.platformId !== ''
          ? [`${lane.slice(0, lane.indexOf(':'))}:${each.platformId}`]
          : [],
      ),
    );
    if (ids.length === 0) return () => undefined;
    const found = await receipts.find({ _id: { $in: ids } }).toArray();
    const reached = new Map(
      found.flatMap(({ _id, rank, code }): [string, Reached][] => {
        const state = STATES.get(rank);
        const reason = state === 'dead' && code !== undefined ? { reason: `not_delivered:${code}` } : {};
        return state ? [[_id.slice(_id.indexOf(':') + 1), { state, ...reason }]] : [];
      }),
    );
    return (platformId) => reached.get(platformId);
  };
}
