import type { Collection, Db, Filter, MongoBulkWriteError, UpdateFilter } from 'mongodb';
import { createBatcher } from '../core/batcher.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { isDuplicateKey } from '../store/connect.js';
import { within } from '../store/within.js';
import { TURN_SCHEMA, type Turn } from './turn.js';

const MAX_BATCH = 200;
/** Few, so that batches grow instead: half the commands, at no cost in waiting. */
const MAX_INSERTS_IN_FLIGHT = 2;
const MARK_DELAY_MS = 10;

export interface Mark {
  readonly filter: Filter<Turn> & { readonly _id: string };
  readonly update: UpdateFilter<Turn>;
}

/** What became of a turn, without its content. */
export type RecentTurn = Pick<Turn, '_id' | 'seq' | 'at' | 'source' | 'lane' | 'after' | 'out'>;

/** All reading and writing of turns. Rules live elsewhere; here are the queries and the index each relies on. */
export interface TurnStore {
  /** One durable insert. `duplicate`: this message became a turn before, or another turn took this seq. */
  insert(turn: Turn): Promise<'inserted' | 'duplicate'>;
  /** By `_id`. */
  find(turnId: string): Promise<Turn | undefined>;
  /** The newest turn, by index (conversationId, seq). */
  tip(conversationId: string): Promise<Turn | undefined>;
  /** The newest turns without what was said in them, newest first, by index (conversationId, seq). */
  recent(conversationId: string, limit: number): Promise<RecentTurn[]>;
  /** Turns after a seq, oldest first, by index (conversationId, seq). */
  after(conversationId: string, seq: number, limit: number): Promise<Turn[]>;
  /** Turns of a lane that owe a message at `before` or earlier, the longest owed or the newest first, by index (lane, sendAt). */
  owingMessages(lane: string, before: Date, first: 'oldest' | 'newest', limit: number): Promise<Turn[]>;
  /** The newest turns, newest first, by index (conversationId, seq). */
  newest(conversationId: string, limit: number): Promise<Turn[]>;
  /** Turns before a seq, newest first, by index (conversationId, seq). */
  before(conversationId: string, seq: number, limit: number): Promise<Turn[]>;
  /** Single turns of several conversations, in no order, each by index (conversationId, seq). */
  each(wanted: readonly Pick<Turn, 'conversationId' | 'seq'>[]): Promise<Turn[]>;
  /**
   * Turns of a conversation that owe a message, or will once their effects are applied, and takeovers behind them,
   * oldest first: of the newest 50, and of the first 50 from a seq on. `gapFrom` is set when turns lie between the two.
   */
  owingMessagesIn(
    conversationId: string,
    fromSeq: number,
  ): Promise<{ readonly turns: readonly Turn[]; readonly gapFrom?: number }>;
  /** Turns a message of which was given up, newest first, by index deadAt. */
  dead(since: Date, limit: number): Promise<Turn[]>;
  /** Turns that owe an effect, by index applyAt. */
  owingEffects(before: Date, limit: number): Promise<Turn[]>;
  /** Turns of these lanes that owe a file, by index (lane, fetchAt). */
  owingFiles(lanes: readonly string[], before: Date, limit: number): Promise<Turn[]>;
  /** Turns made at or after an instant, by index `at`. */
  since(at: Date): AsyncIterable<Turn>;
  /**
   * Updates one turn, together with others of the same few milliseconds; resolves once durable, to false when the
   * filter may not have matched: one of those others, or this one, didn't.
   */
  mark(mark: Mark): Promise<boolean>;
  /** Like {@link mark}, at once and alone; resolves to whether the filter matched. */
  markNow(mark: Mark): Promise<boolean>;
  drain(): Promise<void>;
}

export function createTurnStore(db: Db, clock: Clock): TurnStore {
  const turns: Collection<Turn> = db.collection<Turn>('turns');
  const soon = <T>(work: Promise<T>) => within(clock, work);

  const inserts = createBatcher<Turn, 'inserted' | 'duplicate'>((batch) => soon(insertAll(turns, batch)), {
    maxItems: MAX_BATCH,
    maxInFlight: MAX_INSERTS_IN_FLIGHT,
    schedule: setImmediate,
  });

  const marks = createBatcher<Mark, boolean>((batch) => soon(markAll(turns, batch)), {
    maxItems: MAX_BATCH,
    maxInFlight: 2,
    schedule: (flush) => clock.after(MARK_DELAY_MS, flush),
  });

  const readable = (turn: Turn | null | undefined): Turn | undefined => {
    if (turn && turn.schema > TURN_SCHEMA) {
      throw new AppError(
        'store.newer_schema',
        'A newer version of the service wrote this conversation; update this one',
        {
          schema: turn.schema,
        },
      );
    }
    return turn ?? undefined;
  };

  return {
    insert: (turn) => inserts.add(turn),
    mark: (update) => marks.add(update),
    async markNow({ filter, update }) {
      const done = await soon(turns.updateOne(filter, update));
      return done.matchedCount === 1;
    },
    find: async (turnId) => readable(await soon(turns.findOne({ _id: turnId }))),
    tip: async (conversationId) => readable(await soon(turns.findOne({ conversationId }, { sort: { seq: -1 } }))),
    recent: (conversationId, limit) =>
      soon(turns.find({ conversationId }, { sort: { seq: -1 }, limit, projection: RECENT }).toArray()) as Promise<
        RecentTurn[]
      >,
    after: (conversationId, seq, limit) =>
      soon(turns.find({ conversationId, seq: { $gt: seq } }, { sort: { seq: 1 }, limit }).toArray()),
    owingMessages: (lane, before, first, limit) =>
      soon(
        turns
          .find({ lane, sendAt: { $lte: before } }, { sort: { sendAt: first === 'oldest' ? 1 : -1 }, limit })
          .toArray(),
      ),
    newest: (conversationId, limit) => soon(turns.find({ conversationId }, { sort: { seq: -1 }, limit }).toArray()),
    before: (conversationId, seq, limit) =>
      soon(turns.find({ conversationId, seq: { $lt: seq } }, { sort: { seq: -1 }, limit }).toArray()),
    each: async (wanted) =>
      wanted.length === 0
        ? []
        : soon(turns.find({ $or: wanted.map(({ conversationId, seq }) => ({ conversationId, seq })) }).toArray()),
    async owingMessagesIn(conversationId, fromSeq) {
      const newest = await soon(
        turns.find({ conversationId }, { sort: { seq: -1 }, limit: OWED_LOOKBACK_TURNS }).toArray(),
      );
      const oldestSeq = newest.at(-1)?.seq ?? 0;
      const isAll = newest.length < OWED_LOOKBACK_TURNS || oldestSeq <= fromSeq;
      const first = isAll
        ? []
        : await soon(
            turns
              .find(
                { conversationId, seq: { $gte: fromSeq, $lt: oldestSeq } },
                { sort: { seq: 1 }, limit: OWED_LOOKBACK_TURNS },
              )
              .toArray(),
          );
      const nextSeq = (first.at(-1)?.seq ?? oldestSeq) + 1;
      return {
        turns: owingIn([...first, ...newest.reverse()]),
        ...(nextSeq < oldestSeq ? { gapFrom: nextSeq } : {}),
      };
    },
    dead: (since, limit) => soon(turns.find({ deadAt: { $gte: since } }, { sort: { deadAt: -1 }, limit }).toArray()),
    owingEffects: (before, limit) =>
      soon(turns.find({ applyAt: { $lte: before } }, { sort: { applyAt: 1 }, limit }).toArray()),
    owingFiles: (lanes, before, limit) =>
      soon(
        turns.find({ lane: { $in: [...lanes] }, fetchAt: { $lte: before } }, { sort: { fetchAt: 1 }, limit }).toArray(),
      ),
    since: (at) => turns.find({ at: { $gte: at } }, { sort: { at: 1 } }),
    async drain() {
      await inserts.drain();
      await marks.drain();
    },
  };
}

const RECENT = { seq: 1, at: 1, source: 1, lane: 1, after: 1, out: 1 } as const;

/** A prompt dies after ten minutes, so nothing older than this many turns can still be waiting to be overtaken. */
const OWED_LOOKBACK_TURNS = 50;

/** From the first turn on that owes something: those that do, and takeovers, which make earlier talk pointless. */
function owingIn(turns: readonly Turn[]): Turn[] {
  const owes = (turn: Turn) => turn.sendAt !== undefined || (turn.applyAt !== undefined && turn.out.length > 0);
  const isTakeover = ({ source, after }: Turn) => source.kind === 'staff' && after.mode === 'staff';
  const from = turns.findIndex(owes);
  return from < 0 ? [] : turns.slice(from).filter((turn) => owes(turn) || isTakeover(turn));
}

async function insertAll(turns: Collection<Turn>, batch: readonly Turn[]): Promise<('inserted' | 'duplicate')[]> {
  try {
    await turns.insertMany([...batch], { ordered: false });
    return batch.map(() => 'inserted');
  } catch (error) {
    const failed = duplicatesIn(error);
    if (!failed) throw unavailable(error);
    return batch.map((_, index) => (failed.has(index) ? 'duplicate' : 'inserted'));
  }
}

/** Positions refused for a duplicate key, or undefined when anything else went wrong for any of them. */
function duplicatesIn(error: unknown): Set<number> | undefined {
  if (!isDuplicateKey(error)) return undefined;
  const bulk = error as MongoBulkWriteError;
  const writeErrors = Array.isArray(bulk.writeErrors) ? bulk.writeErrors : [bulk.writeErrors];
  if (writeErrors.some((each) => each.code !== 11000)) return undefined;
  if (bulk.result?.getWriteConcernError()) return undefined;
  return new Set(writeErrors.map((each) => each.index));
}

async function markAll(turns: Collection<Turn>, batch: readonly Mark[]): Promise<boolean[]> {
  const [only] = batch;
  const { matchedCount } =
    batch.length === 1 && only
      ? await turns.updateOne(only.filter, only.update)
      : await turns.bulkWrite([...batch.map((updateOne) => ({ updateOne }))], { ordered: false });
  return batch.map(() => matchedCount === batch.length);
}

function unavailable(cause: unknown): AppError {
  return new AppError('store.unavailable', 'The turn could not be stored', {}, { cause });
}
