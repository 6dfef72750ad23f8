import type { CaseLists } from '../cases/case-lists.js';
import type { CaseStore } from '../cases/case-store.js';
import type { CaseFilter } from '../cases/list-branches.js';
import { findSimilar } from '../cases/similar-cases.js';
import { isCaseStatus } from '../cases/status.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import type { CasesPage, CasesQuery, SimilarAnswer } from './api/case.js';
import type { CaseAccess } from './case-access.js';
import { cardOf } from './case-card.js';
import type { Directory } from './directory.js';
import { demand } from './rights.js';

export interface CaseListDeps {
  readonly lists: CaseLists;
  readonly access: CaseAccess;
  readonly cases: Pick<CaseStore, 'openOf'>;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly clock: Clock;
}

/** Lists of cases, as each of staff may see them. */
export interface CaseList {
  /** @throws {AppError} `request.forbidden`, `request.invalid` */
  page(actor: Actor, query: CasesQuery): Promise<CasesPage>;
  /** Those that may be about the same matter, and may be read. @throws as {@link CaseAccess.open} */
  similar(actor: Actor, number: string): Promise<SimilarAnswer>;
}

export function createCaseList(deps: CaseListDeps): CaseList {
  const factsNow = async () => {
    const names = await deps.directory.all();
    return { keys: deps.keys, now: deps.clock.now(), nameOf: (staffId: string) => names.get(staffId)?.name };
  };

  return {
    async page(actor, { q, cursor, limit, ...query }) {
      demand(actor, 'case', 'list');
      const text = q?.trim();
      if (text) demand(actor, 'case', 'search');
      const filter: CaseFilter = { ...filterOf(actor, query), ...(text ? { text } : {}) };
      const facts = await factsNow();
      const { rows, after } = await deps.lists.list(actor, filter, { limit, ...(cursor ? { after: cursor } : {}) });
      return { cases: rows.map((row) => cardOf(row, facts)), ...(after ? { cursor: after } : {}) };
    },

    async similar(actor, number) {
      const found = await deps.access.open(actor, number);
      const facts = await factsNow();
      const answer: SimilarAnswer = [];
      for (const { found: other, likeness } of await findSimilar(found, deps)) {
        if (await deps.lists.mayRead(actor, other)) answer.push({ card: cardOf(other, facts), likeness });
      }
      return answer;
    },
  };
}

/** What a view and its filters come to. Pure. @throws {AppError} `request.invalid` for a status there isn't */
export function filterOf(
  { staffId: own }: Pick<Actor, 'staffId'>,
  { view, status, category, unit, staffId, stage }: Omit<CasesQuery, 'q' | 'cursor' | 'limit'>,
): CaseFilter {
  if (status !== undefined && !isCaseStatus(status))
    throw new AppError('request.invalid', 'There is no such status', { field: 'status' });
  const whose = view === 'mine' ? own : staffId;
  return {
    ...(whose === undefined ? {} : { staffId: whose }),
    ...(unit === undefined ? {} : { unit }),
    ...(category === undefined ? {} : { category }),
    ...(status === undefined ? {} : { status: [status] }),
    ...(view === 'overdue' ? { stage: 'breached' } : stage ? { stage } : {}),
    ...(view === 'unassigned' ? { unassigned: true } : {}),
    ...(view === 'review' ? { order: 'review' } : {}),
    // what has ended is due no more, and still somebody's to find
    ...(view === 'all' || status !== undefined ? { order: 'newest' } : {}),
  };
}
