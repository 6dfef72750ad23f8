import type { Case } from '../cases/case.js';
import { type CaseRules, unitNow } from '../cases/case-rules.js';
import type { CaseStore } from '../cases/case-store.js';
import type { CaseUpdate } from '../cases/case-update.js';
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
    const planned = (await Promise.all(due.map((found) => planOne(deps, found)))).filter((each) => each !== undefined);
    changed += await deps.cases.updateAll(planned);
    for (const [found, change] of planned) {
      await deps.points('clocks_swept', { _id: found._id, seq: change.event.rev });
      tell(deps, found, change);
    }
    if (due.length < BATCH) return changed;
  }
}

async function planOne(deps: SlaSweepDeps, found: Case): Promise<readonly [Case, CaseUpdate] | undefined> {
  const { cases, rules, keys, clock, log } = deps;
  try {
    const holders = await deps.holdersOf(unitNow(found.unit, clock.now(), rules));
    const change = planSweep(found, { rules, keys, holders }, clock.now());
    if (!change) throw new Error('a case is to be woken and nothing of it is due');
    return [found, change];
  } catch (error) {
    log.error({ caseNumber: found._id, err: error }, 'clocks of a case could not be swept, will retry in an hour');
    await cases.postpone(found, new Date(clock.now().getTime() + FAILED_RETRY_MS));
    return undefined;
  }
}

/** For those who watch logs; of two processes that swept the same case, both say so. */
function tell({ log }: SlaSweepDeps, found: Case, { patch: { alert } }: CaseUpdate): void {
  if (!alert || alert === found.alert) return;
  const { level, clock, staffIds } = alert;
  log.warn({ caseNumber: found._id, unit: found.unit, level, clock, staffIds }, 'case escalated');
}
