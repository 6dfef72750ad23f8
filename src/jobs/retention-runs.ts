import type { Db } from 'mongodb';
import { isDuplicateKey } from '../store/connect.js';

export interface RetentionCounts {
  readonly cases: number;
  readonly files: number;
  readonly turns: number;
}

/** One going-through of what is past its time; shown in the console. */
export interface RetentionRun {
  /** The day, `YYYY-MM-DD` in the tenant's zone; with `/<key>` behind it where somebody asked for it. */
  readonly _id: string;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  /** While it runs: until then nobody else takes it up. */
  readonly leaseUntil?: Date;
  /** What was erased: cases, cases whose files were, and turns. */
  readonly counts: RetentionCounts;
}

const LEASE_MS = 2 * 60 * 1000;
const NOTHING: RetentionCounts = { cases: 0, files: 0, turns: 0 };

export interface RetentionRuns {
  /** Takes a run up that nobody has, or that its process died over. @returns false when there is nothing to take up */
  begin(id: string, now: Date): Promise<boolean>;
  /** Notes what was erased, and that the run is alive. */
  note(id: string, counts: Partial<RetentionCounts>, now: Date): Promise<void>;
  finish(id: string, now: Date): Promise<RetentionRun>;
  /** The newest runs, by `_id`. */
  list(limit: number): Promise<RetentionRun[]>;
}

export function createRetentionRuns(db: Db): RetentionRuns {
  const runs = db.collection<RetentionRun>('retention_runs');
  const leaseFrom = (now: Date) => new Date(now.getTime() + LEASE_MS);
  return {
    async begin(id, now) {
      const leaseUntil = leaseFrom(now);
      try {
        await runs.insertOne({ _id: id, startedAt: now, leaseUntil, counts: NOTHING });
        return true;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const taken = await runs.updateOne({ _id: id, leaseUntil: { $lt: now } }, { $set: { leaseUntil } });
      return taken.matchedCount === 1;
    },
    async note(id, counts, now) {
      const added = Object.entries(counts).map(([name, count]) => [`counts.${name}`, count] as const);
      await runs.updateOne({ _id: id }, { $inc: Object.fromEntries(added), $set: { leaseUntil: leaseFrom(now) } });
    },
    async finish(id, now) {
      const done = await runs.findOneAndUpdate(
        { _id: id },
        { $set: { finishedAt: now }, $unset: { leaseUntil: '' } },
        { returnDocument: 'after' },
      );
      if (!done) throw new Error(`there is no retention run ${id}`);
      return done;
    },
    list: (limit) => runs.find({}, { sort: { _id: -1 }, limit }).toArray(),
  };
}
