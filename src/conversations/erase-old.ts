import type { Db } from 'mongodb';
import type { Reporter } from '../cases/case.js';
import type { Keys } from '../core/crypto.js';
import type { ChannelType } from '../messages/message.js';
import { eraseContent } from './erase.js';
import type { Turn } from './turn.js';
import { sealContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

/** Erasing what was said in chats once its time is over, from the oldest turn on. */
export interface EraseOld {
  /** How many turns lie before an instant and weren't erased, `limit` at most, by index `at`. */
  count(before: Date, limit: number): Promise<number>;
  /**
   * Erases up to `limit` turns from before an instant. Ids, order and routing stay; the address stays in a chat's newest
   * turn for as long as somebody there hears of a case.
   *
   * @returns how many, and whether there are more
   */
  eraseBatch(before: Date, limit: number): Promise<{ readonly erased: number; readonly more: boolean }>;
}

/** Up to where turns are erased; kept in `counters`. */
interface Mark {
  readonly _id: string;
  readonly until: Date;
}

const MARK = 'turns_erased';
const BEGINNING = new Date(0);

export function createEraseOld(deps: { db: Db; turns: Pick<TurnStore, 'mark' | 'tip'>; keys: Keys }): EraseOld {
  const { db, turns, keys } = deps;
  const stored = db.collection<Turn>('turns');
  const marks = db.collection<Mark>('counters');
  const erasedUntil = async () => (await marks.findOne({ _id: MARK }))?.until ?? BEGINNING;

  const eraseOne = async (turn: Turn): Promise<void> => {
    const { conversationId } = turn;
    const isTip = (await turns.tip(conversationId))?._id === turn._id;
    const isHeard =
      isTip &&
      (await db.collection<Reporter>('reporters').findOne({ conversationId }, { projection: { _id: 1 } })) !== null;
    await turns.mark({
      filter: { _id: turn._id },
      update: { $set: { content: erasedContent(turn, isHeard) } },
    });
  };

  /** What nobody can open any more must not keep the rest from being erased. */
  const erasedContent = (turn: Turn, keepAddress: boolean) => {
    try {
      return eraseContent(keys, turn, { keepAddress });
    } catch {
      const [channel = '', account = ''] = turn.lane.split(':');
      const address = { channel: channel as ChannelType, account, chatId: '' };
      return sealContent(keys, turn._id, { address, answers: [], out: [], effects: [] });
    }
  };

  return {
    count: async (before, limit) =>
      stored.countDocuments({ at: { $gte: await erasedUntil(), $lt: before } }, { limit }),

    async eraseBatch(before, limit) {
      const from = await erasedUntil();
      const batch = await stored.find({ at: { $gte: from, $lt: before } }, { sort: { at: 1 }, limit }).toArray();
      await Promise.all(batch.map(eraseOne));
      const more = batch.length === limit;
      const first = batch[0]?.at.getTime();
      const last = batch.at(-1)?.at.getTime();
      // those of the last instant are met again, unless the batch holds nothing else
      const next = more && last !== undefined ? new Date(last + (first === last ? 1 : 0)) : before;
      if (next > from) await marks.updateOne({ _id: MARK }, { $max: { until: next } }, { upsert: true });
      return { erased: batch.length, more };
    },
  };
}
