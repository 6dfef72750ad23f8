import { createHash } from 'node:crypto';
import { Binary, type Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { type Keys, open, seal } from '../core/crypto.js';
import type { Logger } from '../core/log.js';

const KEEP_MS = 30 * 24 * 60 * 60 * 1000;
/** Staff are told once in each of these of one channel account, however much of it can't be read. */
const HOUR_MS = 60 * 60 * 1000;

/**
 * Keeps, sealed and for 30 days, what a platform delivered and we could not make a turn of for its own fault; then it
 * may be acknowledged, so that it doesn't block what comes behind it. The same delivery again is kept once.
 *
 * @param lane the channel account it came by
 * @param reason a constant, never words of the delivery
 */
export type Quarantine = (lane: string, raw: string, reason: string) => Promise<void>;

interface Quarantined {
  readonly _id: string;
  readonly lane: string;
  readonly reason: string;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly raw: Binary;
}

export function createQuarantine(deps: {
  db: Db;
  keys: Keys;
  clock: Clock;
  log: Logger;
  /** Puts it before staff that something of this lane was kept; of the same hour once, whoever says so. */
  tell: (lane: string, hour: number) => void;
}): Quarantine {
  const kept = deps.db.collection<Quarantined>('quarantine');

  return async (lane, raw, reason) => {
    const _id = createHash('sha256').update(`${lane}\n${raw}`).digest('hex');
    const at = deps.clock.now();
    const entry = {
      lane,
      reason,
      at,
      expiresAt: new Date(at.getTime() + KEEP_MS),
      raw: new Binary(seal(deps.keys, _id, raw)),
    };
    const { upsertedCount } = await kept.updateOne({ _id }, { $setOnInsert: entry }, { upsert: true });
    if (upsertedCount !== 1) return;
    deps.log.error({ lane, quarantineId: _id, reason }, 'delivery quarantined');
    deps.tell(lane, Math.floor(at.getTime() / HOUR_MS));
  };
}

export interface QuarantineReads {
  /** What is kept, newest first. */
  list(limit: number): Promise<readonly Pick<Quarantined, '_id' | 'lane' | 'reason' | 'at'>[]>;
  /** What was delivered, word for word; undefined when there is none of that id. */
  open(id: string): Promise<string | undefined>;
}

export function createQuarantineReads({ db, keys }: { db: Db; keys: Keys }): QuarantineReads {
  const kept = db.collection<Quarantined>('quarantine');
  return {
    list: (limit) => kept.find({}, { sort: { at: -1 }, limit, projection: { raw: 0 } }).toArray(),
    async open(id) {
      const found = await kept.findOne({ _id: id });
      return found ? open<string>(keys, found._id, found.raw.buffer) : undefined;
    },
  };
}
