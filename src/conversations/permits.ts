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
  /**
   * Resolves once something may be sent; undefined when the lane was stopped meanwhile.
   * @param priorityOf asked at each permit that is given, as it may rise while one waits; 0 goes first
   */
  take(priorityOf: () => number): Promise<Permit | undefined>;
  /** A priority has risen: who waited only because those of the old one are paused may go. */
  reconsider(): void;
  /** No permit is given for this long, to those of this priority and lower ones (0, the default, is everybody). */
  pause(ms: number, fromPriority?: number): void;
  stop(): void;
}

/** To be called when the send is over; with `false` when nothing was sent after all, and others may go instead. */
export type Permit = (isUsed?: boolean) => void;

const PRIORITIES = 5;

interface Waiting {
  readonly priorityOf: () => number;
  readonly grant: (permit: Permit | undefined) => void;
}

export function createPermits(limits: LaneLimits, clock: Clock): Permits {
  const waiting: Waiting[] = [];
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

  /** The place of who goes next, the longest waiting of the highest priority; -1 while all are paused. */
  const pick = (nowMs: number): { readonly next: number; readonly resumesMs: number } => {
    let next = -1;
    let highest = PRIORITIES;
    let resumesMs = Number.POSITIVE_INFINITY;
    for (const [place, { priorityOf }] of waiting.entries()) {
      const priority = Math.min(priorityOf(), PRIORITIES - 1);
      const pausedMs = pausedUntilMs[priority] ?? 0;
      if (pausedMs > nowMs) resumesMs = Math.min(resumesMs, pausedMs);
      else if (priority < highest) [next, highest] = [place, priority];
      if (highest === 0) break;
    }
    return { next, resumesMs };
  };

  const give = () => {
    const nowMs = clock.monotonicMs();
    refill(nowMs);
    for (;;) {
      if (inFlight >= limits.maxInFlight) return;
      if (waiting.length === 0) return;
      const { next, resumesMs } = pick(nowMs);
      if (next < 0) return later(resumesMs - nowMs);
      if (tokens < 1) return later(((1 - tokens) / limits.perSecond) * 1000);
      tokens -= 1;
      inFlight += 1;
      waiting.splice(next, 1)[0]?.grant(done);
    }
  };

  const done = (isUsed = true) => {
    inFlight -= 1;
    if (!isUsed) tokens = Math.min(limits.perSecondBurst, tokens + 1);
    give();
  };

  return {
    take: (priorityOf) =>
      new Promise((grant) => {
        if (stopped) return grant(undefined);
        waiting.push({ priorityOf, grant });
        give();
      }),
    reconsider: give,
    pause(ms, fromPriority = 0) {
      const endMs = clock.monotonicMs() + ms;
      for (let priority = fromPriority; priority < PRIORITIES; priority++) {
        pausedUntilMs[priority] = Math.max(pausedUntilMs[priority] ?? 0, endMs);
      }
    },
    stop() {
      stopped = true;
      cancel?.();
      for (const { grant } of waiting.splice(0)) grant(undefined);
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
