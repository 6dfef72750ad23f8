/** The only source of time. Injected everywhere, so that tests own it. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go backwards; for leases and rates, not for showing. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
