import type { Clock } from '../../../src/core/clock.js';
import { eventually } from './eventually.js';

export interface Wait {
  readonly delayMs: number;
  /** Moves time to its end and runs what waits. */
  end(): void;
}

/** Time that stands still until a test ends one of the waits somebody asked for. */
export interface SteppedClock extends Clock {
  /** The first wait under way that lasts from `minMs` to `maxMs`; waits for it to be asked for. */
  wait(minMs: number, maxMs?: number): Promise<Wait>;
  advance(ms: number): void;
}

export function createSteppedClock(start = new Date('2026-03-17T03:00:00Z')): SteppedClock {
  let nowMs = 0;
  const waits = new Set<{ readonly delayMs: number; readonly atMs: number; readonly run: () => void }>();

  return {
    now: () => new Date(start.getTime() + nowMs),
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const wait = { delayMs, atMs: nowMs + delayMs, run };
      waits.add(wait);
      return () => waits.delete(wait);
    },
    async wait(minMs, maxMs = minMs) {
      const found = () => [...waits].find(({ delayMs }) => delayMs >= minMs && delayMs <= maxMs);
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
    },
    advance(ms) {
      nowMs += ms;
      for (const wait of [...waits].sort((a, b) => a.atMs - b.atMs)) {
        if (wait.atMs <= nowMs && waits.delete(wait)) wait.run();
      }
    },
  };
}
