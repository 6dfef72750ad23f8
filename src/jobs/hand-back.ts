import type { Db } from 'mongodb';
import type { ConversationRow } from '../conversations/rows.js';
import { PHONE, type StaffTurns } from '../conversations/staff-turn.js';

/** The newest chats that people hold; who waits in an older one waits by its idle timer. */
const MAX_HELD = 500;

export interface HandBackDeps {
  readonly db: Db;
  readonly staff: Pick<StaffTurns, 'requeue'>;
  /** Ids of staff who are at work now. */
  readonly present: () => Promise<ReadonlySet<string>>;
}

/**
 * Puts chats back into the queue whose citizen has written and whose holder is away, signed out or gone, without
 * waiting for the idle timer. By index mode, lastAt.
 *
 * @returns how many wait again
 */
export async function handBackChats({ db, staff, present }: HandBackDeps): Promise<number> {
  const rows = db.collection<ConversationRow>('conversations');
  const held = await rows
    .find(
      { mode: 'staff' },
      { sort: { lastAt: -1 }, limit: MAX_HELD, projection: { staffId: 1, unread: 1, lastSeq: 1 } },
    )
    .toArray();
  const waiting = held.filter(({ staffId, unread }) => staffId !== undefined && staffId !== PHONE && unread > 0);
  if (waiting.length === 0) return 0;
  const here = await present();
  let count = 0;
  for (const { _id, staffId, lastSeq } of waiting) {
    if (staffId === undefined || here.has(staffId)) continue;
    if (await staff.requeue(_id, staffId, `gone:${lastSeq}`)) count += 1;
  }
  return count;
}
