import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { ConversationRow, Rows } from './rows.js';
import type { Turn } from './turn.js';
import type { TurnStore } from './turn-store.js';

const MS_PER_MINUTE = 60_000;
/** A row follows its turn within a second; what has none after so long was left out. */
const SETTLED_MS = 5000;
/** Processes' clocks may differ by so much, and a store may be away for a while. */
const OVERLAP_MS = MS_PER_MINUTE;
const MAX_BATCH = 500;

/**
 * Writes the rows that a process left out which died between a turn and its row, while others went on: nobody else
 * would, and whoever waits there for a person wouldn't be seen. Looks at the turns since it last looked, by index `at`.
 *
 * @returns how many there were
 */
export type RepairRows = () => Promise<number>;

export function createRepairRows(deps: {
  readonly db: Db;
  readonly turns: Pick<TurnStore, 'each'>;
  readonly rows: Pick<Rows, 'touch'>;
  readonly clock: Pick<Clock, 'now'>;
}): RepairRows {
  const turns = deps.db.collection<Turn>('turns');
  const rows = deps.db.collection<ConversationRow>('conversations');
  let from: Date | undefined;

  const newestBetween = async (since: Date, until: Date) => {
    const newest = new Map<string, number>();
    const found = turns.find({ at: { $gte: since, $lt: until } }, { projection: { conversationId: 1, seq: 1 } });
    for await (const { conversationId, seq } of found) {
      newest.set(conversationId, Math.max(seq, newest.get(conversationId) ?? 0));
    }
    return newest;
  };

  return async () => {
    const nowMs = deps.clock.now().getTime();
    const until = new Date(nowMs - SETTLED_MS);
    const newest = await newestBetween(from ?? new Date(nowMs - 2 * OVERLAP_MS), until);
    const ids = [...newest.keys()];
    let count = 0;
    for (let at = 0; at < ids.length; at += MAX_BATCH) {
      const batch = ids.slice(at, at + MAX_BATCH);
      const written = await rows.find({ _id: { $in: batch } }, { projection: { lastSeq: 1 } }).toArray();
      const seqOf = new Map(written.map(({ _id, lastSeq }) => [_id, lastSeq]));
      const behind = batch.flatMap((conversationId) => {
        const seq = newest.get(conversationId) ?? 0;
        return (seqOf.get(conversationId) ?? 0) < seq ? [{ conversationId, seq }] : [];
      });
      for (const turn of await deps.turns.each(behind)) deps.rows.touch(turn);
      count += behind.length;
    }
    from = new Date(until.getTime() - OVERLAP_MS);
    return count;
  };
}
