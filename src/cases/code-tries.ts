import NodeCache from 'node-cache';
import type { Clock } from '../core/clock.js';
import { equalSecrets, type Keys } from '../core/crypto.js';
import { receiptCodeOf } from '../core/ids.js';

const TRIES = 5;
const WINDOW_SECONDS = 15 * 60;

/**
 * Whether a receipt code opens a case. Five wrong codes in 15 minutes, a case or a requester, close the code way for
 * the rest of it, and a right one then looks wrong (a 16-digit code has 53 bits, below ASVS 6.6.3's 64, so it must be
 * rate limited).
 *
 * @param requester who tries, as far as can be told: the conversation
 */
export type OpensByCode = (number: string, code: string, requester: string) => boolean;

export function createOpensByCode(keys: Keys, clock: Clock): OpensByCode {
  const wrongTries = new NodeCache({ stdTTL: WINDOW_SECONDS, useClones: false });

  const countWrong = (key: string) => {
    const before = wrongTries.get<number>(key) ?? 0;
    // keeps the first try's end of window, so that trying on doesn't lock a case's owner out for ever
    const endsAt = wrongTries.getTtl(key);
    const ttl = endsAt ? Math.max(1, (endsAt - clock.now().getTime()) / 1000) : WINDOW_SECONDS;
    wrongTries.set(key, before + 1, ttl);
  };
  const tooMany = (key: string) => (wrongTries.get<number>(key) ?? 0) >= TRIES;

  return (number, code, requester) => {
    const keysTried = [`case:${number}`, `by:${requester}`];
    const right = equalSecrets(code, receiptCodeOf(keys.receiptKey, number));
    if (keysTried.some(tooMany)) return false;
    if (!right) keysTried.forEach(countWrong);
    return right;
  };
}
