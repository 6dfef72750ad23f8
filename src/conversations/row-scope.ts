import type { Db } from 'mongodb';
import type { Case } from '../cases/case.js';
import type { CaseStore } from '../cases/case-store.js';
import { OPEN_CIRCLE } from '../cases/circle.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { isDuplicateKey } from '../store/connect.js';
import type { ConversationRow } from './rows.js';

/** Nobody has more cases of their own that still say who may see the chat. */
const MAX_CASES = 100;
const MAX_TRIES = 10;

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
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      // before the cases: who looked at them later has written by then, and this write doesn't match
      const known = await rows.findOne({ _id }, { projection: { unit: 1, circles: 1, anonim: 1 } });
      const own = await deps.reporters.ofConversation(_id, MAX_CASES);
      const numbers = own.flatMap(({ audience, caseNumber }) => (audience === 'complainant' ? [caseNumber] : []));
      const scope = scopeOfCases(await deps.cases.findAll(numbers));
      if (isSame(scope, known ?? {})) return false;
      if (await write(_id, known, scope)) return true;
    }
    throw new AppError('store.unavailable', 'Who may see a chat changed again and again', { tries: MAX_TRIES });
  };

  /** @returns false when somebody else wrote meanwhile */
  const write = async (_id: string, known: Scope | null, scope: Scope): Promise<boolean> => {
    const as = Object.fromEntries(FIELDS.map((field) => [field, known?.[field] ?? { $exists: false }]));
    const gone = FIELDS.filter((field) => scope[field] === undefined);
    const update = {
      $set: { ...scope, changedAt: deps.clock.now() },
      ...(gone.length > 0 ? { $unset: Object.fromEntries(gone.map((field) => [field, '' as const])) } : {}),
      // its row may come only after its first case; by this it finds the place that was kept for it
      $setOnInsert: { lastSeq: 0 },
    };
    try {
      const done = await rows.updateOne({ _id, ...as }, update, { upsert: known === null });
      return done.matchedCount + done.upsertedCount === 1;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
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
