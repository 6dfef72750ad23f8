import type { Db } from 'mongodb';
import type { Reporter } from './case.js';

/** Who hears of which case: documents of their own, so that one who supports a case hears of it too. */
export interface ReporterStore {
  /**
   * Lets a conversation hear of a case. Once there, its role only rises: who filed a case stays its complainant.
   * @returns false when it was there already
   */
  add(reporter: Pick<Reporter, 'caseNumber' | 'conversationId' | 'audience' | 'at' | 'via'>): Promise<boolean>;
  /** By `_id`. */
  find(number: string, conversationId: string): Promise<Reporter | undefined>;
  /** Those of a case, by index caseNumber. */
  of(number: string): Promise<Reporter[]>;
  /** Those of a conversation, newest first, by index (conversationId, at). */
  ofConversation(conversationId: string, limit: number): Promise<Reporter[]>;
  /** Stops or starts the news of every case for a conversation, by index (conversationId, at). @returns of how many */
  setStopped(conversationId: string, stopped: boolean): Promise<number>;
  /** Those that came with a case that was merged into it hear of it no more, by index caseNumber. */
  removeVia(number: string, via: string): Promise<void>;
  /** Notes since when nothing reaches a conversation; `undefined` when something does again. By `_id`. */
  setUnreachable(number: string, conversationId: string, since: Date | undefined): Promise<void>;
}

export function createReporterStore(db: Db): ReporterStore {
  const reporters = db.collection<Reporter>('reporters');
  const idOf = (number: string, conversationId: string) => `${number}#${conversationId}`;

  return {
    async add({ caseNumber, conversationId, audience, at, via }) {
      const _id = idOf(caseNumber, conversationId);
      // upsert, not insert: what adds them may run again after a crash
      const { upsertedCount } = await reporters.updateOne(
        { _id },
        { $setOnInsert: { caseNumber, conversationId, at, audience, ...(via ? { via } : {}) } },
        { upsert: true },
      );
      // who joins it by themselves stays when the case they came with is taken out of it again
      if (upsertedCount === 0 && via === undefined) {
        const risen = audience === 'complainant' ? { $set: { audience } } : {};
        await reporters.updateOne({ _id }, { ...risen, $unset: { via: '' } });
      }
      return upsertedCount === 1;
    },
    find: async (number, conversationId) =>
      (await reporters.findOne({ _id: idOf(number, conversationId) })) ?? undefined,
    of: (number) => reporters.find({ caseNumber: number }).toArray(),
    ofConversation: (conversationId, limit) =>
      reporters.find({ conversationId }, { sort: { at: -1 }, limit }).toArray(),
    async setStopped(conversationId, stopped) {
      const { matchedCount } = await reporters.updateMany(
        { conversationId },
        stopped ? { $set: { stopped } } : { $unset: { stopped: '' } },
      );
      return matchedCount;
    },
    async removeVia(number, via) {
      await reporters.deleteMany({ caseNumber: number, via });
    },
    async setUnreachable(number, conversationId, since) {
      await reporters.updateOne(
        { _id: idOf(number, conversationId) },
        since ? { $set: { unreachableSince: since } } : { $unset: { unreachableSince: '' } },
      );
    },
  };
}
