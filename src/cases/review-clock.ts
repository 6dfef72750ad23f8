import type { Case } from './case.js';
import { type CaseRules, calendarOf } from './case-rules.js';
import { type CasePatch, clockFields } from './case-update.js';
import { endClock, openClock } from './sla.js';
import { findOpen, type SlaClock } from './sla-clock.js';

/** A supervisor owes a look at a case: from when on, and the clock that sees to it. One owed already stays as it is. */
export function reviewFields(found: Case, now: Date, rules: CaseRules): CasePatch {
  if (findOpen(found.clocks, 'review')) return {};
  const calendar = calendarOf(found.unit, now, rules);
  const facts = { ...found, receivedAt: now };
  return {
    reviewAt: now,
    ...clockFields([...found.clocks, openClock('review', now, facts, calendar, rules.sla)], found),
  };
}

/** The clocks once the look was taken. */
export function endReview(clocks: readonly SlaClock[], at: Date): SlaClock[] {
  return clocks.map((clock) => (clock.name === 'review' ? endClock(clock, at) : clock));
}

/** Whether the look that is owed is at a reveal, which a case that is opened again doesn't settle. */
export function isRevealOwed({ reviewAt, history }: Case): boolean {
  return reviewAt !== undefined && history.some(({ what, at }) => what === 'revealed' && at >= reviewAt);
}
