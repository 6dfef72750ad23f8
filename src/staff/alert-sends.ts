import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { isDuplicateKey } from '../store/connect.js';
import type { AlertKind } from './alert-kinds.js';
import type { Alert } from './alerts.js';

const KEEP_MS = 7 * 24 * 60 * 60 * 1000;
/** Who sends has so long; then it is taken for dead and another tries. */
const LEASE_MS = 60_000;

export type AlertWay = 'telegram' | 'email';
/** Why somebody wasn't told after all. */
export type SkipReason = 'looking' | 'too_old' | 'told_lately' | 'no_address' | 'refused';

/** One alert owed to one of staff by one way. */
export interface AlertSend {
  /** `<alert id>/<staff id>/<way>`: whoever plans it again changes nothing. */
  readonly _id: string;
  readonly what: AlertKind;
  readonly subject: string;
  readonly staffId: string;
  readonly way: AlertWay;
  /** When it happened. */
  readonly at: Date;
  /** When it is next to be tried; absent once it is over. */
  readonly sendAt?: Date;
  readonly attempt: number;
  readonly sentAt?: Date;
  readonly skipped?: SkipReason;
  readonly expiresAt: Date;
}

export interface AlertSends {
  /** Owes an alert to somebody, once. */
  owe(alert: Alert, staffId: string, way: AlertWay, sendAt: Date): Promise<void>;
  /** Takes those that are due, so that no other process sends them meanwhile. */
  take(limit: number): Promise<AlertSend[]>;
  sent(id: string): Promise<void>;
  skip(id: string, reason: SkipReason): Promise<void>;
  retry(id: string, sendAt: Date): Promise<void>;
  /** Whether somebody was told of this kind since, by this way. By index (staffId, what, sentAt). */
  toldSince(send: Pick<AlertSend, 'staffId' | 'what' | 'way'>, since: Date): Promise<boolean>;
}

export function createAlertSends({ db, clock }: { db: Db; clock: Clock }): AlertSends {
  const sends = db.collection<AlertSend>('alert_sends');
  return {
    async owe({ _id, what, subject, at }, staffId, way, sendAt) {
      const expiresAt = new Date(clock.now().getTime() + KEEP_MS);
      try {
        await sends.insertOne({
          _id: `${_id}/${staffId}/${way}`,
          what,
          subject,
          staffId,
          way,
          at,
          sendAt,
          attempt: 0,
          expiresAt,
        });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async take(limit) {
      const now = clock.now();
      const due = await sends.find({ sendAt: { $lte: now } }, { sort: { sendAt: 1 }, limit }).toArray();
      const taken: AlertSend[] = [];
      for (const { _id, sendAt } of due) {
        const lease = { $set: { sendAt: new Date(now.getTime() + LEASE_MS) }, $inc: { attempt: 1 } };
        // whoever was faster has moved sendAt
        const own = await sends.findOneAndUpdate({ _id, ...(sendAt ? { sendAt } : {}) }, lease, {
          returnDocument: 'after',
        });
        if (own) taken.push(own);
      }
      return taken;
    },
    sent: async (_id) =>
      void (await sends.updateOne({ _id }, { $set: { sentAt: clock.now() }, $unset: { sendAt: '' } })),
    skip: async (_id, skipped) => void (await sends.updateOne({ _id }, { $set: { skipped }, $unset: { sendAt: '' } })),
    retry: async (_id, sendAt) => void (await sends.updateOne({ _id }, { $set: { sendAt } })),
    toldSince: async ({ staffId, what, way }, since) =>
      (await sends.findOne({ staffId, what, sentAt: { $gte: since }, way }, { projection: { _id: 1 } })) !== null,
  };
}
