import type { Db } from 'mongodb';
import type { Handover } from './handover.js';
import type { Turn } from './turn.js';

/** How many waits the typical one is taken from. */
const RECENT = 20;
const RECENT_MS = 24 * 60 * 60 * 1000;
/** How long after its end a handover is still written: by then its last turn has been seen. */
const SETTLED_MS = 10 * 60 * 1000;

/** One handover, for waiting times and the shift view. `_id` is `<conversationId>:<seq>`. */
export interface HandoverRecord extends Omit<Handover, 'seq' | 'overdue' | 'isLeft'> {
  readonly _id: string;
  readonly conversationId: string;
  readonly overdue: number;
  readonly staffId?: string;
}

/** Every handover as its newest turn tells of it; lost, repeated or late writes do no harm. */
export interface HandoverLog {
  note(turns: readonly Turn[]): Promise<void>;
  /** Milliseconds that the last citizens waited until somebody took their chat, newest first; by index claimedAt. */
  recentWaits(now: Date): Promise<number[]>;
  /** Handovers that began at or after an instant, oldest first; by index since. */
  since(at: Date, limit: number): Promise<HandoverRecord[]>;
}

export function createHandoverLog(db: Db): HandoverLog {
  const records = db.collection<HandoverRecord>('handovers');
  return {
    async note(turns) {
      const operations = turns.flatMap((turn) => {
        const { handover, staffId } = turn.after;
        if (!handover || isSettled(handover, turn.at)) return [];
        const { seq, overdue, isLeft: _isLeft, claimedAt, repliedAt, endedAt, ...fixed } = handover;
        const filter = { _id: `${turn.conversationId}:${seq}` };
        const update = {
          $setOnInsert: { conversationId: turn.conversationId, ...fixed },
          // the earliest of each is the true one, in whatever order turns are written
          $min: {
            ...(claimedAt ? { claimedAt } : {}),
            ...(repliedAt ? { repliedAt } : {}),
            ...(endedAt ? { endedAt } : {}),
          },
          $max: { overdue },
          ...(staffId ? { $set: { staffId } } : {}),
        };
        return [{ updateOne: { filter, update, upsert: true } }];
      });
      if (operations.length > 0) await records.bulkWrite(operations, { ordered: false });
    },
    async recentWaits(now) {
      const found = await records
        .find(
          { claimedAt: { $gte: new Date(now.getTime() - RECENT_MS) } },
          { sort: { claimedAt: -1 }, limit: RECENT, projection: { since: 1, claimedAt: 1 } },
        )
        .toArray();
      return found.flatMap(({ since, claimedAt }) => (claimedAt ? [claimedAt.getTime() - since.getTime()] : []));
    },
    since: (at, limit) => records.find({ since: { $gte: at } }, { sort: { since: 1 }, limit }).toArray(),
  };
}

function isSettled({ endedAt }: Handover, at: Date): boolean {
  return endedAt !== undefined && at.getTime() - endedAt.getTime() > SETTLED_MS;
}
