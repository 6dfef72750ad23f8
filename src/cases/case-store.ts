import type { Db } from 'mongodb';
import { isDuplicateKey } from '../store/connect.js';
import type { Case, Reporter } from './case.js';

/** All reading and writing of cases and of who reports them. Holds no rules. */
export interface CaseStore {
  /**
   * Stores a new case and its first reporter. Doing it again with the same effect key changes nothing.
   * @returns false when another effect holds this number
   */
  file(filed: Case, conversationId: string): Promise<boolean>;
  /** By number. */
  find(number: string): Promise<Case | undefined>;
  /** Whether this conversation reported or supports the case; by `_id`. */
  isReporter(number: string, conversationId: string): Promise<boolean>;
  /** The conversation's cases, newest first, by index (conversationId, at). */
  ofConversation(conversationId: string, limit: number): Promise<Case[]>;
  /** Whether any case has this file as evidence, by index evidence.fileId. */
  refersToFile(fileId: string): Promise<boolean>;
  /** The next number of that day's sequence, 1 first; a number taken and not used leaves a gap. By `_id`. */
  nextSequence(day: string): Promise<number>;
}

export function createCaseStore(db: Db): CaseStore {
  const cases = db.collection<Case>('cases');
  const reporters = db.collection<Reporter>('reporters');
  const counters = db.collection<{ _id: string; value: number }>('counters');

  const insertOnce = async (filed: Case): Promise<boolean> => {
    try {
      await cases.insertOne(filed);
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const held = await cases.findOne({ _id: filed._id }, { projection: { effectKey: 1 } });
      return held?.effectKey === filed.effectKey;
    }
  };

  return {
    async file(filed, conversationId) {
      if (!(await insertOnce(filed))) return false;
      // upsert, not insert: the effect may run again after the case was stored and before this was
      await reporters.updateOne(
        { _id: `${filed._id}#${conversationId}` },
        { $setOnInsert: { caseNumber: filed._id, conversationId, at: filed.receivedAt } },
        { upsert: true },
      );
      return true;
    },
    find: async (number) => (await cases.findOne({ _id: number })) ?? undefined,
    isReporter: async (number, conversationId) =>
      (await reporters.findOne({ _id: `${number}#${conversationId}` }, { projection: { _id: 1 } })) !== null,
    async ofConversation(conversationId, limit) {
      const mine = await reporters.find({ conversationId }, { sort: { at: -1 }, limit }).toArray();
      const found = await cases.find({ _id: { $in: mine.map((each) => each.caseNumber) } }).toArray();
      return found.sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime());
    },
    refersToFile: async (fileId) =>
      (await cases.findOne({ 'evidence.fileId': fileId }, { projection: { _id: 1 } })) !== null,
    async nextSequence(day) {
      const counter = await counters.findOneAndUpdate(
        { _id: `case:${day}` },
        { $inc: { value: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
      if (!counter) throw new Error(`the counter of ${day} was neither found nor made`);
      return counter.value;
    },
  };
}
