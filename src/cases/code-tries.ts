import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { equalSecrets, type Keys } from '../core/crypto.js';
import { receiptCodeOf } from '../core/ids.js';
import { createTries } from '../store/tries.js';

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

export function createOpensByCode(deps: { db: Db; keys: Keys; clock: Clock }): OpensByCode {
  const tries = createTries({ ...deps, windowMs: WINDOW_MS });

  return async (number, code, requester) => {
    const ids = [`code:case:${number}`, `code:by:${requester}`];
    const counts = await Promise.all(ids.map(tries.count));
    if (counts.some((each) => each > TRIES)) return false;
    const isRight = equalSecrets(code, receiptCodeOf(deps.keys.receiptKey, number));
    if (isRight) await Promise.all(ids.map(tries.takeBack));
    return isRight;
  };
}
