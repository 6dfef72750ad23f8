import type { Db } from 'mongodb';
import type { Case, CaseReport } from '../cases/case.js';
import type { CaseRules } from '../cases/case-rules.js';
import { clockFields } from '../cases/case-update.js';
import { circleOf } from '../cases/circle.js';
import { reportTokens } from '../cases/search-words.js';
import { type Keys, open } from '../core/crypto.js';
import type { Logger } from '../core/log.js';

const BATCH = 100;

export interface CompleteCasesDeps {
  readonly db: Db;
  readonly rules: CaseRules;
  readonly keys: Keys;
  readonly log: Logger;
}

/**
 * Gives cases that an earlier version filed (or that a backup brought back) what lists, search and retention look for:
 * their circle, tokens, and since when they are kept. Without a circle staff would never see them again. By index
 * (circle, receivedAt); any number of processes may run it at once, and it goes on where it stopped.
 *
 * @returns how many were completed
 */
export async function completeCases({ db, rules, keys, log }: CompleteCasesDeps): Promise<number> {
  const cases = db.collection<Case>('cases');
  let completed = 0;
  for (;;) {
    const batch = await cases.find({ circle: { $exists: false } }, { limit: BATCH }).toArray();
    if (batch.length === 0) break;
    const operations = batch.map((found) => ({
      updateOne: { filter: { _id: found._id, rev: found.rev }, update: { $set: missingOf(found, rules, keys, log) } },
    }));
    completed += (await cases.bulkWrite(operations, { ordered: false })).modifiedCount;
  }
  if (completed > 0) log.info({ completed }, 'cases of an earlier version were completed');
  return completed;
}

function missingOf(found: Case, rules: CaseRules, keys: Keys, log: Logger): Partial<Case> {
  const { _id, category, restricted, clocks, endedAt } = found;
  const circle = circleOf(category, restricted, rules);
  const { dueSoonAt } = clockFields(clocks, found);
  return {
    circle,
    tokens: tokensOf(found, circle, keys, (err) => log.warn({ caseNumber: _id, err }, 'a report could not be opened')),
    ...(dueSoonAt ? { dueSoonAt } : {}),
    ...(endedAt ? { keptSince: endedAt, filesSince: endedAt } : {}),
  };
}

/** A report that can't be opened is found by its number only, rather than not at all. */
function tokensOf(found: Case, circle: string, keys: Keys, onUnreadable: (error: unknown) => void): readonly string[] {
  try {
    return reportTokens(keys, circle, open<CaseReport>(keys, found._id, found.report.buffer));
  } catch (error) {
    onUnreadable(error);
    return [];
  }
}
