import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { isDuplicateKey } from '../store/connect.js';
import { within } from '../store/within.js';

export const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 5000;
/** A renewal not answered by then counts as failed: the lease must not run out while we wait. */
const ANSWER_LIMIT_MS = 2000;
/** For so long a lease must have stood unchanged before another process takes it: a clock that jumped ends none. */
const UNCHANGED_MS = 10_000;
/** Stop this long before the lease ends by our own clock, so that two holders never overlap. */
const SAFETY_MS = 2000;

interface LaneLease {
  readonly _id: string;
  readonly holder: string;
  readonly epoch: number;
  readonly until: Date;
}

/** The end of a lease that nobody has to wait out. */
const GIVEN_UP = new Date(0);

/** A lease as it was found last, and since when it is so, by a clock that never jumps. */
interface Seen {
  readonly epoch: number;
  readonly until: Date;
  readonly sinceMs: number;
}

/** What the holder of a lane does with it; called by {@link keepLane}, never twice at once. */
export interface LaneWork {
  /** The lane is ours: send what it owes, poll its platform. `epoch` grows with every new holder. */
  start(epoch: number): Promise<void>;
  /** It no longer is: no send may begin after this was called. */
  stop(): Promise<void>;
}

/**
 * Keeps trying to hold a lane, and runs `work` while it does. One process at a time holds a lane; when that one dies,
 * another holds it 20 s later at most.
 *
 * The lease's end is compared by wall clock among processes and by a clock that never jumps within this one. Whoever
 * wants it must also have seen it unrenewed for a while, so that a jump of the wall clock takes it from nobody.
 *
 * @returns a function that gives the lane up and resolves when the work has stopped
 */
export function keepLane(
  deps: { db: Db; clock: Clock; log: Logger; holder: string },
  lane: string,
  work: LaneWork,
): () => Promise<void> {
  const { clock, log, holder } = deps;
  const leases = deps.db.collection<LaneLease>('lanes');
  let epoch: number | undefined;
  let heldUntilMs = 0;
  let seen: Seen | undefined;
  let stopped = false;
  let cancel: () => void = () => undefined;
  let beat: Promise<void> = Promise.resolve();

  const tick = async () => {
    const askedAtMs = clock.monotonicMs();
    const asking = epoch === undefined ? take(askedAtMs) : renew(epoch);
    const answer = await within(clock, asking, ANSWER_LIMIT_MS).then(
      (taken) => ({ taken }),
      (error: unknown) => {
        log.warn({ lane, err: error }, 'lane lease could not be renewed');
        return undefined;
      },
    );
    // without an answer the lease stands as it was, and runs out by itself
    if (!answer && clock.monotonicMs() < heldUntilMs) return;
    if (answer?.taken !== undefined && answer.taken === epoch) heldUntilMs = askedAtMs + LEASE_MS - SAFETY_MS;
    else await hand(answer?.taken, askedAtMs);
  };

  const untilOf = (now: Date) => new Date(now.getTime() + LEASE_MS);

  /** @returns the epoch, or undefined when another process has the lane by now */
  const renew = async (held: number): Promise<number | undefined> => {
    const renewed = await leases.updateOne(
      { _id: lane, holder, epoch: held },
      { $set: { until: untilOf(clock.now()) } },
    );
    return renewed.matchedCount === 1 ? held : undefined;
  };

  /** @returns the epoch from now on, or undefined while the lane isn't to be had */
  const take = async (nowMs: number): Promise<number | undefined> => {
    const now = clock.now();
    const lease = await leases.findOne({ _id: lane });
    if (lease && !isFree(lease, now, nowMs)) return undefined;
    try {
      const taken = await leases.findOneAndUpdate(
        { _id: lane, until: lease?.until ?? GIVEN_UP },
        { $set: { holder, until: untilOf(now) }, $inc: { epoch: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
      return taken?.epoch;
    } catch (error) {
      if (isDuplicateKey(error)) return undefined; // somebody was faster
      throw error;
    }
  };

  const isFree = ({ until, epoch: its }: LaneLease, now: Date, nowMs: number): boolean => {
    if (until.getTime() === GIVEN_UP.getTime()) return true;
    if (seen?.epoch !== its || seen.until.getTime() !== until.getTime()) seen = { epoch: its, until, sinceMs: nowMs };
    return until <= now && nowMs - seen.sinceMs >= UNCHANGED_MS;
  };

  const hand = async (taken: number | undefined, askedAtMs: number) => {
    if (epoch !== undefined) {
      log.warn({ lane, epoch }, 'lane lost');
      epoch = undefined;
      await work.stop();
    }
    if (taken === undefined) return;
    epoch = taken;
    heldUntilMs = askedAtMs + LEASE_MS - SAFETY_MS;
    log.info({ lane, epoch }, 'lane held');
    await work.start(taken);
  };

  const loop = () => {
    if (stopped) return;
    beat = tick()
      .catch((error: unknown) => log.error({ lane, err: error }, 'lane work failed to start or stop'))
      .finally(() => {
        // after a renewal that failed, no later than the moment from which we must not send
        const leftMs = epoch === undefined ? RENEW_EVERY_MS : Math.max(0, heldUntilMs - clock.monotonicMs());
        if (!stopped) cancel = clock.after(Math.min(RENEW_EVERY_MS, leftMs), loop);
      });
  };
  loop();

  return async () => {
    stopped = true;
    cancel();
    await beat;
    if (epoch === undefined) return;
    await work.stop();
    // the next process need not wait out the lease
    await leases.updateOne({ _id: lane, holder, epoch }, { $set: { until: GIVEN_UP } }).catch(() => undefined);
    epoch = undefined;
  };
}

/** Ends every lease: for a process that knows every other holder to be dead, because it alone holds the data folder. */
export async function endLeases(db: Db): Promise<void> {
  await db.collection<LaneLease>('lanes').updateMany({}, { $set: { until: GIVEN_UP } });
}
