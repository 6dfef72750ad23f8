import type { Db } from 'mongodb';
import type { Turn } from '../conversations/turn.js';

/** As the channels write them; a higher rank is further. */
const RANKS: ReadonlyMap<number, 'delivered' | 'read'> = new Map([
  [2, 'delivered'],
  [3, 'read'],
]);

/** How far the messages of some turns got beyond us, by the platform's id; by `_id`, one query. */
export type FindReceipts = (
  turns: readonly Turn[],
) => Promise<(platformId: string) => 'delivered' | 'read' | undefined>;

export function createFindReceipts(db: Db): FindReceipts {
  const receipts = db.collection<{ _id: string; rank: number }>('receipts');
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
    const ranks = new Map(found.map(({ _id, rank }) => [_id.slice(_id.indexOf(':') + 1), rank]));
    return (platformId) => RANKS.get(ranks.get(platformId) ?? 0);
  };
}
