import type { Db } from 'mongodb';
import type { Calendar } from '../cases/calendar.js';
import type { ReadContext } from '../cases/case-reads.js';
import type { Locale, ReadValue } from '../flows/state.js';
import { officeHours } from './handover.js';
import type { HandoverLog } from './handover-log.js';
import type { ConversationRow } from './rows.js';

const MAX_COUNTED = 999;
/** Fewer waits than these say nothing about the next one. */
const MIN_WAITS = 3;
const ROUND_MINUTES = 5;
const MS_PER_MINUTE = 60_000;

/** "Senin, 30 November, 07.30" in a locale; the office's own time. */
export type ShowTime = (at: Date, locale: Locale) => string;

export function createShowTime(timeZone: string): ShowTime {
  const formats = new Map<Locale, Intl.DateTimeFormat>();
  return (at, locale) => {
    const known =
      formats.get(locale) ??
      new Intl.DateTimeFormat(locale, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZone,
      });
    formats.set(locale, known);
    return known.format(at);
  };
}

/**
 * What somebody who asks for a person must know: whether people are there, how many wait already, how long it usually
 * takes. `wait` is the median of the last waits in minutes, rounded up to five; 0 when too few are known to promise
 * anything.
 */
export function createQueueRead(deps: {
  readonly db: Db;
  readonly hours: Calendar;
  readonly log: Pick<HandoverLog, 'recentWaits'>;
  readonly showTime: ShowTime;
}): (args: unknown, context: ReadContext) => Promise<ReadValue> {
  const rows = deps.db.collection<ConversationRow>('conversations');
  return async (_args, { now, locale, conversationId }) => {
    const [waiting, own, waits] = await Promise.all([
      rows.countDocuments({ mode: 'queued' }, { limit: MAX_COUNTED }),
      rows.findOne({ _id: conversationId }, { projection: { queuedAt: 1 } }),
      deps.log.recentWaits(now),
    ]);
    const ahead = own?.queuedAt
      ? await rows.countDocuments({ mode: 'queued', queuedAt: { $lt: own.queuedAt } }, { limit: MAX_COUNTED })
      : waiting;
    const { isOpen, backAt } = officeHours(now, deps.hours);
    return {
      found: true,
      answers: {
        is_open: isOpen,
        ahead,
        wait: waits.length < MIN_WAITS ? 0 : roundedUp(median(waits)),
        back: deps.showTime(backAt, locale),
      },
    };
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function roundedUp(ms: number): number {
  return Math.ceil(Math.max(ms, 1) / (ROUND_MINUTES * MS_PER_MINUTE)) * ROUND_MINUTES;
}
