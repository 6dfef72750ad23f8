import type { Db } from 'mongodb';
import type { Case } from '../cases/case.js';
import type { CaseStore } from '../cases/case-store.js';
import { type CircleRules, mayRead } from '../cases/circle.js';
import type { Committed } from '../conversations/commit.js';
import type { ConversationRow } from '../conversations/rows.js';
import type { TurnStore } from '../conversations/turn-store.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { cardOf } from './case-card.js';
import { currentRow } from './chat-access.js';
import type { Sight } from './circles.js';
import type { Directory } from './directory.js';
import { inboxRowOf } from './inbox-row.js';
import { findNewestWords, type NewestWords, wordsOf } from './newest-words.js';
import { seesRow } from './row-sight.js';

/** What decides who may see a chat, and whether it is as it was. */
export type TailedRow = Pick<
  ConversationRow,
  '_id' | 'lastSeq' | 'mode' | 'unit' | 'queueUnit' | 'staffId' | 'circles' | 'readInbound' | 'blockedAt'
>;

/** A chat as it stands, made once for everybody who follows. */
export interface BuiltRow {
  readonly row: TailedRow;
  readonly case: Pick<Case, 'circle' | 'unit' | 'staffId'> | undefined;
  /** The event with the case's card, and without it. */
  readonly full: string;
  readonly bare: string;
}

export interface FeedRowsDeps {
  readonly db: Db;
  readonly turns: Pick<TurnStore, 'each'>;
  readonly cases: Pick<CaseStore, 'findAll'>;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly clock: Clock;
}

export type BuildRows = (
  conversationIds: readonly string[],
  committed: ReadonlyMap<string, Committed>,
) => Promise<BuiltRow[]>;

/** Builds `row` events: three queries for any number of chats, none for words that were committed just now. */
export function createBuildRows(deps: FeedRowsDeps): BuildRows {
  const rows = deps.db.collection<ConversationRow>('conversations');
  return async (conversationIds, committed) => {
    const now = deps.clock.now();
    const stored = new Map(
      (await rows.find({ _id: { $in: [...conversationIds] } }).toArray()).map((row) => [row._id, row]),
    );
    const current = conversationIds.flatMap((id) => {
      const tip = committed.get(id)?.turn;
      const row = tip ? currentRow(tip, stored.get(id), now) : stored.get(id);
      // a place kept for a chat whose first turn isn't in its row yet
      return row?.lane === undefined ? [] : [row];
    });
    const fresh = new Map<string, NewestWords>();
    for (const { _id, saidSeq } of current) {
      const known = committed.get(_id);
      if (known && known.turn.seq === saidSeq) fresh.set(_id, wordsOf(known.turn, known.content, deps.keys));
    }
    const [older, found, names] = await Promise.all([
      findNewestWords(
        deps,
        current.filter(({ _id }) => !fresh.has(_id)),
      ),
      deps.cases.findAll([...new Set(current.flatMap(({ lastCase }) => lastCase ?? []))]),
      deps.directory.all(),
    ]);
    const byNumber = new Map(found.map((each) => [each._id, each]));
    const nameOf = (staffId: string) => names.get(staffId)?.name;
    return current.map((row): BuiltRow => {
      const of = row.lastCase === undefined ? undefined : byNumber.get(row.lastCase);
      const words = fresh.get(row._id) ?? older.get(row._id);
      const card = of && cardOf(of, { keys: deps.keys, now, nameOf });
      const eventOf = (shown: typeof card) =>
        JSON.stringify({ type: 'row', row: inboxRowOf(row, { words, card: shown, nameOf }) });
      return { row: tailed(row), case: of && caseAt(of), full: eventOf(card), bare: eventOf(undefined) };
    });
  };
}

/** Many are remembered: only what is asked of them. */
function tailed(row: ConversationRow): TailedRow {
  const { _id, lastSeq, mode, unit, queueUnit, staffId, circles, readInbound, blockedAt } = row;
  return {
    ...{ _id, lastSeq, mode },
    ...(unit ? { unit } : {}),
    ...(queueUnit ? { queueUnit } : {}),
    ...(staffId ? { staffId } : {}),
    ...(circles ? { circles } : {}),
    ...(readInbound === undefined ? {} : { readInbound }),
    ...(blockedAt ? { blockedAt } : {}),
  };
}

function caseAt({ circle, unit, staffId }: Case): NonNullable<BuiltRow['case']> {
  return { circle, unit, ...(staffId ? { staffId } : {}) };
}

/** The event for somebody; undefined when they may not see the chat. */
export function rowEventFor(sight: Sight, built: BuiltRow, rules: CircleRules): string | undefined {
  const { row, case: of } = built;
  if (!seesRow(sight, row)) return undefined;
  if (!of || mayRead(sight.actor, of, rules)) return built.full;
  // restricted just now; its row will know in a moment
  return sight.hidden.includes(of.circle) ? undefined : built.bare;
}
