import type { Keys } from '../core/crypto.js';
import type { Case, CaseBy, CaseEvent, NoticeValues } from './case.js';
import { type CaseRules, calendarOf } from './case-rules.js';
import { type CasePatch, type CaseUpdate, clockFields, eventIdOf, noticeOf, sealWords } from './case-update.js';
import {
  agencyFor,
  clocksFor,
  demandStays,
  deskFields,
  isPassedOn,
  lifeFields,
  requireAddress,
  unitFor,
} from './change-fields.js';
import { type CaseRequester, type ChangeRequest, wordsOf } from './change-request.js';
import { offersOmbudsman } from './clock-changes.js';
import { valuesOf } from './notice-values.js';
import { findOpen } from './sla-clock.js';
import { ENDED_STATUSES } from './status.js';
import { type CaseStanding, checkTransition } from './transitions.js';

/** What had to be looked up before a change can be planned. */
export interface ChangeFacts {
  readonly mergeInto?: CaseStanding;
  readonly staffId?: string;
  readonly reusedProof?: boolean;
}

export interface PlanDeps {
  readonly rules: CaseRules;
  readonly keys: Keys;
}

/** What the transition rules need to know of a case. */
export function standingOf(found: Case): CaseStanding {
  const silence = findOpen(found.clocks, 'confirm') ?? findOpen(found.clocks, 'info');
  return {
    number: found._id,
    status: found.status,
    kind: found.kind,
    worked: found.worked,
    circle: found.circle,
    ...(found.heldFrom ? { heldFrom: found.heldFrom } : {}),
    ...(silence ? { silenceDueAt: silence.dueAt } : {}),
    ...(found.reopenUntil ? { reopenUntil: found.reopenUntil } : {}),
  };
}

export function byOf({ role, id }: CaseRequester): CaseBy {
  if (role === 'complainant' || role === 'system') return { kind: role };
  return { kind: 'staff', role, ...(id ? { id } : {}) };
}

/**
 * Works out the one update by which a case moves. Pure but for the seal's random IV.
 *
 * @throws {AppError} `case.transition_not_allowed`, see {@link checkTransition}; `request.invalid` for a unit or agency
 * that isn't known, or whose address isn't
 */
export function planChange(
  found: Case,
  request: ChangeRequest,
  facts: ChangeFacts,
  { rules, keys }: PlanDeps,
  now: Date,
): CaseUpdate {
  const { to } = request;
  const unit = unitFor(found, request, now, rules);
  const agency = agencyFor(request, rules);
  const row = checkTransition(standingOf(found), to, request.by.role, {
    at: now,
    ...wordsOf(request),
    // a transfer needs a destination that was named; elsewhere the unit it has will do
    ...(to === 'transferred' && request.unit === undefined ? {} : { unit }),
    ...(agency ? { rightAgency: agency.name } : {}),
    ...(request.outcome ? { outcome: request.outcome } : {}),
    ...(request.confirmed ? { confirmed: true } : {}),
    ...(request.proof ? { proof: request.proof.map(({ fileId }) => fileId ?? '') } : {}),
    ...(facts.mergeInto ? { mergeInto: facts.mergeInto } : {}),
  });
  requireAddress(agency, request, rules);
  demandStays(found, row, unit, now, rules);
  const patch: CasePatch = {
    status: to,
    unit,
    ...clockFields(clocksFor(found, unit, to, now, rules), found),
    ...lifeFields(found, row, request, now, calendarOf(unit, now, rules), rules),
    ...deskFields(found, row, request, facts.staffId, now),
  };
  const after = withPatch(found, patch);
  const id = eventIdOf(found._id, found.rev + 1);
  const words = { ...wordsOf(request), ...(agency ? { rightAgency: agency.name } : {}) };
  const other = request.mergeInto ?? found.mergedInto;
  const event: CaseEvent = {
    key: request.key,
    rev: found.rev + 1,
    at: now,
    by: byOf(request.by),
    what: row.action,
    from: found.status,
    to,
    ...sealWords(keys, id, words),
    ...(unit === found.unit ? {} : { unit }),
    ...(agency ? { agency } : {}),
    ...(after.staffId && after.staffId !== found.staffId ? { staffId: after.staffId } : {}),
    ...(after.outcome && after.outcome !== found.outcome ? { outcome: after.outcome } : {}),
    ...(other ? { other } : {}),
    ...fileIdsOf(request),
    ...(facts.reusedProof ? { reusedProof: true } : {}),
  };
  const tells = row.event === 'transferred' && isPassedOn(request) ? 'passed_on' : row.event;
  const more: NoticeValues = {
    ...(agency ? { agency } : {}),
    ...(request.agencyAddress ? { address: request.agencyAddress } : {}),
    ...(other ? { otherNumber: other } : {}),
    ...(request.proof ? { proof: request.proof } : {}),
  };
  const values = tells && valuesOf(tells, after, words, more);
  const offer = ombudsmanOffer(after, keys, id, rules, now);
  return {
    patch: { ...patch, ...offer.patch },
    event,
    notices: [...(tells && values ? [noticeOf(keys, id, tells, now, values, request.causedIn)] : []), ...offer.notices],
    ...(request.evidence ? { evidence: request.evidence } : {}),
    ...(request.proof ? { proof: request.proof } : {}),
  };
}

/** Tells of the Ombudsman (137) as soon as there is reason to, and once. */
export function ombudsmanOffer(
  after: Case,
  keys: Keys,
  eventId: string,
  rules: CaseRules,
  now: Date,
): Pick<CaseUpdate, 'patch' | 'notices'> {
  if (after.ombudsmanAt || ENDED_STATUSES.has(after.status)) return { patch: {}, notices: [] };
  if (!offersOmbudsman(after.clocks, now, after.reopenings, rules.sla)) return { patch: {}, notices: [] };
  const values = valuesOf('ombudsman_offer', after, {});
  return {
    patch: { ombudsmanAt: now },
    notices: [noticeOf(keys, `${eventId}:ombudsman`, 'ombudsman_offer', now, values)],
  };
}

/** The case as an update will leave it. */
export function withPatch(found: Case, patch: CasePatch): Case {
  const merged = Object.entries({ ...found, ...patch }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(merged) as unknown as Case;
}

function fileIdsOf({ proof = [], evidence = [] }: ChangeRequest): Pick<CaseEvent, 'fileIds'> {
  const fileIds = [...proof, ...evidence].flatMap(({ fileId }) => fileId ?? []);
  return fileIds.length > 0 ? { fileIds } : {};
}
