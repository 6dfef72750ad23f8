import type { HandoverRecord } from '../conversations/handover-log.js';
import type { ShiftView } from './api/settings.js';

const HOURS = 24;
const MS_PER_HOUR = 60 * 60 * 1000;

/** Instants at which cases came, and at which they were resolved. */
export interface Movement {
  readonly received: readonly Date[];
  readonly resolved: readonly Date[];
}

type Timed = Pick<HandoverRecord, 'since' | 'claimedAt' | 'repliedAt'>;

/** How long citizens waited for the first word of a person; undefined when nobody got one. Pure. */
export function firstResponseOf(handovers: readonly Timed[]): ShiftView['firstResponse'] {
  const seconds = handovers
    .flatMap(({ since, repliedAt }) => (repliedAt ? [(repliedAt.getTime() - since.getTime()) / 1000] : []))
    .sort((a, b) => a - b);
  if (seconds.length === 0) return undefined;
  const at = (share: number) =>
    Math.round(seconds[Math.min(seconds.length - 1, Math.floor(seconds.length * share))] ?? 0);
  return { medianSeconds: at(0.5), p90Seconds: at(0.9), count: seconds.length };
}

/** What happened in each of the last 24 hours, oldest first. Pure. */
export function hoursOf(handovers: readonly Timed[], { received, resolved }: Movement, now: Date): ShiftView['hours'] {
  const from = now.getTime() - HOURS * MS_PER_HOUR;
  const perHour = (instants: readonly Date[]) => {
    const counts = new Array<number>(HOURS).fill(0);
    for (const at of instants) {
      const hour = Math.floor((at.getTime() - from) / MS_PER_HOUR);
      if (hour >= 0 && hour < HOURS) counts[hour] = (counts[hour] ?? 0) + 1;
    }
    return counts;
  };
  const columns = {
    handovers: perHour(handovers.map(({ since }) => since)),
    claims: perHour(handovers.flatMap(({ claimedAt }) => claimedAt ?? [])),
    received: perHour(received),
    resolved: perHour(resolved),
  };
  return Array.from({ length: HOURS }, (_, hour) => ({
    at: new Date(from + hour * MS_PER_HOUR).toISOString(),
    handovers: columns.handovers[hour] ?? 0,
    claims: columns.claims[hour] ?? 0,
    received: columns.received[hour] ?? 0,
    resolved: columns.resolved[hour] ?? 0,
  }));
}
