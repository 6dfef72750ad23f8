import { localDate } from './calendar.js';
import { type CaseRules, calendarOf } from './case-rules.js';
import { proposeRoute, type RouteProposal } from './routing.js';
import { openClocks } from './sla.js';
import { findOpen, type SlaClock } from './sla-clock.js';

export interface OpeningFacts {
  readonly kind: string;
  readonly category: string;
  readonly receivedAt: Date;
  /** Looked through for names of offices only. */
  readonly description: string;
  readonly place?: string;
}

/** Where a new case goes, and what it may take. */
export interface CaseOpening {
  readonly route: RouteProposal;
  /** The office that answers for it: the proposed one, or ours that watches over it while an agency is proposed. */
  readonly unit: string;
  readonly clocks: readonly SlaClock[];
}

/** The start of a case's life, worked out from what was reported: the same facts always give the same. */
export function openingOf(facts: OpeningFacts, rules: CaseRules): CaseOpening {
  const { category, receivedAt, description, place } = facts;
  const route = proposeRoute(
    { category, text: description, ...(place ? { place } : {}), on: localDate(receivedAt, rules.home) },
    rules.routing,
  );
  const own = [route.target, ...route.alternatives].find(({ type }) => type === 'unit');
  const unit = own?.id ?? rules.routing.helpdesk;
  return { route, unit, clocks: openClocks(facts, calendarOf(unit, receivedAt, rules), rules.sla) };
}

/** By when somebody must have looked at it: what the complainant is told at filing. */
export function verifyBy({ clocks }: Pick<CaseOpening, 'clocks'>): Date {
  const clock = findOpen(clocks, 'verify');
  if (!clock) throw new RangeError('a new case has a verify clock');
  return clock.dueAt;
}
