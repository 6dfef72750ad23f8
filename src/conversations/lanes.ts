import type { Collection, Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { isDuplicateKey } from '../store/connect.js';
import { within } from '../store/within.js';

export const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 5000;
/** A renewal not answered by then counts as failed: the lease must not run out while we wait. */
const ANSWER_LIMIT_MS = 2000;
/** Stop this long before the lease ends by our own clock, so that two holders never overlap. */
const SAFETY_MS = 2000;

interface LaneLease {
  readonly _id: string;
  readonly holder: string;
  readonly epoch: number;
  readonly until: Date;
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
 * another holds it 15 s later at most.
 *
 * The lease's end is compared by wall clock among processes and by a clock that never jumps within this one.
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
  let stopped = false;
  let cancel: () => void = () => undefined;
  let beat: Promise<void> = Promise.resolve();

  const tick = async () => {
    const askedAtMs = clock.monotonicMs();
    const asking = takeOrRenew(leases, lane, holder, epoch, clock.now());
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
    // by wall clock in the past: the next process need not wait out the lease
    await leases.updateOne({ _id: lane, holder, epoch }, { $set: { until: new Date(0) } }).catch(() => undefined);
    epoch = undefined;
  };
}

/** @returns the epoch held, or undefined while another process holds the lane */
async function takeOrRenew(
  leases: Collection<LaneLease>,
  lane: string,
  holder: string,
  epoch: number | undefined,
  now: Date,
): Promise<number | undefined> {
  const until = new Date(now.getTime() + LEASE_MS);
  if (epoch !== undefined) {
    const renewed = await leases.updateOne({ _id: lane, holder, epoch }, { $set: { until } });
    return renewed.matchedCount === 1 ? epoch : undefined;
  }
  try {
    const taken = await leases.findOneAndUpdate(
      { _id: lane, until: { $lte: now } },
      { $set: { holder, until }, $inc: { epoch: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    return taken?.epoch;
  } catch (error) {
    if (isDuplicateKey(error)) return undefined; // it exists and is held
    throw error;
  }
}

/** Ends every lease: for a process that knows every other holder to be dead, because it alone holds the data folder. */
export async function endLeases(db: Db): Promise<void> {
  await db.collection<LaneLease>('lanes').updateMany({}, { $set: { until: new Date(0) } });
}
