import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Case } from '../cases/case.js';
import { type CaseRules, calendarOf } from '../cases/case-rules.js';
import type { CaseStore } from '../cases/case-store.js';
import { type CaseUpdate, clockFields, eventIdOf, noticeOf } from '../cases/case-update.js';
import { retimeClocks } from '../cases/clock-changes.js';
import { valuesOf } from '../cases/notice-values.js';
import { withPatch } from '../cases/plan-change.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { Logger } from '../core/log.js';

export interface RetimeDeps {
  readonly db: Db;
  readonly cases: CaseStore;
  readonly rules: CaseRules;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
}

const MARK = 'calendars';

/**
 * Works out the deadlines of open cases anew when the holidays or hours have changed since this was last done, and
 * tells those whose date has moved. Run again after a crash, or by two processes, it finds the rest.
 *
 * @returns how many cases had a clock that moved
 */
export async function retimeCases(deps: RetimeDeps): Promise<number> {
  const marks = deps.db.collection<{ _id: string; fingerprint: string }>('counters');
  const fingerprint = fingerprintOf(deps.rules);
  const before = await marks.findOne({ _id: MARK });
  if (before?.fingerprint === fingerprint) return 0;
  let moved = 0;
  // the very first start has no deadlines yet that another calendar could have made
  if (before) for await (const found of deps.cases.open()) if (await retimeOne(deps, found)) moved += 1;
  await marks.updateOne({ _id: MARK }, { $set: { fingerprint } }, { upsert: true });
  if (moved > 0) deps.log.info({ moved }, 'deadlines moved with the calendar');
  return moved;
}

async function retimeOne(deps: RetimeDeps, read: Case): Promise<boolean> {
  let found: Case | undefined = read;
  while (found) {
    const change = planRetime(found, deps, deps.clock.now());
    if (!change) return false;
    if (await deps.cases.update(found, change)) return true;
    found = await deps.cases.find(read._id);
  }
  return false;
}

/** @returns undefined when no clock of the case moves */
export function planRetime(
  found: Case,
  { rules, keys }: Pick<RetimeDeps, 'rules' | 'keys'>,
  now: Date,
): CaseUpdate | undefined {
  const { clocks, moved } = retimeClocks(found.clocks, now, calendarOf(found.unit, now, rules), rules.sla);
  if (moved.length === 0) return undefined;
  const patch = clockFields(clocks, found);
  const after = withPatch(found, patch);
  const id = eventIdOf(found._id, found.rev + 1);
  const values = valuesOf('deadline_changed', after, {}, { reasonKey: 'life.calendar_changed' });
  const before = valuesOf('deadline_changed', found, {});
  return {
    patch,
    event: { key: `retime:${found.rev}`, rev: found.rev + 1, at: now, by: { kind: 'system' }, what: 'retimed' },
    // only the date that was promised is news
    notices: values.whenAt === before.whenAt ? [] : [noticeOf(keys, id, 'deadline_changed', now, values)],
  };
}

/** Changes whenever a day becomes or ceases to be a working day, or hours change, in any calendar. */
function fingerprintOf({ calendars }: CaseRules): string {
  const hash = createHash('sha256');
  const [first = 0, last = 0] = [calendars.years[0], calendars.years.at(-1)];
  for (const [id, calendar] of calendars.byId) {
    hash.update(id);
    for (let day = dayOfYear(first); day < dayOfYear(last + 1); day++) {
      for (const { startMs, endMs } of calendar.periodsOn(day)) hash.update(`${day}:${startMs}-${endMs};`);
    }
  }
  return hash.digest('hex');
}

function dayOfYear(year: number): number {
  return Date.UTC(year, 0, 1) / 86_400_000;
}
