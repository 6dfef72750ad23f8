import { createHash } from 'node:crypto';
import { Binary, type Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { type Keys, seal } from '../core/crypto.js';
import type { Logger } from '../core/log.js';

const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

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

export function createQuarantine(deps: { db: Db; keys: Keys; clock: Clock; log: Logger }): Quarantine {
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
    if (upsertedCount === 1) deps.log.error({ lane, quarantineId: _id, reason }, 'delivery quarantined');
  };
}
