import type { Db, Filter, Sort } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { findCaseReference } from '../flows/answers/case-reference.js';
import type { Case } from './case.js';
import type { CaseRules } from './case-rules.js';
import { type CircleRules, circlesByNature, createUnitsOf, mayRead, type Reader, scopeOf } from './circle.js';
import { createCircleStore } from './circle-store.js';
import { type Branch, branchesFor, type CaseFilter, isNowhere } from './list-branches.js';
import { type Cursor, cursorOf, type ListOrder, mergePages, parseCursor } from './list-cursor.js';
import { CASE_STATUSES, type CaseStatus } from './status.js';

const MAX_LIMIT = 100;
/** Counting stops here: nobody needs to know how many more than a thousand wait. */
const MAX_COUNTED = 1000;
/** A search that finds too little to fill a page must not hold the store up. */
const MAX_QUERY_MS = 2000;

/** What lists show of a case; its history, files and notices are read with the case itself. */
export type CaseRow = Omit<Case, 'history' | 'notices' | 'evidence' | 'proof' | 'proofCopies' | 'tokens' | 'route'>;

const ROW_PROJECTION = { history: 0, notices: 0, evidence: 0, proof: 0, proofCopies: 0, tokens: 0, route: 0 } as const;

export interface CasePage {
  readonly rows: readonly CaseRow[];
  /** Where the next page begins; absent on the last one. */
  readonly after?: string;
}

export interface ListPage {
  /** Of the page before; see {@link CasePage.after}. */
  readonly after?: string;
  /** 1 to 100. */
  readonly limit: number;
}

/** Cases as staff may see them: what somebody may not read is left out by the query itself. */
export interface CaseLists {
  /**
   * One page, what is due first (or, by `order`, what came last) first. Every query is a range of an index.
   *
   * @throws {AppError} `request.invalid` for a cursor of another list
   */
  list(reader: Reader, filter: CaseFilter, page: ListPage): Promise<CasePage>;
  /** How many there are of each status, 1000 at most, by index (circle, status, unit). */
  counts(reader: Reader): Promise<Readonly<Record<CaseStatus, number>>>;
  /**
   * One case, by number.
   * @throws {AppError} `case.not_found`, also when it exists and may not be read
   */
  get(reader: Reader, number: string): Promise<Case>;
  /** Whether somebody may read a case that was read otherwise. */
  mayRead(reader: Reader, found: Pick<Case, 'circle' | 'unit' | 'staffId'>): Promise<boolean>;
}

export interface CaseListsDeps {
  readonly db: Db;
  readonly keys: Keys;
  readonly rules: CaseRules;
  readonly clock: Clock;
}

export function createCaseLists({ db, keys, rules, clock }: CaseListsDeps): CaseLists {
  const cases = db.collection<Case>('cases');
  const circles = createCircleStore(db);
  const circleRules = async (): Promise<CircleRules> => ({
    named: await circles.all(),
    byNature: circlesByNature(rules),
    unitsOf: createUnitsOf(rules, clock.now()),
  });

  const find = async (reader: Reader, number: string): Promise<Case | undefined> => {
    const found = await cases.findOne({ _id: number });
    return found && mayRead(reader, found, await circleRules()) ? found : undefined;
  };

  const readBranch = ({ filter, sort, index }: Branch, limit: number): Promise<CaseRow[]> =>
    cases
      .find(filter as Filter<Case>, { projection: ROW_PROJECTION, maxTimeMS: MAX_QUERY_MS })
      .sort(sort as Sort)
      .limit(limit)
      .hint(index)
      .toArray();

  return {
    async list(reader, filter, { after, limit }) {
      const numbered = findCaseReference(filter.text ?? '');
      if (numbered) {
        const found = await find(reader, numbered.number);
        return { rows: found ? [found] : [] };
      }
      const rule = await circleRules();
      const scope = scopeOf(reader, rule);
      const order: ListOrder = filter.text === undefined ? (filter.order ?? 'due') : 'newest';
      const cursor: Cursor | undefined = after === undefined ? undefined : parseCursor(after, order);
      if (isNowhere(filter, scope, reader)) return { rows: [] };
      const asked = { reader, scope, filter, order, cursor, keys, unitsOf: rule.unitsOf, now: clock.now() };
      const size = Math.min(Math.max(limit, 1), MAX_LIMIT);
      const pages = await Promise.all(branchesFor(asked).map((branch) => readBranch(branch, size + 1)));
      const merged = mergePages(pages, order);
      const rows = merged.slice(0, size);
      const last = rows.at(-1);
      return { rows, ...(last && merged.length > size ? { after: cursorOf(last, order) } : {}) };
    },

    async counts(reader) {
      const { circles: readable, units } = scopeOf(reader, await circleRules());
      const countOf = async (status: CaseStatus) => {
        const found = await Promise.all(
          readable.flatMap((circle) =>
            (units ?? [undefined]).map((unit) =>
              cases.countDocuments({ circle, status, ...(unit === undefined ? {} : { unit }) }, { limit: MAX_COUNTED }),
            ),
          ),
        );
        return Math.min(
          found.reduce((sum, count) => sum + count, 0),
          MAX_COUNTED,
        );
      };
      const counted = await Promise.all(CASE_STATUSES.map(async (status) => [status, await countOf(status)] as const));
      return Object.fromEntries(counted) as Record<CaseStatus, number>;
    },

    async get(reader, number) {
      const found = await find(reader, number);
      if (!found) throw new AppError('case.not_found', `There is no case ${number}`);
      return found;
    },

    mayRead: async (reader, found) => mayRead(reader, found, await circleRules()),
  };
}
