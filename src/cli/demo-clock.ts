import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock, systemClock } from '../core/clock.js';

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
/** WIB; the demo city lies in the west. */
const OFFSET_MS = 7 * 60 * MS_PER_MINUTE;
const OPENS_MS = 8 * 60 * MS_PER_MINUTE;
const CLOSES_MS = 15.5 * 60 * MS_PER_MINUTE;

/** What the service holds back so long, that is until a citizen has finished writing, passes as quickly as this. */
const HELD_BACK_MS = { from: 1000, below: 2000 } as const;
const PASSES_IN_MS = 5;

/** A clock that stands where it was put: the city's time, and beside it the times of those who are ahead of it. */
export interface DemoClock extends Clock {
  /** Never backwards. Within a person's own time it moves that one. */
  goTo(at: Date): void;
  /** For somebody whose day may be played while the city's clock stands: what others do meanwhile doesn't move it. */
  ownTime(): OwnTime;
}

/** One person's time. It may be ahead of the city's, but never lags behind. */
export interface OwnTime {
  now(): Date;
  /** Never backwards. */
  goTo(at: Date): void;
  /** Whatever is done in `work`, and follows from it, happens at `at` or later. */
  play<T>(at: Date, work: () => Promise<T>): Promise<T>;
}

/**
 * Stands at the start. Timers run by the wall's clock, since what they are for is this process; but a question
 * held back in somebody's own time lets that time pass, so that a minute of chatting doesn't take one.
 */
export function createDemoClock(start: Date): DemoClock {
  let city = start;
  const current = new AsyncLocalStorage<OwnTime>();

  function ownTime(): OwnTime {
    let own = city;
    const time: OwnTime = {
      now: () => new Date(Math.max(own.getTime(), city.getTime())),
      goTo(next) {
        if (next > time.now()) own = next;
      },
      play(at, work) {
        time.goTo(at);
        return current.run(time, work);
      },
    };
    return time;
  }

  return {
    ...systemClock,
    now: () => current.getStore()?.now() ?? city,
    goTo(next) {
      const own = current.getStore();
      if (own) own.goTo(next);
      else if (next > city) city = next;
    },
    after(delayMs, task) {
      const own = current.getStore();
      const isHeldBack = delayMs >= HELD_BACK_MS.from && delayMs < HELD_BACK_MS.below;
      if (!own || !isHeldBack) return systemClock.after(delayMs, task);
      const due = new Date(own.now().getTime() + delayMs);
      return systemClock.after(PASSES_IN_MS, () => {
        own.goTo(due);
        task();
      });
    },
    ownTime,
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
