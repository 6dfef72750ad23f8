/** The service's clock, as well as this page can know it. */
export interface ServerClock {
  /** Milliseconds since 1970 by the service's clock. */
  nowMs(): number;
  /** Takes in what the service said its time is. */
  set(now: string): void;
}

/**
 * Runs on from what the service said last, by a counter that no one can set: the browser's own date may be wrong by
 * hours, and be put right in the middle.
 *
 * @param counterMs grows by one each millisecond
 */
export function createServerClock(counterMs: () => number, initialMs: number): ServerClock {
  let base = { serverMs: initialMs, counterMs: counterMs() };
  return {
    nowMs: () => base.serverMs + (counterMs() - base.counterMs),
    set(now) {
      const serverMs = Date.parse(now);
      if (!Number.isNaN(serverMs)) base = { serverMs, counterMs: counterMs() };
    },
  };
}
