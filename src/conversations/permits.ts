import type { Clock } from '../core/clock.js';

/** How fast a lane may send. The platforms' own limits with head-room; see docs/architecture.md. */
export interface LaneLimits {
  readonly perSecond: number;
  readonly perSecondBurst: number;
  /** Between two messages to one chat. */
  readonly chatIntervalMs: number;
  /** How many may go to one chat at once after a rest. */
  readonly chatBurst: number;
  readonly maxInFlight: number;
}

/** The lane's permission to send: a token bucket and a bound on sends at once, given out by priority. */
export interface Permits {
  /** Resolves once something may be sent; undefined when the lane was stopped meanwhile. */
  take(priority: number): Promise<Permit | undefined>;
  /** No permit is given for this long, to those of this priority and lower ones (0, the default, is everybody). */
  pause(ms: number, fromPriority?: number): void;
  stop(): void;
}

/** To be called when the send is over; with `false` when nothing was sent after all, and others may go instead. */
export type Permit = (isUsed?: boolean) => void;

const PRIORITIES = 5;

export function createPermits(limits: LaneLimits, clock: Clock): Permits {
  const waiting: ((grant: Permit | undefined) => void)[][] = Array.from({ length: PRIORITIES }, () => []);
  let tokens = limits.perSecondBurst;
  let countedAtMs = clock.monotonicMs();
  const pausedUntilMs: number[] = Array.from({ length: PRIORITIES }, () => 0);
  let inFlight = 0;
  let stopped = false;
  let cancel: (() => void) | undefined;

  const refill = (nowMs: number) => {
    tokens = Math.min(limits.perSecondBurst, tokens + ((nowMs - countedAtMs) / 1000) * limits.perSecond);
    countedAtMs = nowMs;
  };

  const later = (ms: number) => {
    cancel ??= clock.after(Math.max(1, Math.ceil(ms)), () => {
      cancel = undefined;
      give();
    });
  };

  const give = () => {
    const nowMs = clock.monotonicMs();
    refill(nowMs);
    for (;;) {
      if (inFlight >= limits.maxInFlight) return;
      const queue = waiting.find((each, priority) => each.length > 0 && nowMs >= (pausedUntilMs[priority] ?? 0));
      if (!queue) {
        const ends = waiting.flatMap((each, priority) =>
          each.length > 0 ? (pausedUntilMs[priority] ?? 0) - nowMs : [],
        );
        return ends.length > 0 ? later(Math.min(...ends)) : undefined;
      }
      if (tokens < 1) return later(((1 - tokens) / limits.perSecond) * 1000);
      tokens -= 1;
      inFlight += 1;
      queue.shift()?.(done);
    }
  };

  const done = (isUsed = true) => {
    inFlight -= 1;
    if (!isUsed) tokens = Math.min(limits.perSecondBurst, tokens + 1);
    give();
  };

  return {
    take: (priority) =>
      new Promise((resolve) => {
        if (stopped) return resolve(undefined);
        waiting[Math.min(priority, PRIORITIES - 1)]?.push(resolve);
        give();
      }),
    pause(ms, fromPriority = 0) {
      const endMs = clock.monotonicMs() + ms;
      for (let priority = fromPriority; priority < PRIORITIES; priority++) {
        pausedUntilMs[priority] = Math.max(pausedUntilMs[priority] ?? 0, endMs);
      }
    },
    stop() {
      stopped = true;
      cancel?.();
      for (const queue of waiting) for (const resolve of queue.splice(0)) resolve(undefined);
    },
  };
}

/**
 * When the next message to one chat may go, by the generic cell rate algorithm: one every `intervalMs`, `burst` at once
 * after a rest.
 */
export interface ChatPace {
  waitMs(nowMs: number): number;
  count(nowMs: number): void;
}

export function createChatPace(intervalMs: number, burst: number): ChatPace {
  let theoreticalMs = 0;
  return {
    waitMs: (nowMs) => Math.max(0, theoreticalMs - (burst - 1) * intervalMs - nowMs),
    count(nowMs) {
      theoreticalMs = Math.max(theoreticalMs, nowMs) + intervalMs;
    },
  };
}
