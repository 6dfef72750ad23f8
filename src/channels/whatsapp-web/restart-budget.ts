/** How often a session may be started again before a person is asked for. */
export interface RestartBudget {
  /** Counts a restart if one is left. @returns 0 when it may be made now, else how long until the next may, in ms */
  take(nowMs: number): number;
  /** Restarts within the window. */
  used(nowMs: number): number;
}

export const MAX_RESTARTS = 3;
export const RESTART_WINDOW_MS = 30 * 60 * 1000;

/** At most {@link MAX_RESTARTS} in any {@link RESTART_WINDOW_MS}. Times by a clock that never jumps. */
export function createRestartBudget(): RestartBudget {
  let taken: number[] = [];

  const current = (nowMs: number) => {
    taken = taken.filter((at) => nowMs - at < RESTART_WINDOW_MS);
    return taken;
  };

  return {
    take(nowMs) {
      const [oldest] = current(nowMs);
      if (taken.length >= MAX_RESTARTS && oldest !== undefined) return oldest + RESTART_WINDOW_MS - nowMs;
      taken.push(nowMs);
      return 0;
    },
    used: (nowMs) => current(nowMs).length,
  };
}
