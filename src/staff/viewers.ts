import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Viewer } from './api/conversation.js';

/** A page tells of itself every 15 seconds; twice missed, it is gone. */
const GONE_AFTER_MS = 40_000;
const KEEP_MS = 5 * 60 * 1000;

interface StoredViewer {
  /** `<conversationId>#<staffId>` */
  readonly _id: string;
  readonly conversationId: string;
  readonly staffId: string;
  readonly isTyping: boolean;
  readonly at: Date;
  readonly expiresAt: Date;
}

/** Who has a chat open, and who is writing; over all processes. */
export interface Viewers {
  /** @returns true when others must be told: somebody came, began or stopped writing */
  note(conversationId: string, staffId: string, isTyping: boolean): Promise<boolean>;
  /** Those who have it open now, by index conversationId. */
  of(conversationId: string, nameOf: (staffId: string) => string | undefined): Promise<Viewer[]>;
  /** Chats somebody came to since, by index at. */
  changedSince(at: Date, limit: number): Promise<string[]>;
  /** Chats somebody left without a word between two instants, by index at. */
  leftBetween(from: Date, to: Date, limit: number): Promise<string[]>;
}

export function createViewers({ db, clock }: { db: Db; clock: Clock }): Viewers {
  const viewers = db.collection<StoredViewer>('viewers');
  const idsAt = async (from: Date, to: Date | undefined, limit: number) => {
    const found = await viewers
      .find(
        { at: { $gte: from, ...(to ? { $lt: to } : {}) } },
        { sort: { at: 1 }, limit, projection: { conversationId: 1 } },
      )
      .toArray();
    return [...new Set(found.map(({ conversationId }) => conversationId))];
  };

  return {
    async note(conversationId, staffId, isTyping) {
      const at = clock.now();
      const before = await viewers.findOneAndUpdate(
        { _id: `${conversationId}#${staffId}` },
        { $set: { conversationId, staffId, isTyping, at, expiresAt: new Date(at.getTime() + KEEP_MS) } },
        { upsert: true },
      );
      return !before || before.isTyping !== isTyping || at.getTime() - before.at.getTime() > GONE_AFTER_MS;
    },
    async of(conversationId, nameOf) {
      const since = new Date(clock.now().getTime() - GONE_AFTER_MS);
      const found = await viewers.find({ conversationId }).toArray();
      return found
        .filter(({ at }) => at >= since)
        .map(({ staffId, isTyping }) => ({ staffId, name: nameOf(staffId) ?? staffId, isTyping }));
    },
    changedSince: (at, limit) => idsAt(at, undefined, limit),
    leftBetween: (from, to, limit) =>
      idsAt(new Date(from.getTime() - GONE_AFTER_MS), new Date(to.getTime() - GONE_AFTER_MS), limit),
  };
}
