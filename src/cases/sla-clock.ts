import { addCalendarDays, addWorkingDays, addWorkingMs, type Calendar, workingMsBetween } from './calendar.js';
import type { ClockName, Span } from './sla-rules.js';

const MS_PER_HOUR = 3_600_000;

export interface SlaPause {
  readonly from: Date;
  /** Absent while the pause is still running. */
  readonly to?: Date;
}

/** A running timer of a case, as it is stored in it. Every instant in it follows from start, target and pauses. */
export interface SlaClock {
  readonly name: ClockName;
  readonly startedAt: Date;
  readonly target: Span;
  readonly pauses: readonly SlaPause[];
  readonly dueSoonAt: Date;
  readonly dueAt: Date;
  /** The due date lies in a year whose holidays are not decreed yet, and may move. */
  readonly provisional: boolean;
  /** Working days that an interim reply asks for when the clock is late; absent: the complainant isn't told. */
  readonly interimDays?: number;
  /** The complainant's silence is what runs: reminded once after these working days, then the case closes. */
  readonly remindAfterDays?: number;
  /** How many of its steps (reminders, escalations) were taken. */
  readonly stepsDone: number;
  /** When its next step is due; absent while it is paused and once it has ended. */
  readonly wakeAt?: Date;
  readonly doneAt?: Date;
  /** It ended because the case did, not because the work was done; left out of statistics. */
  readonly void?: boolean;
}

export type SlaStage = 'on_track' | 'due_soon' | 'breached';

/** The end of a span, or of a share of it (rounded down to whole days), that started at `from`. */
export function spanEnd(from: Date, { amount, unit }: Span, calendar: Calendar, share = 1): Date {
  if (unit === 'working_days') return addWorkingDays(from, Math.floor(amount * share), calendar);
  if (unit === 'calendar_days') return addCalendarDays(from, Math.floor(amount * share), calendar);
  const ms = amount * share * MS_PER_HOUR;
  return unit === 'working_hours' ? addWorkingMs(from, ms, calendar) : new Date(from.getTime() + ms);
}

/**
 * Moves an instant of a clock by the time its pauses took: working time where the target is in working time, so that a
 * pause over a holiday gives nothing away. A pause that began after the instant had passed can't undo it.
 */
export function shifted(instant: Date, clock: Pick<SlaClock, 'target' | 'pauses'>, calendar: Calendar): Date {
  let at = instant;
  for (const { from, to } of clock.pauses) {
    if (to === undefined || from >= at) continue;
    at = countsWorkingTime(clock.target)
      ? addWorkingMs(at, workingMsBetween(from, to, calendar), calendar)
      : new Date(at.getTime() + to.getTime() - from.getTime());
  }
  return at;
}

function countsWorkingTime({ unit }: Span): boolean {
  return unit === 'working_days' || unit === 'working_hours';
}

export function isPaused(clock: Pick<SlaClock, 'pauses'>): boolean {
  const last = clock.pauses.at(-1);
  return last !== undefined && last.to === undefined;
}

/** How the clock stands; once it has ended or is paused, how it stood then. */
export function stageOf(clock: SlaClock, now: Date): SlaStage {
  const at = stoppedAt(clock) ?? now;
  if (at > clock.dueAt) return 'breached';
  return at >= clock.dueSoonAt ? 'due_soon' : 'on_track';
}

/**
 * Time left until the clock is due, in milliseconds; negative once it is late.
 *
 * Working time where the target is in working days or hours, else plain time. Paused time does not count.
 */
export function remainingMs(clock: SlaClock, now: Date, calendar: Calendar): number {
  const at = stoppedAt(clock) ?? now;
  return countsWorkingTime(clock.target)
    ? workingMsBetween(at, clock.dueAt, calendar)
    : clock.dueAt.getTime() - at.getTime();
}

function stoppedAt(clock: SlaClock): Date | undefined {
  return clock.doneAt ?? (isPaused(clock) ? clock.pauses.at(-1)?.from : undefined);
}

export function findOpen(clocks: readonly SlaClock[], name: ClockName): SlaClock | undefined {
  return clocks.findLast((clock) => clock.name === name && !clock.doneAt);
}
