import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { isDuplicateKey } from '../store/connect.js';
import type { AlertKind } from './alert-kinds.js';

const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/** Something that wants a person's attention now. Never words of a citizen, names or numbers of theirs. */
export interface Alert {
  /** The same id again is the same alert. */
  readonly _id: string;
  readonly what: AlertKind;
  /** A conversation id, a case number, a channel account. */
  readonly subject: string;
  /** Whom it concerns; everybody who may see the subject when absent. */
  readonly staffId?: string;
  /** The unit whose staff it concerns; any when absent. */
  readonly unit?: string;
  readonly at: Date;
}

export interface Alerts {
  /** Keeps an alert and tells whoever watches; the second time under the same id nothing happens. Never rejects. */
  raise(alert: Alert): Promise<void>;
  /** Alerts of the last days, newest first; by index at. */
  recent(limit: number): Promise<Alert[]>;
  /** Alerts at or after an instant, oldest first. */
  since(at: Date, limit: number): Promise<Alert[]>;
  /** @param tell called for every new alert of this process; @returns the unsubscribe */
  watch(tell: (alert: Alert) => void): () => void;
}

export function createAlerts({ db, clock, log }: { db: Db; clock: Clock; log: Logger }): Alerts {
  const alerts = db.collection<Alert & { readonly expiresAt: Date }>('alerts');
  const watchers = new Set<(alert: Alert) => void>();
  const plain = { projection: { expiresAt: 0 } } as const;
  return {
    async raise(alert) {
      try {
        await alerts.insertOne({ ...alert, expiresAt: new Date(clock.now().getTime() + KEEP_MS) });
      } catch (error) {
        if (isDuplicateKey(error)) return;
        // whoever looks at the screen is told all the same
        log.warn({ what: alert.what, subject: alert.subject, err: error }, 'alert could not be kept');
      }
      log.info({ what: alert.what, subject: alert.subject }, 'staff alerted');
      for (const tell of watchers) tell(alert);
    },
    recent: (limit) => alerts.find({}, { ...plain, sort: { at: -1 }, limit }).toArray(),
    since: (at, limit) => alerts.find({ at: { $gte: at } }, { ...plain, sort: { at: 1 }, limit }).toArray(),
    watch(tell) {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
  };
}

/** Without waiting until they are kept: what a crash leaves out is raised again from what called for it. */
export function raiseAll(alerts: Pick<Alerts, 'raise'>, raised: readonly Alert[]): void {
  for (const alert of raised) void alerts.raise(alert);
}
