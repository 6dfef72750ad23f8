import type { DemoClock } from './demo-clock.js';

/** What lies so close together happens at once: nobody tells the minutes apart sixty days later. */
const TOGETHER_MS = 45 * 60_000;
const MAX_TOGETHER = 12;

/** What is going to happen, each at its time. */
export interface Agenda {
  add(at: Date, run: () => Promise<void>): void;
  /**
   * Does it in order of time, what it adds included; what lies at `until` or beyond never comes.
   * @param settle after each few of them, before time goes on
   */
  play(clock: DemoClock, until: Date, settle: () => Promise<unknown>): Promise<void>;
}

interface Entry {
  readonly atMs: number;
  readonly run: () => Promise<void>;
}

export function createAgenda(): Agenda {
  // latest first, so that the next one is at the end
  const entries: Entry[] = [];

  /** The next one, and those that follow it closely. */
  function take(untilMs: number): Entry[] {
    const taken: Entry[] = [];
    for (let next = entries.at(-1); next && next.atMs < untilMs; next = entries.at(-1)) {
      if (taken.length >= MAX_TOGETHER || next.atMs > (taken[0]?.atMs ?? next.atMs) + TOGETHER_MS) break;
      entries.pop();
      taken.push(next);
    }
    return taken;
  }

  return {
    add(at, run) {
      const atMs = at.getTime();
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((entries[middle]?.atMs ?? 0) > atMs) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, { atMs, run });
    },
    async play(clock, until, settle) {
      for (let next = take(until.getTime()); next.length > 0; next = take(until.getTime())) {
        clock.goTo(new Date(next[0]?.atMs ?? 0));
        await Promise.all(next.map(({ run }) => run()));
        await settle();
      }
    },
  };
}
