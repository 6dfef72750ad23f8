import { type Calendar, dayOf, localDate } from './calendar.js';
import { nextStep } from './escalation.js';
import { findOpen, isPaused, type SlaClock, shifted, spanEnd } from './sla-clock.js';
import {
  type ClockName,
  type SlaFacts,
  type SlaRules,
  type SlaTarget,
  type Span,
  substanceKindOf,
  targetOf,
} from './sla-rules.js';

/** The clocks of a new case: somebody answers, somebody verifies, the matter is settled. */
export function openClocks(facts: SlaFacts, calendar: Calendar, rules: SlaRules): SlaClock[] {
  return (['first_response', 'verify', 'substance'] as const).map((name) =>
    openClock(name, facts.receivedAt, facts, calendar, rules),
  );
}

export function openClock(
  name: ClockName,
  at: Date,
  facts: SlaFacts,
  calendar: Calendar,
  rules: SlaRules,
  reopened = false,
): SlaClock {
  const { amount, unit } = targetFor(name, facts, calendar, rules, reopened);
  const { interimDays, remindAfterDays } = ruleOf(name, facts, rules);
  return timed(
    {
      name,
      startedAt: at,
      target: { amount, unit },
      pauses: [],
      stepsDone: 0,
      ...(interimDays !== undefined && { interimDays }),
      ...(remindAfterDays !== undefined && { remindAfterDays }),
    },
    calendar,
    rules,
  );
}

interface ClockRule {
  readonly targets: readonly SlaTarget[];
  readonly interimDays?: number;
  readonly remindAfterDays?: number;
}

function ruleOf(name: ClockName, facts: SlaFacts, rules: SlaRules): ClockRule {
  return name === 'substance' ? rules.substance[substanceKindOf(facts, rules)] : rules.process[name];
}

function targetFor(name: ClockName, facts: SlaFacts, calendar: Calendar, rules: SlaRules, reopened: boolean): Span {
  if (name === 'substance' && reopened) {
    return { amount: rules.substance[substanceKindOf(facts, rules)].reopenedDays, unit: 'working_days' };
  }
  return targetOf(name, facts, localDate(facts.receivedAt, calendar), rules);
}

type Untimed = Omit<SlaClock, 'dueSoonAt' | 'dueAt' | 'provisional' | 'wakeAt'>;

/** Works out every instant of a clock anew: after a pause, another target, or a change of the calendar. */
export function timed(clock: Untimed, calendar: Calendar, rules: SlaRules): SlaClock {
  const { startedAt, target } = clock;
  const dueAt = shifted(spanEnd(startedAt, target, calendar), clock, calendar);
  const dueSoonAt = shifted(spanEnd(startedAt, target, calendar, 1 - rules.dueSoonShare), clock, calendar);
  const { name, pauses, stepsDone, interimDays, remindAfterDays, doneAt, void: isVoid } = clock;
  const due: SlaClock = {
    name,
    startedAt,
    target,
    pauses,
    dueSoonAt,
    dueAt,
    provisional: !calendar.knows(dayOf(dueAt, calendar)),
    stepsDone,
    ...(interimDays !== undefined && { interimDays }),
    ...(remindAfterDays !== undefined && { remindAfterDays }),
    ...(doneAt && { doneAt }),
    ...(isVoid && { void: isVoid }),
  };
  const wakeAt = doneAt || isPaused(clock) ? undefined : nextStep(due, calendar, rules)?.at;
  return wakeAt ? { ...due, wakeAt } : due;
}

/** Stops the clock's time; a clock that is paused or done stays as it is. */
export function pauseClock(clock: SlaClock, at: Date): SlaClock {
  if (clock.doneAt || isPaused(clock)) return clock;
  const { wakeAt: _, ...rest } = clock;
  return { ...rest, pauses: [...clock.pauses, { from: at }] };
}

/** Lets the clock's time go on; its due date has moved by the working time of the pause. */
export function resumeClock(clock: SlaClock, at: Date, calendar: Calendar, rules: SlaRules): SlaClock {
  const last = clock.pauses.at(-1);
  if (!last || last.to !== undefined || clock.doneAt) return clock;
  // a clock set back between the two must not turn the pause into negative time
  const to = at < last.from ? last.from : at;
  return timed({ ...clock, pauses: [...clock.pauses.slice(0, -1), { from: last.from, to }] }, calendar, rules);
}

/** Ends the clock: the work was done, or (`isVoid`) it no longer matters. */
export function endClock(clock: SlaClock, at: Date, isVoid = false): SlaClock {
  if (clock.doneAt) return clock;
  const { wakeAt: _, ...rest } = clock;
  return { ...rest, doneAt: at, ...(isVoid && { void: true }) };
}

/** The earliest instant at which one of the clocks needs something done; undefined when none ever will. */
export function nextWake(clocks: readonly SlaClock[]): Date | undefined {
  return clocks.reduce<Date | undefined>(
    (first, { wakeAt }) => (wakeAt && (!first || wakeAt < first) ? wakeAt : first),
    undefined,
  );
}

/** What the complainant is waiting for: the due date of the open clock that matters to them now. */
export function promisedAt(clocks: readonly SlaClock[]): Date | undefined {
  return promisedClock(clocks)?.dueAt;
}

/** The clock whose due date that is. */
export function promisedClock(clocks: readonly SlaClock[]): SlaClock | undefined {
  return (['verify', 'follow_up', 'substance'] as const)
    .map((name) => findOpen(clocks, name))
    .find((clock) => clock !== undefined);
}

/** The clocks after `name` was done by deed and not by status, such as a first answer of a person. */
export function finishClock(clocks: readonly SlaClock[], name: ClockName, at: Date): SlaClock[] {
  return clocks.map((clock) => (clock.name === name ? endClock(clock, at) : clock));
}
