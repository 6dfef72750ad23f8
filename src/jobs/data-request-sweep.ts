import { escalationTargets, type LevelHolders } from '../cases/escalation.js';
import type { DataRequest, DataRequests } from '../conversations/data-requests.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';

const BATCH = 100;
/** While it is late the leader hears of it every day. */
const REPEAT_MS = 24 * 60 * 60 * 1000;

export interface DataRequestSweepDeps {
  readonly requests: DataRequests;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who of the helpdesk hears of it, and who answers for the service where nobody does. */
  readonly holders: () => Promise<LevelHolders>;
  /** Told of each request once a rung; must not throw. */
  readonly onLate: (request: DataRequest, staffIds: readonly string[]) => void;
}

/**
 * Puts requests for data that are nearly due before a supervisor, and those that are late before the leader, day after
 * day: the law's three times 24 hours never end unseen. Of many processes one does it.
 *
 * @returns how many were put before somebody here
 */
export async function sweepDataRequests(deps: DataRequestSweepDeps): Promise<number> {
  const { requests, clock, log } = deps;
  let told = 0;
  for (;;) {
    const now = clock.now();
    const waking = await requests.waking(now, BATCH);
    const holders = waking.length > 0 ? await deps.holders() : undefined;
    for (const request of waking) {
      if (!holders || !request.dueAt) continue;
      const isLate = now >= request.dueAt;
      const { staffIds, level } = escalationTargets(isLate ? 'leader' : 'supervisor', holders);
      const wakeAt = isLate ? new Date(now.getTime() + REPEAT_MS) : request.dueAt;
      const alert = { level, at: now, staffIds, isLate };
      if (!(await requests.escalate(request, alert, wakeAt))) continue;
      told += 1;
      log.warn({ dataRequest: request._id, kind: request.kind, isLate, level, staffIds }, 'data request escalated');
      deps.onLate({ ...request, alert }, staffIds);
    }
    if (waking.length < BATCH) return told;
  }
}
