import type { Case, EventWords, NoticeValues } from './case.js';
import type { NoticeEvent } from './notice-events.js';
import { promisedAt } from './sla.js';
import { findOpen } from './sla-clock.js';

/** What a text's `{when}` is: the day on which the complainant may expect, or must have done, the next thing. */
function whenOf(event: NoticeEvent, { clocks, reopenUntil, promisedAt: newDate }: Case): Date | undefined {
  switch (event) {
    case 'needs_info':
    case 'info_reminder':
      return findOpen(clocks, 'info')?.dueAt;
    case 'resolved':
    case 'confirm_reminder':
      return findOpen(clocks, 'confirm')?.dueAt;
    case 'closed_silent':
    case 'closed_no_info':
    case 'withdrawn':
      return reopenUntil;
    default:
      return laterOf(promisedAt(clocks), newDate);
  }
}

/** What was due in the past was followed by an apology with a new date. */
export function laterOf(due: Date | undefined, newDate: Date | undefined): Date | undefined {
  return due && newDate && newDate > due ? newDate : due;
}

/**
 * What the texts of a notice will be filled with.
 *
 * @param after the case as the change leaves it
 */
export function valuesOf(event: NoticeEvent, after: Case, words: EventWords, more: NoticeValues = {}): NoticeValues {
  const whenAt = whenOf(event, after)?.toISOString();
  const { reason, question, result, note, appealWay } = words;
  return {
    unit: after.unit,
    ...(after.agency ? { agency: after.agency } : {}),
    category: after.category,
    ...(whenAt ? { whenAt } : {}),
    ...(reason ? { reason } : {}),
    ...(question ? { question } : {}),
    ...(result ? { result } : {}),
    ...(note ? { note } : {}),
    ...(appealWay ? { appeal: appealWay } : {}),
    ...more,
  };
}
