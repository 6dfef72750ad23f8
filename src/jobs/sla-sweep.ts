import type { Case } from '../cases/case.js';
import type { CaseRules } from '../cases/case-rules.js';
import type { CaseStore } from '../cases/case-store.js';
import type { LevelHolders } from '../cases/escalation.js';
import { planSweep } from '../cases/plan-sweep.js';
import type { Points } from '../conversations/points.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { Logger } from '../core/log.js';

const BATCH = 200;
/** A case on which the rules fail must not keep those behind it waiting. */
const FAILED_RETRY_MS = 60 * 60 * 1000;

export interface SlaSweepDeps {
  readonly cases: CaseStore;
  readonly rules: CaseRules;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who holds which rung in a unit, and who answers for the service where nobody does. */
  readonly holdersOf: (unit: string) => Promise<LevelHolders>;
  readonly points: Points;
}

/**
 * Does what the clocks of cases want done, until nothing is due. Any number of processes may sweep at once: each
 * change holds only for the case as it was read, so of two that take the same step one changes nothing.
 *
 * What came due during a downtime is found by its time, and done once.
 *
 * @returns how many cases were changed here
 */
export async function sweepClocks(deps: SlaSweepDeps): Promise<number> {
  let changed = 0;
  for (;;) {
    const due = await deps.cases.due(deps.clock.now(), BATCH);
    const done = await Promise.all(due.map((found) => sweepOne(deps, found)));
    changed += done.filter(Boolean).length;
    if (due.length < BATCH) return changed;
  }
}

async function sweepOne(deps: SlaSweepDeps, found: Case): Promise<boolean> {
  const { cases, rules, keys, clock, log } = deps;
  try {
    const holders = await deps.holdersOf(found.unit);
    const change = planSweep(found, { rules, keys, holders }, clock.now());
    if (!change) throw new Error('a case is to be woken and nothing of it is due');
    const isDone = await cases.update(found, change);
    await deps.points('clocks_swept', { _id: found._id, seq: change.event.rev });
    const { alert } = change.patch;
    if (isDone && alert && alert !== found.alert) {
      const { level, clock: late, staffIds } = alert;
      log.warn({ caseNumber: found._id, unit: found.unit, level, clock: late, staffIds }, 'case escalated');
    }
    return isDone;
  } catch (error) {
    log.error({ caseNumber: found._id, err: error }, 'clocks of a case could not be swept, will retry in an hour');
    await cases.postpone(found, new Date(clock.now().getTime() + FAILED_RETRY_MS));
    return false;
  }
}
