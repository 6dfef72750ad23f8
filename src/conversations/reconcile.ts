import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { Apply } from './apply.js';
import type { OutState, Turn } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

/** Effects of the time before the backup are applied again: each finds what it did before. */
const EFFECTS_OF_MS = 60 * 60 * 1000;
/** An answer this young is still wanted; an older one may have been sent after the backup was made. */
const STILL_OWED_MS = 10 * 60 * 1000;
/** Numbers given out after the backup are not known here, and must not be given out again. */
const COUNTER_JUMP = 1000;
/** No send is put off for longer than a platform may ask. */
const FURTHEST_RETRY_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_OWED = 100_000;

export interface Reconciled {
  readonly effects: number;
  readonly dead: number;
  readonly counters: number;
}

/**
 * Makes data that comes from a backup fit to be gone on with: counters jump, effects of its last hour are applied again,
 * and messages it still owed are given up unless they are young. Doing it twice does no harm beyond a second jump.
 *
 * @param madeAt when the backup was made
 */
export async function reconcile(
  deps: { db: Db; turns: TurnStore; keys: Keys; clock: Clock; apply: Apply },
  madeAt: Date,
): Promise<Reconciled> {
  const { db, turns, clock } = deps;
  const jumped = await db
    .collection<{ _id: string; value: number }>('counters')
    .updateMany({ _id: /^case:/ }, { $inc: { value: COUNTER_JUMP } });

  let effects = 0;
  for await (const turn of turns.since(new Date(madeAt.getTime() - EFFECTS_OF_MS))) {
    if (turn.effects.length === 0) continue;
    await applyAgain(deps, turn);
    effects += 1;
  }

  let dead = 0;
  const now = clock.now();
  for (const { _id: lane } of await db.collection<{ _id: string }>('lanes').find({}).toArray()) {
    const owing = await turns.owingMessages(lane, new Date(now.getTime() + FURTHEST_RETRY_MS), 'oldest', MAX_OWED);
    const old = owing.filter((turn) => turn.at.getTime() < now.getTime() - STILL_OWED_MS);
    await Promise.all(old.map((turn) => giveUp(turns, turn, now)));
    dead += old.length;
  }
  return { effects, dead, counters: jumped.modifiedCount };
}

async function applyAgain({ turns, keys, apply }: Parameters<typeof reconcile>[0], turn: Turn): Promise<void> {
  const effects = turn.effects.map((effect) =>
    effect.state === 'done' ? { ...effect, state: 'due' as const } : effect,
  );
  const applyAt = turn.at;
  await turns.mark({ filter: { _id: turn._id }, update: { $set: { effects, applyAt } } });
  await apply({ turn: { ...turn, effects, applyAt }, content: openContent(keys, turn) });
}

async function giveUp(turns: TurnStore, turn: Turn, now: Date): Promise<void> {
  const out = turn.out.map((each): OutState => {
    const isOwed = each.state === 'due' || each.state === 'sending';
    return isOwed ? { kind: each.kind, state: 'dead', at: now, reason: 'restored' } : each;
  });
  await turns.mark({ filter: { _id: turn._id }, update: { $set: { out }, $unset: { sendAt: '' } } });
}
