import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { isDuplicateKey } from '../store/connect.js';

const MAX_WAIT_SECONDS = 15 * 60;
/** After so long without a failure all is forgotten. */
const FORGET_MS = 24 * 60 * 60 * 1000;
const MAX_TRIES = 20;

/** One thing that tries are counted for, and how many may fail before the next has to wait. */
export interface ThrottleKey {
  readonly id: string;
  readonly free: number;
}

interface Attempts {
  readonly _id: string;
  readonly fails: number;
  /** Nobody may try before it. */
  readonly waitUntil: Date;
  readonly expiresAt: Date;
}

/** Tries that are under way; counted as failed until they are told to have been good. */
export interface Reserved {
  /** How many have failed by now, this one among them, under the first key. */
  readonly fails: number;
  /** It was no failure. @param forget also forgets the failures before it under the first key */
  succeed(forget: boolean): Promise<void>;
}

/**
 * Slows down guessing. Each failure beyond the free ones doubles the wait before the next try, up to 15 minutes; nobody
 * is locked out for good. Counted in the store before a password is looked at, so that neither many processes nor many
 * tries at once get around it.
 */
export type ReserveTry = (keys: readonly [ThrottleKey, ...ThrottleKey[]]) => Promise<Reserved>;

export function createLoginThrottle(db: Db, clock: Clock): ReserveTry {
  const attempts = db.collection<Attempts>('attempts');

  async function reserve({ id: _id, free }: ThrottleKey): Promise<number> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const now = clock.now();
      const found = await attempts.findOne({ _id });
      const known = found && found.expiresAt > now ? found : undefined;
      const waitMs = (known?.waitUntil.getTime() ?? 0) - now.getTime();
      // nobody was made to wait longer: a clock has been set back since
      if (waitMs > 0 && waitMs <= MAX_WAIT_SECONDS * 1000) throw tooMany(waitMs);
      const fails = (known?.fails ?? 0) + 1;
      const next = {
        fails,
        waitUntil: new Date(now.getTime() + waitSeconds(fails - free) * 1000),
        expiresAt: new Date(now.getTime() + FORGET_MS),
      };
      if (found) {
        const { matchedCount } = await attempts.updateOne({ _id, fails: found.fails }, { $set: next });
        if (matchedCount === 1) return fails;
      } else {
        const isFirst = await attempts.insertOne({ _id, ...next }).then(
          () => true,
          (error: unknown) => {
            if (isDuplicateKey(error)) return false;
            throw error;
          },
        );
        if (isFirst) return fails;
      }
    }
    throw tooMany(1000);
  }

  const giveBack = ({ id }: ThrottleKey) =>
    attempts.updateOne({ _id: id, fails: { $gt: 0 } }, { $inc: { fails: -1 }, $set: { waitUntil: clock.now() } });

  return async (keys) => {
    const [first, ...others] = keys;
    const fails = await reserve(first);
    const reserved = [first];
    try {
      for (const key of others) {
        await reserve(key);
        reserved.push(key);
      }
    } catch (error) {
      // what was not tried is no failure: a network that must wait can't slow down every login besides
      await Promise.all(reserved.map(giveBack));
      throw error;
    }
    return {
      fails,
      async succeed(forget) {
        await Promise.all([forget ? attempts.deleteOne({ _id: first.id }) : giveBack(first), ...others.map(giveBack)]);
      },
    };
  };
}

function waitSeconds(beyondFree: number): number {
  return beyondFree <= 0 ? 0 : Math.min(MAX_WAIT_SECONDS, 2 ** Math.min(beyondFree, 20));
}

function tooMany(waitMs: number): AppError {
  return new AppError('request.rate_limited', 'Too many tries; wait a little', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
