import { Binary, type Db, type Document } from 'mongodb';
import { type Keys, seal } from '../core/crypto.js';
import type { Case, CaseEvent, CaseReport } from './case.js';
import type { KeptPart } from './retention-rules.js';

/** Cases that are of one category and kind: one rule holds for them. */
export interface KeptGroup {
  readonly category: string;
  readonly kind: string;
}

/** Erasing what cases hold once their time is over. */
export interface CaseErasure {
  /** The groups of which anything is kept; a few reads of the index (category, kind, keptSince or filesSince). */
  groups(part: KeptPart): AsyncIterable<KeptGroup>;
  /** How many of a group ended before an instant, `limit` at most, by the same index. */
  count(part: KeptPart, group: KeptGroup, before: Date, limit: number): Promise<number>;
  /** Those that ended before an instant, longest ago first, by the same index. */
  find(part: KeptPart, group: KeptGroup, before: Date, limit: number): Promise<Case[]>;
  /**
   * Erases a part of a case that ended, as it was read. Number, dates, office, category and outcome stay.
   * @returns false when the case has changed since
   */
  erase(part: KeptPart, found: Case, now: Date): Promise<boolean>;
}

const SINCE: Readonly<Record<KeptPart, 'keptSince' | 'filesSince'>> = { cases: 'keptSince', files: 'filesSince' };

/** What else is kept about a case: who hears of it, what staff noted to themselves, what was learned from its words. */
const aboutCase = (number: string): readonly (readonly [string, Document])[] => [
  ['reporters', { caseNumber: number }],
  ['notes', { subject: number }],
  // ids of labels are the number, `/` and a key; "0" is the sign after "/"
  ['labels', { _id: { $gte: `${number}/`, $lt: `${number}0` } }],
];

export interface CaseErasureDeps {
  readonly db: Db;
  readonly keys: Keys;
  /** Has files removed that nothing refers to any more. */
  readonly releaseFiles: (fileIds: readonly string[]) => Promise<void>;
}

export function createCaseErasure({ db, keys, releaseFiles }: CaseErasureDeps): CaseErasure {
  const cases = db.collection<Case>('cases');
  const filterOf = (part: KeptPart, group: KeptGroup, before: Date) => ({ ...group, [SINCE[part]]: { $lt: before } });

  /** Until nothing about it is left the case is found again: a process may die in between. */
  const forget = async (number: string, rev: number) => {
    for (const [collection, filter] of aboutCase(number)) await db.collection(collection).deleteMany(filter);
    await cases.updateOne({ _id: number, rev }, { $unset: { keptSince: '' } });
  };

  return {
    async *groups(part) {
      const anything = { [SINCE[part]]: { $exists: true } };
      const sort = { category: 1, kind: 1 } as const;
      const next = async (behind: object) =>
        cases.findOne({ ...anything, ...behind }, { sort, projection: { category: 1, kind: 1 } });
      let at = await next({ category: { $gte: '' } });
      while (at) {
        const { category, kind } = at;
        yield { category, kind };
        at = (await next({ category, kind: { $gt: kind } })) ?? (await next({ category: { $gt: category } }));
      }
    },
    count: (part, group, before, limit) => cases.countDocuments(filterOf(part, group, before), { limit }),
    find: (part, group, before, limit) =>
      cases.find(filterOf(part, group, before), { sort: { [SINCE[part]]: 1 }, limit }).toArray(),

    async erase(part, found, now) {
      if (part === 'cases' && isEmptied(found)) {
        await forget(found._id, found.rev);
        return true;
      }
      const fileIds = [
        ...[...found.evidence, ...found.proof].flatMap(({ fileId }) => fileId ?? []),
        ...(found.proofCopies ?? []),
      ];
      // once before, for a crash between the two: a file that is still referred to is merely looked at again
      await releaseFiles(fileIds);
      const done = await cases.updateOne({ _id: found._id, rev: found.rev }, updateOf(part, found, keys, now));
      if (done.matchedCount === 0) return false;
      await releaseFiles(fileIds);
      if (part === 'cases') await forget(found._id, found.rev + 1);
      return true;
    },
  };
}

function updateOf(part: KeptPart, found: Case, keys: Keys, now: Date) {
  const rev = found.rev + 1;
  const event: CaseEvent = {
    key: `retention:${part}:${rev}`,
    rev,
    at: now,
    by: { kind: 'system' },
    what: part === 'cases' ? 'erased' : 'files_erased',
  };
  const files = { evidence: [], proof: [] };
  const common = { rev, changedAt: now, ...files };
  if (part === 'files')
    return { $set: common, $unset: { filesSince: '' as const, proofCopies: '' as const }, $push: { history: event } };
  const report: CaseReport = { description: '', evidenceWords: [] };
  const history = found.history.map(({ said: _gone, ...clear }): CaseEvent => clear);
  return {
    $set: {
      ...common,
      report: new Binary(seal(keys, found._id, report)),
      tokens: [],
      marks: [],
      history: [...history, event],
      notices: [],
      erasedAt: now,
    },
    $unset: { filesSince: '' as const, proofCopies: '' as const },
  };
}

/** Its report is erased, and what else there is about it may not be. */
function isEmptied({ erasedAt, keptSince }: Case): boolean {
  return erasedAt !== undefined && keptSince !== undefined && erasedAt >= keptSince;
}
