import type { Clock } from '../../src/core/clock.js';

export interface FakeClock extends Clock {
  /** Moves time on and runs what became due, in order. */
  advance(byMs: number): void;
}

/** Time that moves only when told to. */
export function createFakeClock(startAt = '2026-08-03T02:00:00.000Z'): FakeClock {
  let nowMs = Date.parse(startAt);
  const startMs = nowMs;
  const tasks = new Set<{ atMs: number; run: () => void }>();

  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs - startMs,
    after(delayMs, run) {
      const task = { atMs: nowMs + delayMs, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    advance(byMs) {
      const untilMs = nowMs + byMs;
      for (;;) {
        const due = [...tasks].filter((task) => task.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!due) break;
        tasks.delete(due);
        nowMs = Math.max(nowMs, due.atMs);
        due.run();
      }
      nowMs = untilMs;
    },
  };
}
