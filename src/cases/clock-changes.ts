import type { Calendar } from './calendar.js';
import { stepsOf } from './escalation.js';
import { endClock, openClock, pauseClock, resumeClock, timed } from './sla.js';
import { findOpen, type SlaClock } from './sla-clock.js';
import type { ClockName, SlaFacts, SlaRules } from './sla-rules.js';
import { type CaseStatus, ENDED_STATUSES } from './status.js';

/** What reaching a status does to the clocks of a case. */
interface ClockEffect {
  readonly ends?: readonly ClockName[];
  /** Ends whatever still runs, as void. */
  readonly voids?: true;
  readonly pauses?: readonly ClockName[];
  readonly opens?: readonly ClockName[];
}

const SEEN = ['first_response', 'verify'] as const;
const WORK = ['first_response', 'verify', 'follow_up', 'substance'] as const;

const EFFECTS: Readonly<Record<CaseStatus, ClockEffect>> = {
  received: {},
  verified: { ends: SEEN },
  assigned: { ends: SEEN, opens: ['follow_up'] },
  in_progress: { ends: [...SEEN, 'follow_up'] },
  // asking back is a first response, but the case still waits to be verified
  needs_info: { ends: ['first_response'], pauses: ['verify', 'follow_up', 'substance'], opens: ['info'] },
  // the new unit inherits what is left: a transfer must not buy time
  transferred: { ends: SEEN },
  resolved: { ends: WORK, opens: ['confirm'] },
  closed: { ends: ['confirm', 'info'], voids: true },
  reopened: { ends: ['confirm'], opens: ['first_response', 'substance'] },
  rejected: { ends: WORK, voids: true },
  withdrawn: { voids: true },
  // paused for good: should the case be taken out of the other again, its time goes on where it was
  merged: { ends: ['info'], pauses: WORK },
};

export interface ClockChange {
  readonly from: CaseStatus;
  readonly to: CaseStatus;
  readonly at: Date;
}

/** The clocks of a case after a change of its status that the transition table allows. */
export function clocksAfter(
  clocks: readonly SlaClock[],
  { from, to, at }: ClockChange,
  facts: SlaFacts,
  calendar: Calendar,
  rules: SlaRules,
): SlaClock[] {
  // a case goes back from a question to where it had come before: nothing begins or ends there again
  const effect = from === 'needs_info' && !ENDED_STATUSES.has(to) ? {} : EFFECTS[to];
  const moved = clocks
    .map((clock) => resumeClock(clock, at, calendar, rules))
    .map((clock) => (from === 'needs_info' && clock.name === 'info' ? endClock(clock, at) : clock))
    .map((clock) => (effect.ends?.includes(clock.name) ? endClock(clock, at) : clock))
    // what must be looked at must be, also when the case has ended
    .map((clock) => (effect.voids && clock.name !== 'review' ? endClock(clock, at, true) : clock))
    .map((clock) => (effect.pauses?.includes(clock.name) ? pauseClock(clock, at) : clock));
  const opened = (effect.opens ?? [])
    .filter((name) => name !== 'follow_up' || !isFollowedUp(moved))
    .map((name) => openClock(name, at, facts, calendar, rules, to === 'reopened'));
  return [...moved, ...opened];
}

/** A round begins with each substance clock; given to another desk within it, the follow-up clock isn't started again. */
function isFollowedUp(clocks: readonly SlaClock[]): boolean {
  const names = clocks.map(({ name }) => name);
  return names.lastIndexOf('follow_up') > names.lastIndexOf('substance');
}

export interface Retimed {
  readonly clocks: readonly SlaClock[];
  /** Open clocks whose due date has moved; the complainant is told of those that were promised to them. */
  readonly moved: readonly { readonly name: ClockName; readonly fromAt: Date; readonly toAt: Date }[];
}

/** The open clocks worked out anew: holidays were added, or the case went to a unit with another calendar. */
export function retimeClocks(clocks: readonly SlaClock[], now: Date, calendar: Calendar, rules: SlaRules): Retimed {
  return compared(clocks, (clock) => withStepsAt(timed(clock, calendar, rules), now, calendar, rules));
}

/**
 * The open clocks with the targets of other facts: the case was recategorised or turned out to need examination.
 * They keep their start and pauses, so what has passed stays passed.
 */
export function retargetClocks(
  clocks: readonly SlaClock[],
  facts: SlaFacts,
  now: Date,
  calendar: Calendar,
  rules: SlaRules,
): Retimed {
  const isFirstRound = clocks.filter(({ name }) => name === 'substance').length < 2;
  return compared(clocks, (clock) => {
    const fresh = openClock(clock.name, clock.startedAt, facts, calendar, rules, !isFirstRound);
    const { pauses, stepsDone } = clock;
    return withStepsAt(timed({ ...fresh, pauses, stepsDone }, calendar, rules), now, calendar, rules);
  });
}

function compared(clocks: readonly SlaClock[], change: (clock: SlaClock) => SlaClock): Retimed {
  const changed = clocks.map((clock) => (clock.doneAt ? clock : change(clock)));
  const moved = changed.flatMap(({ name, dueAt }, index) => {
    const before = clocks[index];
    return before && before.dueAt.getTime() !== dueAt.getTime() ? [{ name, fromAt: before.dueAt, toAt: dueAt }] : [];
  });
  return { clocks: changed, moved };
}

/** Steps that were taken but now lie ahead are owed again, e.g. the warning before a due date that moved away. */
function withStepsAt(clock: SlaClock, now: Date, calendar: Calendar, rules: SlaRules): SlaClock {
  let past = 0;
  for (const step of stepsOf(clock, calendar, rules)) {
    if (past >= clock.stepsDone || step.at > now) break;
    past++;
  }
  return past === clock.stepsDone ? clock : timed({ ...clock, stepsDone: past }, calendar, rules);
}

/**
 * Whether the complainant is now told of the Ombudsman (137): a promise was broken, or the case came back once too
 * often. UU 25/2009 Ps 46 opens this way to whoever complained to the office without a proper settlement.
 */
export function offersOmbudsman(clocks: readonly SlaClock[], now: Date, reopenings: number, rules: SlaRules): boolean {
  const isLate = rules.ombudsman.breachOf.some((name) => {
    const clock = findOpen(clocks, name);
    return clock !== undefined && now > clock.dueAt;
  });
  return isLate || reopenings >= rules.ombudsman.reopenings;
}
