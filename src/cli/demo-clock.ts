import { type Clock, systemClock } from '../core/clock.js';

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
/** WIB; the demo city lies in the west. */
const OFFSET_MS = 7 * 60 * MS_PER_MINUTE;
const OPENS_MS = 8 * 60 * MS_PER_MINUTE;
const CLOSES_MS = 15.5 * 60 * MS_PER_MINUTE;

/** A clock that stands where it was put, and runs on from there once it is let go. */
export interface DemoClock extends Clock {
  /** Never backwards. */
  goTo(at: Date): void;
}

/** Stands at the start; timers run by the wall's clock, since what they are for is this process. */
export function createDemoClock(start: Date): DemoClock {
  let at = start;
  return {
    ...systemClock,
    now: () => at,
    goTo(next) {
      if (next > at) at = next;
    },
  };
}

/** The same instant when offices are open then, else the next opening. Holidays aren't known here. */
export function inOfficeHours(at: Date): Date {
  const local = at.getTime() + OFFSET_MS;
  const day = Math.floor(local / MS_PER_DAY);
  const time = local - day * MS_PER_DAY;
  const opens = (which: number): Date => new Date(which * MS_PER_DAY + OPENS_MS - OFFSET_MS);
  if (isWeekend(day)) return inOfficeHours(opens(day + 1));
  if (time < OPENS_MS) return opens(day);
  return time < CLOSES_MS ? at : inOfficeHours(opens(day + 1));
}

/** 1970-01-01 was a Thursday. */
function isWeekend(day: number): boolean {
  const weekday = (day + 4) % 7;
  return weekday === 0 || weekday === 6;
}
