import { AppError } from '../core/errors.js';
import type { Calendar } from './calendar.js';
import type { Case, PassedTo } from './case.js';
import { type CaseRules, calendarOf, unitNow } from './case-rules.js';
import type { CasePatch } from './case-update.js';
import type { ChangeRequest } from './change-request.js';
import { clocksAfter, retimeClocks } from './clock-changes.js';
import { endReview, isRevealOwed } from './review-clock.js';
import { type SlaClock, spanEnd } from './sla-clock.js';
import { type CaseStatus, ENDED_STATUSES, WORKED_STATUSES } from './status.js';
import { isReturn, type Transition } from './transitions.js';

/** A step that doesn't say where a case goes leaves it with its office. @throws {AppError} `request.invalid` */
export function demandStays(found: Case, { requires }: Transition, unit: string, now: Date, rules: CaseRules): void {
  if (requires.includes('unit') || requires.includes('destination') || unit === unitNow(found.unit, now, rules)) return;
  throw new AppError('request.invalid', 'This step goes to no other office: transfer it', { field: 'unit' });
}

/** @throws {AppError} `request.invalid` when no such unit is known */
export function unitFor(found: Case, { unit }: Pick<ChangeRequest, 'unit'>, now: Date, rules: CaseRules): string {
  if (unit !== undefined && !Object.hasOwn(rules.routing.units, unit)) {
    throw new AppError('request.invalid', `There is no unit called "${unit}"`, { field: 'unit' });
  }
  return unitNow(unit ?? found.unit, now, rules);
}

/**
 * The agency outside that a request names.
 *
 * @throws {AppError} `request.invalid` when no such agency is known
 */
export function agencyFor({ agencyId, rightAgency }: ChangeRequest, rules: CaseRules): PassedTo | undefined {
  if (agencyId === undefined) return rightAgency ? { name: rightAgency } : undefined;
  const known = Object.hasOwn(rules.routing.agencies, agencyId) ? rules.routing.agencies[agencyId] : undefined;
  if (!known) throw new AppError('request.invalid', `There is no agency called "${agencyId}"`, { field: 'agencyId' });
  return { id: agencyId, name: known.name };
}

/** A transfer to an agency that isn't ours, rather than to another unit. */
export function isPassedOn(request: Pick<ChangeRequest, 'to' | 'unit'>): boolean {
  return request.to === 'transferred' && request.unit === undefined;
}

/** Nobody is sent to an address that wasn't confirmed: staff must have looked it up. */
export function requireAddress(agency: PassedTo | undefined, request: ChangeRequest, rules: CaseRules): void {
  if (!agency || !isPassedOn(request) || request.agencyAddress) return;
  const known = agency.id === undefined ? undefined : rules.routing.agencies[agency.id];
  if (known && !known.unverified) return;
  throw new AppError('request.invalid', `Say where ${agency.name} can be reached: no confirmed address is known`, {
    field: 'agencyAddress',
  });
}

/** The clocks after the change; those of a case that goes to an office with other hours are worked out anew. */
export function clocksFor(found: Case, unit: string, to: CaseStatus, now: Date, rules: CaseRules): readonly SlaClock[] {
  const calendar = calendarOf(unit, now, rules);
  const clocks = clocksAfter(found.clocks, { from: found.status, to, at: now }, found, calendar, rules.sla);
  const before = calendarOf(found.unit, now, rules);
  const timed = before.id === calendar.id ? clocks : retimeClocks(clocks, now, calendar, rules.sla).clocks;
  // what was rated badly is looked at by being done again
  return to === 'reopened' && !isRevealOwed(found) ? endReview(timed, now) : timed;
}

const OWN_STATUSES: ReadonlySet<CaseStatus> = new Set(['verified', 'assigned', 'in_progress', 'reopened']);

/** What a change does to the life of a case: worked on, held, ended, opened again. */
export function lifeFields(
  found: Case,
  row: Transition,
  request: ChangeRequest,
  now: Date,
  calendar: Calendar,
  rules: CaseRules,
): CasePatch {
  if (isReturn(row)) return { heldFrom: undefined };
  const { action } = row;
  const { to } = request;
  const { reopenWithin, appealWithin } = rules.sla;
  const isEnded = ENDED_STATUSES.has(to);
  const within = to === 'rejected' ? appealWithin : reopenWithin;
  return {
    heldFrom: to === 'needs_info' ? found.status : undefined,
    endedAt: isEnded ? now : undefined,
    keptSince: isEnded ? now : undefined,
    filesSince: isEnded ? now : undefined,
    reopenUntil: isEnded && to !== 'merged' ? spanEnd(now, within, calendar) : undefined,
    mergedInto: to === 'merged' ? request.mergeInto : undefined,
    ...(WORKED_STATUSES.has(to) ? { worked: true } : {}),
    ...(to === 'reopened' ? { reopenings: found.reopenings + 1, outcome: undefined, rating: undefined } : {}),
    ...(to === 'reopened' && !isRevealOwed(found) ? { reviewAt: undefined } : {}),
    ...(action === 'close_no_info' ? { outcome: 'no_reply' } : {}),
    ...(request.outcome && to !== 'reopened' ? { outcome: request.outcome } : {}),
    ...(to === 'transferred' ? { agency: isPassedOn(request) ? agencyFor(request, rules) : undefined } : {}),
    // taken back into an office of ours
    ...(OWN_STATUSES.has(to) ? { agency: undefined } : {}),
  };
}

/** Whose table it lies on after the change. */
export function deskFields(
  found: Case,
  row: Transition,
  request: ChangeRequest,
  staffId: string | undefined,
  now: Date,
): CasePatch {
  if (isReturn(row)) return {};
  if (row.goesTo) {
    const notTo = found.staffId && !found.notTo.includes(found.staffId) ? [...found.notTo, found.staffId] : found.notTo;
    return { desk: row.goesTo, staffId: undefined, notTo };
  }
  if (request.to === 'assigned') return { desk: 'agent', staffId, assignedAt: staffId ? now : undefined };
  if (request.to === 'transferred') return { desk: 'coordinator', staffId: undefined };
  // whoever begins with what lay on the shared list has taken it
  if (request.to === 'in_progress' && request.by.id && !found.staffId)
    return { staffId: request.by.id, assignedAt: now };
  return {};
}
