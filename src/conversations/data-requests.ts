import type { Db } from 'mongodb';

/** UU 27/2022 on personal data gives three times 24 hours. */
const WITHIN_MS = 3 * 24 * 60 * 60 * 1000;
/** So long before that a supervisor hears of a request that is still open. */
const WARN_MS = 24 * 60 * 60 * 1000;

/** What somebody asked of the data we hold of them, and the proof of what came of it. */
export interface DataRequest {
  /** The effect's key: asked again, it is the same request. */
  readonly _id: string;
  readonly kind: 'copy' | 'erasure';
  readonly conversationId: string;
  readonly at: Date;
  /** While it is open; three times 24 hours after `at`. */
  readonly dueAt?: Date;
  /** While it is open: when it is next put before somebody. */
  readonly wakeAt?: Date;
  /** Whom it was put before, at last. */
  readonly alert?: DataRequestAlert;
  readonly doneAt?: Date;
  /** Who gave out the copy; absent where the service did it by itself. */
  readonly doneBy?: string;
}

export interface DataRequestAlert {
  readonly level: string;
  readonly at: Date;
  /** Never empty. */
  readonly staffIds: readonly string[];
  readonly isLate: boolean;
}

export interface DataRequests {
  /** Doing it again under the same key changes nothing. */
  open(request: Pick<DataRequest, '_id' | 'kind' | 'conversationId' | 'at'>): Promise<DataRequest>;
  /** Open ones, earliest due first, by index dueAt. */
  listOpen(limit: number): Promise<DataRequest[]>;
  /** Open ones that somebody must hear of by `now`, earliest first, by index wakeAt. */
  waking(now: Date, limit: number): Promise<DataRequest[]>;
  /** @returns false when it was answered or escalated meanwhile */
  escalate(request: DataRequest, alert: DataRequestAlert, wakeAt: Date): Promise<boolean>;
  /** @returns false when there is no such open request */
  close(id: string, at: Date, by?: string): Promise<boolean>;
}

export function createDataRequests(db: Db): DataRequests {
  const requests = db.collection<DataRequest>('data_requests');
  return {
    async open({ _id, ...rest }) {
      const dueAt = new Date(rest.at.getTime() + WITHIN_MS);
      const wakeAt = new Date(dueAt.getTime() - WARN_MS);
      await requests.updateOne({ _id }, { $setOnInsert: { ...rest, dueAt, wakeAt } }, { upsert: true });
      return { _id, ...rest, dueAt, wakeAt };
    },
    listOpen: (limit) => requests.find({ dueAt: { $exists: true } }, { sort: { dueAt: 1 }, limit }).toArray(),
    waking: (now, limit) => requests.find({ wakeAt: { $lte: now } }, { sort: { wakeAt: 1 }, limit }).toArray(),
    async escalate({ _id, wakeAt: asRead }, alert, wakeAt) {
      if (!asRead) return false;
      const done = await requests.updateOne({ _id, wakeAt: asRead }, { $set: { alert, wakeAt } });
      return done.matchedCount === 1;
    },
    async close(id, doneAt, doneBy) {
      const done = await requests.updateOne(
        { _id: id, doneAt: { $exists: false } },
        { $set: { doneAt, ...(doneBy ? { doneBy } : {}) }, $unset: { dueAt: '', wakeAt: '' } },
      );
      return done.matchedCount === 1;
    },
  };
}
