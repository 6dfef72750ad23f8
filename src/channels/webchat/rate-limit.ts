import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import { isLoopback, networkOf } from '../../core/network.js';

const MAX_REMEMBERED = 20_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket an address, in this process only: a brake on floods, not a promise.
 *
 * The loopback address is never limited: there it is a proxy on this machine that we were not told to trust, and
 * everybody would be limited together. When too many addresses are remembered the oldest is forgotten, so that
 * the limit fails open.
 *
 * @returns a function that takes one token, or throws {@link AppError} `request.rate_limited`
 */
export function createRateLimit(clock: Clock, burst: number, perSecond: number): (ip: string | undefined) => void {
  const buckets = new Map<string, Bucket>();

  return (ip) => {
    if (!ip || isLoopback(ip)) return;
    const key = networkOf(ip);
    const nowMs = clock.monotonicMs();
    const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    // set again at the end: the map's order is then the order of last use
    buckets.delete(key);
    buckets.set(key, bucket);
    const oldest = buckets.keys().next();
    if (buckets.size > MAX_REMEMBERED && !oldest.done) buckets.delete(oldest.value);
    if (bucket.tokens < 1) {
      const retryAfterSeconds = Math.ceil((1 - bucket.tokens) / perSecond);
      throw new AppError('request.rate_limited', 'Too many requests from this network', { retryAfterSeconds });
    }
    bucket.tokens -= 1;
  };
}
