import type { Clock } from '../../src/core/clock.js';

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves on, running what becomes due in order, and lets everything that follows from it settle. */
  advance(ms: number): Promise<void>;
}

interface Task {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export function createFakeClock(start = new Date('2026-11-24T03:00:00Z')): FakeClock {
  let nowMs = 0;
  let count = 0;
  const tasks = new Set<Task>();

  const runDue = async (untilMs: number) => {
    for (;;) {
      const due = [...tasks]
        .filter((task) => task.atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = due[0];
      if (!next) return;
      tasks.delete(next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
      await settled();
    }
  };

  return {
    now: () => new Date(start.getTime() + nowMs),
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      count += 1;
      const task = { atMs: nowMs + delayMs, order: count, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settled();
      await runDue(untilMs);
      nowMs = untilMs;
      await settled();
    },
  };
}

/** Lets promises and immediate callbacks run dry. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}
