import type { Clock } from '../../../src/core/clock.js';
import { eventually } from './eventually.js';

export interface Wait {
  readonly delayMs: number;
  /** Moves time to its end and runs what waits. */
  end(): void;
}

/** Time that stands still until a test ends one of the waits somebody asked for. */
export interface SteppedClock extends Clock {
  /** The newest wait under way that lasts from `minMs` to `maxMs`; waits for it to be asked for. */
  wait(minMs: number, maxMs?: number): Promise<Wait>;
  /** As `wait`, for a pause of random length: limits on calls, which are round numbers of seconds, don't count. */
  pause(minMs: number, maxMs: number): Promise<Wait>;
  advance(ms: number): void;
}

const LIMITS_MS = [10_000, 25_000, 35_000, 50_000, 60_000];

export function createSteppedClock(start = new Date('2026-03-17T03:00:00Z')): SteppedClock {
  let nowMs = 0;
  const waits = new Set<{ readonly delayMs: number; readonly atMs: number; readonly run: () => void }>();

  const find = async (minMs: number, maxMs: number, except: readonly number[]): Promise<Wait> => {
    const found = () => {
      return [...waits].findLast(({ delayMs }) => delayMs >= minMs && delayMs <= maxMs && !except.includes(delayMs));
    };
    await eventually(`a wait of ${minMs} to ${maxMs} ms`, () => found() !== undefined);
    const wait = found();
    if (!wait) throw new Error('the wait ended meanwhile');
    return {
      delayMs: wait.delayMs,
      end() {
        if (!waits.delete(wait)) throw new Error(`the wait of ${wait.delayMs} ms was called off`);
        nowMs = Math.max(nowMs, wait.atMs);
        wait.run();
      },
    };
  };

  return {
    now: () => new Date(start.getTime() + nowMs),
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const wait = { delayMs, atMs: nowMs + delayMs, run };
      waits.add(wait);
      return () => waits.delete(wait);
    },
    wait: (minMs, maxMs = minMs) => find(minMs, maxMs, []),
    pause: (minMs, maxMs) => find(minMs, maxMs, LIMITS_MS),
    advance(ms) {
      nowMs += ms;
      for (const wait of [...waits].sort((a, b) => a.atMs - b.atMs)) {
        if (wait.atMs <= nowMs && waits.delete(wait)) wait.run();
      }
    },
  };
}
