import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { isDuplicateKey } from './connect.js';

interface Attempts {
  readonly _id: string;
  readonly count: number;
  readonly expiresAt: Date;
}

/** Counts tries in the store, so that a limit holds for all processes together. */
export interface Tries {
  /**
   * Counts one more, before what was tried is looked at: of a thousand at once no more are looked at than may be.
   * @returns how many there were within the window, which begins with the first, this one among them
   */
  count(id: string): Promise<number>;
  /** It was no wrong one. */
  takeBack(id: string): Promise<void>;
}

export function createTries({ db, clock, windowMs }: { db: Db; clock: Clock; windowMs: number }): Tries {
  const attempts = db.collection<Attempts>('attempts');
  return {
    async count(_id) {
      const now = clock.now();
      for (;;) {
        const known = await attempts.findOneAndUpdate(
          { _id, expiresAt: { $gt: now } },
          { $inc: { count: 1 } },
          { returnDocument: 'after' },
        );
        if (known) return known.count;
        await attempts.deleteOne({ _id, expiresAt: { $lte: now } });
        try {
          // the window doesn't grow with trying on, which would lock out for ever whoever is guessed at
          await attempts.insertOne({ _id, count: 1, expiresAt: new Date(now.getTime() + windowMs) });
          return 1;
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
      }
    },
    takeBack: async (_id) => void (await attempts.updateOne({ _id }, { $inc: { count: -1 } })),
  };
}
