import type { Db } from 'mongodb';
import type { CaseNotice } from './case.js';

/** A notice that couldn't be told to a reporter at once: it is night, or the chat is in the middle of something. */
export interface ParkedNotice {
  /** The key of the turn it will become. */
  readonly _id: string;
  readonly caseNumber: string;
  readonly conversationId: string;
  readonly notice: CaseNotice;
  /** When it is looked at again. */
  readonly dueAt: Date;
  /** Since when its reporter could have been told but for being busy. */
  readonly waitingSince: Date;
}

export interface ParkedStore {
  /** Doing it again changes nothing. */
  park(parked: ParkedNotice): Promise<void>;
  /** Those to be looked at by `now`, by index dueAt. */
  due(now: Date, limit: number): Promise<ParkedNotice[]>;
  postpone(id: string, dueAt: Date): Promise<void>;
  remove(id: string): Promise<void>;
}

export function createParkedStore(db: Db): ParkedStore {
  const parked = db.collection<ParkedNotice>('parked_notices');
  return {
    async park({ _id, ...rest }) {
      await parked.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true });
    },
    due: (now, limit) => parked.find({ dueAt: { $lte: now } }, { sort: { dueAt: 1 }, limit }).toArray(),
    async postpone(id, dueAt) {
      await parked.updateOne({ _id: id }, { $set: { dueAt } });
    },
    async remove(id) {
      await parked.deleteOne({ _id: id });
    },
  };
}
