import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { equalSecrets, type Keys } from '../core/crypto.js';
import { receiptCodeOf } from '../core/ids.js';
import { isDuplicateKey } from '../store/connect.js';

const TRIES = 5;
const WINDOW_MS = 15 * 60 * 1000;

/**
 * Whether a receipt code opens a case. Five wrong codes in 15 minutes, a case or a requester, close the code way for
 * the rest of it, and a right one then looks wrong (a 16-digit code has 53 bits, below ASVS 6.6.3's 64, so it must be
 * rate limited). Counted in the store, so that it holds for all processes together.
 *
 * @param requester who tries, as far as can be told: the conversation
 */
export type OpensByCode = (number: string, code: string, requester: string) => Promise<boolean>;

interface Attempts {
  readonly _id: string;
  readonly count: number;
  readonly expiresAt: Date;
}

export function createOpensByCode(deps: { db: Db; keys: Keys; clock: Clock }): OpensByCode {
  const attempts = deps.db.collection<Attempts>('attempts');

  /** Counts before the code is looked at: of a thousand tries at once no more than five are. */
  const count = async (_id: string): Promise<number> => {
    const now = deps.clock.now();
    for (;;) {
      const known = await attempts.findOneAndUpdate(
        { _id, expiresAt: { $gt: now } },
        { $inc: { count: 1 } },
        { returnDocument: 'after' },
      );
      if (known) return known.count;
      await attempts.deleteOne({ _id, expiresAt: { $lte: now } });
      try {
        // the window begins with the first try, so that trying on doesn't lock a case's owner out for ever
        await attempts.insertOne({ _id, count: 1, expiresAt: new Date(now.getTime() + WINDOW_MS) });
        return 1;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  };

  return async (number, code, requester) => {
    const ids = [`code:case:${number}`, `code:by:${requester}`];
    const counts = await Promise.all(ids.map(count));
    if (counts.some((each) => each > TRIES)) return false;
    const isRight = equalSecrets(code, receiptCodeOf(deps.keys.receiptKey, number));
    if (isRight) await Promise.all(ids.map((_id) => attempts.updateOne({ _id }, { $inc: { count: -1 } })));
    return isRight;
  };
}
