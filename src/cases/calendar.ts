const MS_PER_DAY = 86_400_000;
/** Shown as a date, 24.00 would be the day after the one that was promised. */
const LAST_MS_OF_DAY = MS_PER_DAY - 1;
/** No target reaches this far; a calendar that never opens must end in an error, not in an endless loop. */
const MAX_SCAN_DAYS = 20_000;
/** 1 January 1970 was a Thursday, and weeks here begin on Sunday. */
const EPOCH_WEEKDAY = 4;

/** Indonesia has three zones and no daylight saving (Keppres 41/1987), so an offset is exact and needs no Intl. */
export type Zone = 'WIB' | 'WITA' | 'WIT';

const OFFSET_HOURS: Readonly<Record<Zone, number>> = { WIB: 7, WITA: 8, WIT: 9 };
const IANA: Readonly<Record<Zone, string>> = { WIB: 'Asia/Jakarta', WITA: 'Asia/Makassar', WIT: 'Asia/Jayapura' };

/** A stretch of a day in which the office works, in milliseconds from local midnight; `endMs` is the first closed one. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

/** When one kind of office works. Made by `loadCalendars`; immutable. */
export interface Calendar {
  readonly id: string;
  readonly zone: Zone;
  readonly offsetMs: number;
  /** Working periods of a local day, in order; none on a day off. Days count from 1 January 1970. */
  readonly periodsOn: (day: number) => readonly Period[];
  /** False when no decree is loaded for the day's year: its moving holidays are unknown and a date there may shift. */
  readonly knows: (day: number) => boolean;
}

export function offsetMsOf(zone: Zone): number {
  return OFFSET_HOURS[zone] * 3_600_000;
}

/** The IANA name, for showing a time with `Intl`. */
export function timeZoneOf(zone: Zone): string {
  return IANA[zone];
}

/** The local day an instant falls on, counted from 1 January 1970. */
export function dayOf(at: Date, calendar: Pick<Calendar, 'offsetMs'>): number {
  return Math.floor((at.getTime() + calendar.offsetMs) / MS_PER_DAY);
}

/** The number of a `YYYY-MM-DD` day. */
export function dayNumber(on: string): number {
  return Date.parse(`${on}T00:00:00Z`) / MS_PER_DAY;
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + EPOCH_WEEKDAY) % 7) + 7) % 7;
}

/** `YYYY-MM-DD` in the calendar's zone. */
export function localDate(at: Date, calendar: Pick<Calendar, 'offsetMs'>): string {
  return new Date(at.getTime() + calendar.offsetMs).toISOString().slice(0, 10);
}

export function isWorkingDay(at: Date, calendar: Calendar): boolean {
  return calendar.periodsOn(dayOf(at, calendar)).length > 0;
}

/**
 * The end of office hours on the `days`-th working day after `from`.
 *
 * The local day of `from` never counts, whatever its hour; a report made at night or on a holiday therefore starts
 * counting with the next working day (ADR 0010). With 0 days it is `from` itself.
 *
 * @throws {RangeError} if `days` is negative or no whole number
 */
export function addWorkingDays(from: Date, days: number, calendar: Calendar): Date {
  if (!Number.isInteger(days) || days < 0) throw new RangeError(`days must be a whole number from 0, got ${days}`);
  if (days === 0) return from;
  let left = days;
  const first = dayOf(from, calendar) + 1;
  for (let day = first; day < first + MAX_SCAN_DAYS; day++) {
    const close = calendar.periodsOn(day).at(-1);
    if (close && --left === 0) return instantOf(day, Math.min(close.endMs, LAST_MS_OF_DAY), calendar);
  }
  throw neverOpens(calendar);
}

/** The end of the `days`-th calendar day after `from`, by the same rule as {@link addWorkingDays}: midnight, less a moment. */
export function addCalendarDays(from: Date, days: number, calendar: Calendar): Date {
  if (!Number.isInteger(days) || days < 0) throw new RangeError(`days must be a whole number from 0, got ${days}`);
  return days === 0 ? from : instantOf(dayOf(from, calendar) + days, LAST_MS_OF_DAY, calendar);
}

/** Working time from `from` to `to` in milliseconds; negative when `to` is earlier. */
export function workingMsBetween(from: Date, to: Date, calendar: Calendar): number {
  if (to < from) return -workingMsBetween(to, from, calendar);
  const last = dayOf(to, calendar);
  let total = 0;
  for (let day = dayOf(from, calendar); day <= last; day++) {
    for (const period of calendar.periodsOn(day)) {
      const start = Math.max(from.getTime(), msOf(day, period.startMs, calendar));
      const end = Math.min(to.getTime(), msOf(day, period.endMs, calendar));
      if (end > start) total += end - start;
    }
  }
  return total;
}

/**
 * The first instant by which `ms` of working time have passed since `from`.
 *
 * @throws {RangeError} if `ms` is negative
 */
export function addWorkingMs(from: Date, ms: number, calendar: Calendar): Date {
  if (!(ms >= 0)) throw new RangeError(`working time must not be negative, got ${ms}`);
  if (ms === 0) return from;
  let left = ms;
  const first = dayOf(from, calendar);
  for (let day = first; day < first + MAX_SCAN_DAYS; day++) {
    for (const period of calendar.periodsOn(day)) {
      const start = Math.max(from.getTime(), msOf(day, period.startMs, calendar));
      const length = msOf(day, period.endMs, calendar) - start;
      if (length <= 0) continue;
      if (length >= left) return new Date(start + left);
      left -= length;
    }
  }
  throw neverOpens(calendar);
}

/** Whether the office works at this instant. */
export function isOpen(at: Date, calendar: Calendar): boolean {
  return nextOpening(at, calendar).getTime() === at.getTime();
}

/** The first instant from `at` on at which the office works; `at` itself when it does now. */
export function nextOpening(at: Date, calendar: Calendar): Date {
  const first = dayOf(at, calendar);
  for (let day = first; day < first + MAX_SCAN_DAYS; day++) {
    for (const period of calendar.periodsOn(day)) {
      if (at.getTime() >= msOf(day, period.endMs, calendar)) continue;
      return new Date(Math.max(at.getTime(), msOf(day, period.startMs, calendar)));
    }
  }
  throw neverOpens(calendar);
}

function msOf(day: number, ms: number, calendar: Calendar): number {
  return day * MS_PER_DAY + ms - calendar.offsetMs;
}

function instantOf(day: number, ms: number, calendar: Calendar): Date {
  return new Date(msOf(day, ms, calendar));
}

function neverOpens(calendar: Calendar): RangeError {
  return new RangeError(`calendar ${calendar.id} has no working time within ${MAX_SCAN_DAYS} days`);
}
