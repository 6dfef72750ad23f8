import { type Calendar, localDate } from '../cases/calendar.js';
import type { CaseErasure } from '../cases/case-erasure.js';
import {
  type KeptPart,
  keptSince,
  periodOf,
  type RetentionPeriod,
  type RetentionRules,
} from '../cases/retention-rules.js';
import type { EraseOld } from '../conversations/erase-old.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { Audit } from '../staff/audit.js';
import type { RetentionRun, RetentionRuns } from './retention-runs.js';

const PARTS: readonly KeptPart[] = ['files', 'cases'];
/** Small, so that citizens' messages get in between. */
const BATCH = 50;
const TURN_BATCH = 200;
const MAX_COUNTED = 100_000;

export interface RetentionDeps {
  readonly rules: RetentionRules;
  readonly cases: CaseErasure;
  readonly turns: EraseOld;
  readonly runs: RetentionRuns;
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Its zone decides which day it is. */
  readonly home: Calendar;
}

/** What is past its time: of which sort, since when, and why. */
export interface PastTime extends RetentionPeriod {
  readonly what: KeptPart | 'turns';
  readonly category?: string;
  readonly kind?: string;
  readonly before: Date;
  /** Counting stops at 100,000. */
  readonly count: number;
}

/**
 * Erases what is past its time, in small batches, once a day whoever runs it. A run whose process died is taken up by
 * another: what was erased is found no more, and the rest is.
 *
 * @param key for a run that somebody asked for, besides the day's own
 * @returns undefined when the day's run is done or in other hands
 */
export async function runRetention(deps: RetentionDeps, key?: string): Promise<RetentionRun | undefined> {
  const { clock, runs } = deps;
  const id = `${localDate(clock.now(), deps.home)}${key === undefined ? '' : `/${key}`}`;
  if (!(await runs.begin(id, clock.now()))) return undefined;
  for (const part of PARTS) {
    for await (const group of deps.cases.groups(part)) {
      const before = keptSince(clock.now(), periodOf(deps.rules, part, group));
      await eraseGroup(deps, id, part, group, before);
    }
  }
  const beforeTurns = keptSince(clock.now(), deps.rules.turns.default);
  for (let more = true; more; ) {
    const batch = await deps.turns.eraseBatch(beforeTurns, TURN_BATCH);
    if (batch.erased > 0) await runs.note(id, { turns: batch.erased }, clock.now());
    more = batch.more;
  }
  const run = await runs.finish(id, clock.now());
  await deps.audit.append({ by: 'system', what: 'retention.run', subject: id, details: { ...run.counts } });
  deps.log.info({ run: id, ...run.counts }, 'what is past its time was erased');
  return run;
}

async function eraseGroup(
  { cases, runs, clock }: RetentionDeps,
  id: string,
  part: KeptPart,
  group: { readonly category: string; readonly kind: string },
  before: Date,
): Promise<void> {
  for (;;) {
    const batch = await cases.find(part, group, before, BATCH);
    let erased = 0;
    for (const found of batch) if (await cases.erase(part, found, clock.now())) erased += 1;
    if (erased > 0) await runs.note(id, { [part]: erased }, clock.now());
    // what changed under our hands is found by the next run
    if (batch.length < BATCH || erased === 0) return;
  }
}

/** What a run would erase now; nothing is changed. */
export async function previewRetention(
  deps: Pick<RetentionDeps, 'rules' | 'cases' | 'turns' | 'clock'>,
): Promise<PastTime[]> {
  const { rules, cases, turns, clock } = deps;
  const past: PastTime[] = [];
  for (const part of PARTS) {
    for await (const group of cases.groups(part)) {
      const period = periodOf(rules, part, group);
      const before = keptSince(clock.now(), period);
      const count = await cases.count(part, group, before, MAX_COUNTED);
      if (count > 0) past.push({ what: part, ...group, ...period, before, count });
    }
  }
  const before = keptSince(clock.now(), rules.turns.default);
  const count = await turns.count(before, MAX_COUNTED);
  return count > 0 ? [...past, { what: 'turns', ...rules.turns.default, before, count }] : past;
}
