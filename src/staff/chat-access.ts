import type { Db } from 'mongodb';
import type { Case } from '../cases/case.js';
import type { CaseStore } from '../cases/case-store.js';
import { mayRead } from '../cases/circle.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import { type ConversationRow, rowOf } from '../conversations/rows.js';
import type { Turn } from '../conversations/turn.js';
import type { TurnStore } from '../conversations/turn-store.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import { type Circles, type Sight, sightOf } from './circles.js';
import type { Verb } from './rights.js';
import { mayInRow } from './row-sight.js';

/** More of one chat are not shown beside it; they are found by their number. */
const MAX_CASES = 30;

/** A chat as somebody may see it. */
export interface SeenChat {
  readonly sight: Sight;
  /** As its newest turn says, which its stored row follows shortly after. */
  readonly row: ConversationRow;
  readonly tip: Turn;
  /** Those of the chat that this person may read, newest first. */
  readonly cases: readonly Case[];
  /** Numbers of its own cases whose complainant chose anonim, whoever may read them. */
  readonly anonim: readonly string[];
}

export interface ChatAccess {
  /**
   * Opens a chat to somebody.
   *
   * @throws {AppError} `conversation.not_found` when there is none, or they may not see it: the two look the same;
   * `request.forbidden` when they see it and may not do `verb` in it
   */
  open(actor: Actor, conversationId: string, verb?: Verb): Promise<SeenChat>;
}

export function createChatAccess(deps: {
  readonly db: Db;
  readonly turns: Pick<TurnStore, 'tip'>;
  readonly cases: Pick<CaseStore, 'findAll'>;
  readonly reporters: Pick<ReporterStore, 'ofConversation'>;
  readonly circles: Circles;
  readonly clock: Clock;
}): ChatAccess {
  const rows = deps.db.collection<ConversationRow>('conversations');
  return {
    async open(actor, conversationId, verb = 'read') {
      const [tip, stored, own, rule] = await Promise.all([
        deps.turns.tip(conversationId),
        rows.findOne({ _id: conversationId }),
        deps.reporters.ofConversation(conversationId, MAX_CASES),
        deps.circles.rules(),
      ]);
      if (!tip) throw notFound();
      const sight = sightOf(actor, rule);
      const found = await deps.cases.findAll(own.map(({ caseNumber }) => caseNumber));
      const reported = new Set(
        own.flatMap(({ audience, caseNumber }) => (audience === 'complainant' ? [caseNumber] : [])),
      );
      const anonim = found.flatMap(({ _id, naming }) => (reported.has(_id) && naming.anonim ? [_id] : []));
      const current = currentRow(tip, stored ?? undefined, deps.clock.now());
      const row = anonim.length > 0 ? { ...current, anonim: true } : current;
      // the words of a restricted report stand in its chat; asked of the cases themselves, since a row is a little late
      const isHidden = found.some(
        (each) => reported.has(each._id) && sight.hidden.includes(each.circle) && !mayRead(actor, each, rule),
      );
      // of more cases than are read here the row alone knows
      const seen = { ...row, circles: own.length < MAX_CASES ? [] : (row.circles ?? []) };
      if (isHidden || !mayInRow(sight, seen, 'read')) throw notFound();
      if (!mayInRow(sight, seen, verb))
        throw new AppError('request.forbidden', 'Your role does not allow this', { object: 'conversation', verb });
      const cases = found
        .filter((each) => mayRead(actor, each, rule))
        .sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime());
      return { sight, row, tip, cases, anonim };
    },
  };
}

/** A chat's row, as far on as its newest turn. Pure. */
export function currentRow(tip: Turn, stored: ConversationRow | undefined, now: Date): ConversationRow {
  if (stored && stored.lastSeq >= tip.seq) return stored;
  const { unit, circles, anonim, readInbound, blockedAt } = stored ?? {};
  return {
    _id: tip.conversationId,
    ...rowOf(tip, now),
    ...(unit ? { unit } : {}),
    ...(circles ? { circles } : {}),
    ...(anonim ? { anonim } : {}),
    ...(readInbound === undefined ? {} : { readInbound }),
    ...(blockedAt ? { blockedAt } : {}),
  };
}

function notFound(): AppError {
  return new AppError('conversation.not_found', 'There is no such conversation');
}
