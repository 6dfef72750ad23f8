import type { Db } from 'mongodb';
import type { Case } from '../cases/case.js';
import type { CaseStore } from '../cases/case-store.js';
import { OPEN_CIRCLE } from '../cases/circle.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import type { Clock } from '../core/clock.js';
import type { ConversationRow } from './rows.js';

/** Nobody has more cases of their own that still say who may see the chat. */
const MAX_CASES = 100;

type Scope = Pick<ConversationRow, 'unit' | 'circles' | 'anonim'>;

export interface RowScope {
  /**
   * What a case of its own adds that is its newest: {@link refresh} in one write. Not for a case that may have been
   * counted before, as a newer one may have come since.
   */
  add(conversationId: string, filed: Pick<Case, 'unit' | 'circle' | 'naming'>): Promise<void>;
  /**
   * Writes anew who may see a chat: the unit of its newest case, the circles of its restricted ones. It follows from
   * the cases alone, so it may be done at any time and by anybody; after each filing, and whenever a case changes.
   *
   * @returns true when something was changed
   */
  refresh(conversationId: string): Promise<boolean>;
  /** {@link refresh} for every chat whose own case it is. @returns the chats that changed */
  refreshOf(caseNumber: string): Promise<string[]>;
}

export function createRowScope(deps: {
  readonly db: Db;
  readonly cases: Pick<CaseStore, 'findAll'>;
  readonly reporters: Pick<ReporterStore, 'of' | 'ofConversation'>;
  readonly clock: Clock;
}): RowScope {
  const rows = deps.db.collection<ConversationRow>('conversations');

  const refresh = async (_id: string): Promise<boolean> => {
    const own = await deps.reporters.ofConversation(_id, MAX_CASES);
    const numbers = own.flatMap(({ audience, caseNumber }) => (audience === 'complainant' ? [caseNumber] : []));
    const scope = scopeOfCases(await deps.cases.findAll(numbers));
    const known = await rows.findOne({ _id }, { projection: { unit: 1, circles: 1, anonim: 1 } });
    if (isSame(scope, known ?? {})) return false;
    const gone = FIELDS.filter((field) => scope[field] === undefined);
    await rows.updateOne(
      { _id },
      {
        $set: { ...scope, changedAt: deps.clock.now() },
        ...(gone.length > 0 ? { $unset: Object.fromEntries(gone.map((field) => [field, ''])) } : {}),
        // its row may come only after its first case; by this it finds the place that was kept for it
        $setOnInsert: { lastSeq: 0 },
      },
      { upsert: true },
    );
    return true;
  };

  return {
    async add(_id, { unit, circle, naming }) {
      await rows.updateOne(
        { _id },
        {
          $set: { unit, ...(naming.anonim ? { anonim: true } : {}), changedAt: deps.clock.now() },
          ...(circle === OPEN_CIRCLE ? {} : { $addToSet: { circles: circle } }),
          $setOnInsert: { lastSeq: 0 },
        },
        { upsert: true },
      );
    },
    refresh,
    async refreshOf(caseNumber) {
      const changed: string[] = [];
      for (const { conversationId, audience } of await deps.reporters.of(caseNumber)) {
        if (audience === 'complainant' && (await refresh(conversationId))) changed.push(conversationId);
      }
      return changed;
    },
  };
}

const FIELDS = ['unit', 'circles', 'anonim'] as const;

/** Pure. */
export function scopeOfCases(cases: readonly Pick<Case, 'unit' | 'circle' | 'naming' | 'receivedAt' | '_id'>[]): Scope {
  const newest = cases.reduce<(typeof cases)[number] | undefined>(
    (best, each) => (best && best.receivedAt >= each.receivedAt ? best : each),
    undefined,
  );
  const circles = [...new Set(cases.map(({ circle }) => circle).filter((circle) => circle !== OPEN_CIRCLE))].sort();
  return {
    ...(newest ? { unit: newest.unit } : {}),
    ...(circles.length > 0 ? { circles } : {}),
    ...(cases.some(({ naming }) => naming.anonim) ? { anonim: true } : {}),
  };
}

function isSame(a: Scope, b: Scope): boolean {
  return a.unit === b.unit && a.anonim === b.anonim && (a.circles ?? []).join() === (b.circles ?? []).join();
}
