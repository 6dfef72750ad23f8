import { addWorkingDays, type Calendar } from './calendar.js';
import { type SlaClock, shifted } from './sla-clock.js';
import { LEVELS, type Level, type SlaRules } from './sla-rules.js';

/** Something that a clock makes happen at an instant. */
export type SlaStep =
  /** The complainant is reminded that we wait for them. */
  | { readonly kind: 'remind'; readonly at: Date }
  /** The complainant's silence closes the case. */
  | { readonly kind: 'close'; readonly at: Date }
  /** Somebody above is told; `agent` hears that it is due soon, the others that it is late. */
  | { readonly kind: 'escalate'; readonly to: Level; readonly at: Date }
  /** The complainant gets an apology and a new date. */
  | { readonly kind: 'interim'; readonly at: Date; readonly promisedAt: Date };

/** After this many steps in one go something is wrong with the clock, not with the office. */
const MAX_STEPS = 2_000;
const MAX_INTERIM_DAYS = 20;

/** Every step of a clock in order of time; without end for work that is late, so that it is never forgotten. */
export function* stepsOf(clock: SlaClock, calendar: Calendar, rules: SlaRules): Generator<SlaStep, void> {
  if (clock.remindAfterDays !== undefined) {
    const remindAt = shifted(addWorkingDays(clock.startedAt, clock.remindAfterDays, calendar), clock, calendar);
    if (remindAt < clock.dueAt) yield { kind: 'remind', at: remindAt };
    yield { kind: 'close', at: clock.dueAt };
    return;
  }
  // a reveal is told to whoever must look at it as it happens, not when the look is nearly late
  if (clock.name === 'review') yield { kind: 'escalate', to: REVIEWER, at: clock.startedAt };
  else yield { kind: 'escalate', to: 'agent', at: clock.dueSoonAt };
  const ups = ladderOf(clock, calendar, rules);
  const interims = interimsOf(clock, calendar);
  let up = ups.next().value;
  let interim = interims.next().value;
  while (up) {
    if (interim && interim.at <= up.at) {
      yield interim;
      interim = interims.next().value;
    } else {
      yield up;
      up = ups.next().value;
    }
  }
}

/** Who looks at what was rated badly or revealed: what happened below them isn't put before those it is about. */
const REVIEWER: Level = 'supervisor';

/** A review begins with the one who owes it; the days above are counted from there. */
function rungsOf({ name }: SlaClock, { escalation }: SlaRules): SlaRules['escalation'] {
  if (name !== 'review') return escalation;
  const above = escalation.filter(({ to }) => LEVELS.indexOf(to) >= LEVELS.indexOf(REVIEWER));
  const first = above[0]?.afterDays ?? 0;
  return above.map(({ to, afterDays }) => ({ to, afterDays: afterDays - first }));
}

function* ladderOf(clock: SlaClock, calendar: Calendar, rules: SlaRules): Generator<SlaStep, undefined> {
  const step = (to: Level, base: Date): SlaStep => ({ kind: 'escalate', to, at: shiftedLate(base, clock, calendar) });
  let base = clock.dueAt;
  let top: Level = 'leader';
  for (const { to, afterDays } of rungsOf(clock, rules)) {
    top = to;
    base = addWorkingDays(clock.dueAt, afterDays, calendar);
    yield step(to, base);
  }
  for (;;) {
    base = addWorkingDays(base, rules.repeatDays, calendar);
    yield step(top, base);
  }
}

function* interimsOf(clock: SlaClock, calendar: Calendar): Generator<SlaStep, undefined> {
  if (clock.interimDays === undefined) return undefined;
  let base = clock.dueAt;
  // a promise broken twice isn't made a third time for the same two days, and nobody wants an apology every other day
  for (let days = clock.interimDays; ; days = Math.min(days * 2, MAX_INTERIM_DAYS)) {
    const at = shiftedLate(base, clock, calendar);
    base = addWorkingDays(base, days, calendar);
    yield { kind: 'interim', at, promisedAt: shiftedLate(base, clock, calendar) };
  }
}

/** Moves an instant after the due date by the pauses made since; the earlier ones have moved the due date itself. */
function shiftedLate(instant: Date, clock: SlaClock, calendar: Calendar): Date {
  const pauses = clock.pauses.filter(({ from }) => from >= clock.dueAt);
  return shifted(instant, { target: clock.target, pauses }, calendar);
}

/** The next step not yet taken; none once silence has closed the case. */
export function nextStep(clock: SlaClock, calendar: Calendar, rules: SlaRules): SlaStep | undefined {
  let index = 0;
  for (const step of stepsOf(clock, calendar, rules)) {
    if (index++ >= clock.stepsDone) return step;
  }
  return undefined;
}

export interface DueSteps {
  /** What to do now, in order: of several of a sort that came due together only the furthest. */
  readonly steps: readonly SlaStep[];
  /** The clock with those steps taken and the next wake set. */
  readonly clock: SlaClock;
}

/**
 * What a clock wants done by `now`. Exact after any downtime: whatever came due meanwhile is found, once, and a
 * week's worth of it doesn't become a week's worth of messages.
 */
export function takeDueSteps(clock: SlaClock, now: Date, calendar: Calendar, rules: SlaRules): DueSteps {
  if (!clock.wakeAt || clock.wakeAt > now) return { steps: [], clock };
  const due: SlaStep[] = [];
  let index = 0;
  let wakeAt: Date | undefined;
  for (const step of stepsOf(clock, calendar, rules)) {
    if (step.at > now || index > MAX_STEPS) {
      wakeAt = step.at;
      break;
    }
    if (index >= clock.stepsDone) due.push(step);
    index++;
  }
  const { wakeAt: _, ...rest } = clock;
  const steps = due.filter((step, at) => !due.slice(at + 1).some((later) => isSameSort(step, later)));
  return { steps, clock: { ...rest, stepsDone: Math.max(index, clock.stepsDone), ...(wakeAt && { wakeAt }) } };
}

function isSameSort(a: SlaStep, b: SlaStep): boolean {
  return a.kind === b.kind && (a.kind !== 'escalate' || (b.kind === 'escalate' && a.to === b.to));
}

/** Who holds which rung in a unit, and who answers for the whole service when a unit has nobody. */
export interface LevelHolders {
  readonly agent: readonly string[];
  readonly coordinator: readonly string[];
  readonly supervisor: readonly string[];
  readonly leader: readonly string[];
  readonly service: readonly [string, ...string[]];
}

/**
 * Whom an escalation reaches: those on the rung, else those on the nearest rung above, else the service's own people.
 * Never nobody, and never somebody lower than the rung.
 */
export function escalationTargets(
  to: Level,
  holders: LevelHolders,
): { level: Level | 'service'; staffIds: readonly string[] } {
  for (const level of LEVELS.slice(LEVELS.indexOf(to))) {
    if (holders[level].length > 0) return { level, staffIds: holders[level] };
  }
  return { level: 'service', staffIds: holders.service };
}
