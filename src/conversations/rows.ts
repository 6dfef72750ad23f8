import type { Collection, Db, MongoBulkWriteError } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { isDuplicateKey } from '../store/connect.js';
import type { HandoverLog } from './handover-log.js';
import { type Mode, TURN_SCHEMA, type Turn } from './turn.js';
import type { TurnStore } from './turn-store.js';

const FLUSH_EVERY_MS = 200;
const MAX_BATCH = 500;
/** How far before the last flush a restart looks for turns whose row may be missing. */
const REPAIR_MARGIN_MS = 60_000;

/** One row a chat, for the inbox and the timers: computed from the newest turn alone, so it can always be made again. */
export interface ConversationRow {
  readonly _id: string;
  readonly lastSeq: number;
  readonly lastAt: Date;
  readonly lane: string;
  /** Of the lane, for lists of one channel; absent in rows of before there was this field. */
  readonly channel?: string;
  readonly mode: Mode;
  readonly flow?: string;
  readonly step?: string;
  readonly locale: string;
  readonly unread: number;
  readonly inbound: number;
  readonly staffId?: string;
  readonly handoverReason?: string;
  /** Since when they wait for a person; in mode `queued` only. */
  readonly queuedAt?: Date;
  /** The turn in which they asked for one, and how often nobody had come in time; in mode `queued` only. */
  readonly handoverSeq?: number;
  readonly overdue?: number;
  /** By when somebody must have taken it. */
  readonly waitUntil?: Date;
  /** The unit in whose queue it waits; any unit's when absent. */
  readonly queueUnit?: string;
  readonly lastCase?: string;
  /** Nothing was reported in it: no unit has it. An index gives no order behind what is absent. */
  readonly caseless?: true;
  /** The newest turn in which somebody said something. */
  readonly saidSeq?: number;
  /** Of its newest case; beside the turns, see createRowScope. */
  readonly unit?: string;
  /** Circles of its restricted cases: whoever isn't in all of them doesn't see the chat. */
  readonly circles?: readonly string[];
  /** One of its cases is anonim: no name is shown. */
  readonly anonim?: boolean;
  /** How many of the citizen's messages staff had seen when they last looked. */
  readonly readInbound?: number;
  /** The earliest reminder, expiry or handover deadline; by index wakeAt. */
  readonly wakeAt?: Date;
  /** Since when the citizen has blocked us; absent while we can reach them. */
  readonly blockedAt?: Date;
  readonly changedAt: Date;
}

export interface Rows {
  /** Notes that a conversation has a new turn; its row follows within 200 ms. */
  touch(turn: Turn): void;
  /** Writes rows of turns made since shortly before the newest row: what a crash may have left out. */
  repair(): Promise<number>;
  /** Conversations whose time has come, by index wakeAt. */
  due(now: Date, limit: number): Promise<ConversationRow[]>;
  /** Lets a conversation come up later, unless it has a later turn by now. */
  putOff(conversationId: string, lastSeq: number, wakeAt: Date): Promise<void>;
  find(conversationId: string): Promise<ConversationRow | undefined>;
  /** Ids of conversations changed at or after an instant, by index changedAt. */
  changedSince(at: Date): Promise<Pick<ConversationRow, '_id' | 'lastSeq' | 'changedAt'>[]>;
  noteReachable(conversationId: string, isReachable: boolean, at: Date): Promise<void>;
  drain(): Promise<void>;
}

export interface RowsDeps {
  readonly db: Db;
  readonly turns: TurnStore;
  readonly handovers: Pick<HandoverLog, 'note'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createRows({ db, turns, handovers, clock, log }: RowsDeps): Rows {
  const rows = db.collection<ConversationRow>('conversations');
  const newest = new Map<string, Turn>();
  let scheduled = false;
  let flushing: Promise<void> = Promise.resolve();

  const note = (turn: Turn) => {
    // whoever wrote it writes its row too, and knows how
    if (turn.schema > TURN_SCHEMA) return;
    const known = newest.get(turn.conversationId);
    if (!known || known.seq < turn.seq) newest.set(turn.conversationId, turn);
  };

  /** @throws what the store throws; the batch is noted again then */
  const write = async () => {
    const batch = [...newest.values()].slice(0, MAX_BATCH);
    if (batch.length === 0) return;
    for (const turn of batch) newest.delete(turn.conversationId);
    try {
      await writeRows(rows, batch, clock.now());
      await handovers.note(batch);
    } catch (error) {
      for (const turn of batch) note(turn);
      throw error;
    }
  };

  const flush = async () => {
    await write().catch((error: unknown) =>
      log.warn({ count: newest.size, err: error }, 'conversation rows could not be written, will retry'),
    );
    if (newest.size > 0) schedule();
  };

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    clock.after(FLUSH_EVERY_MS, () => {
      scheduled = false;
      flushing = flushing.then(flush);
    });
  };

  return {
    touch(turn) {
      note(turn);
      schedule();
    },
    async repair() {
      const last = await rows.findOne({}, { sort: { changedAt: -1 }, projection: { changedAt: 1 } });
      const from = new Date((last?.changedAt.getTime() ?? 0) - REPAIR_MARGIN_MS);
      let count = 0;
      for await (const turn of turns.since(from)) {
        note(turn);
        count += 1;
        if (newest.size >= MAX_BATCH) await write();
      }
      while (newest.size > 0) await write();
      return count;
    },
    due: (now, limit) => rows.find({ wakeAt: { $lte: now } }, { sort: { wakeAt: 1 }, limit }).toArray(),
    async putOff(_id, lastSeq, wakeAt) {
      await rows.updateOne({ _id, lastSeq }, { $set: { wakeAt } });
    },
    find: async (conversationId) => (await rows.findOne({ _id: conversationId })) ?? undefined,
    changedSince: (at) =>
      rows
        .find({ changedAt: { $gte: at } }, { sort: { changedAt: 1 }, projection: { lastSeq: 1, changedAt: 1 } })
        .toArray(),
    async noteReachable(conversationId, isReachable, at) {
      const update = isReachable ? { $unset: { blockedAt: '' as const } } : { $set: { blockedAt: at } };
      await rows.updateOne({ _id: conversationId }, update);
    },
    async drain() {
      await flushing;
      await flush();
    },
  };
}

/** Only forward: a row that has a later turn stays as it is, whatever order the writes arrive in. */
async function writeRows(rows: Collection<ConversationRow>, turns: readonly Turn[], now: Date): Promise<void> {
  const operations = turns.map((turn) => {
    const row = rowOf(turn, now);
    const gone = OPTIONAL.filter((field) => !(field in row)).map((field) => [field, ''] as const);
    return {
      filter: { _id: turn.conversationId, lastSeq: { $lt: turn.seq } },
      update: { $set: row, ...(gone.length > 0 ? { $unset: Object.fromEntries(gone) } : {}) },
    };
  });
  try {
    await rows.bulkWrite(
      operations.map((each) => ({ updateOne: { ...each, upsert: true } })),
      { ordered: false },
    );
  } catch (error) {
    const errors = [(error as MongoBulkWriteError).writeErrors ?? []].flat();
    if (!isDuplicateKey(error) || errors.some((each) => each.code !== 11000)) throw error;
    // the row is there: a newer one, or the place that a case kept for it in this very moment
    await rows.bulkWrite(
      errors.flatMap(({ index }) => operations[index] ?? []).map((each) => ({ updateOne: each })),
      { ordered: false },
    );
  }
}

const OPTIONAL = [
  'flow',
  'step',
  'staffId',
  'handoverReason',
  'queuedAt',
  'waitUntil',
  'handoverSeq',
  'overdue',
  'queueUnit',
  'lastCase',
  'caseless',
  'saidSeq',
  'wakeAt',
] as const;

/** What the inbox and the timers need of the newest turn. */
export function rowOf(turn: Turn, now: Date): Omit<ConversationRow, '_id'> {
  const { after } = turn;
  const top = after.stack.at(-1);
  return {
    lastSeq: turn.seq,
    lastAt: turn.at,
    lane: turn.lane,
    channel: turn.lane.slice(0, turn.lane.indexOf(':')),
    mode: after.mode,
    locale: after.locale,
    unread: after.unread,
    inbound: after.inbound,
    changedAt: now,
    ...(top ? { flow: top.flow, step: top.step } : {}),
    ...(after.staffId ? { staffId: after.staffId } : {}),
    ...queueOf(after),
    ...(after.lastCase ? { lastCase: after.lastCase } : { caseless: true }),
    ...(after.saidSeq ? { saidSeq: after.saidSeq } : {}),
    ...(after.wake ? { wakeAt: after.wake.at } : {}),
  };
}

function queueOf({
  mode,
  handover,
  wake,
}: Turn['after']): Pick<
  ConversationRow,
  'handoverReason' | 'queuedAt' | 'handoverSeq' | 'overdue' | 'waitUntil' | 'queueUnit'
> {
  if (mode === 'bot' || !handover) return {};
  const handoverReason = handover.reason;
  if (mode === 'staff') return { handoverReason };
  return {
    handoverReason,
    queuedAt: handover.since,
    handoverSeq: handover.seq,
    ...(handover.overdue > 0 ? { overdue: handover.overdue } : {}),
    ...(wake?.name === 'handover' ? { waitUntil: wake.at } : {}),
    ...(handover.unit ? { queueUnit: handover.unit } : {}),
  };
}
