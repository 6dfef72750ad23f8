/** Where a case stands. Identical in the store, the API and logs; renaming one needs a migration. */
export const CASE_STATUSES = [
  'received',
  'verified',
  'assigned',
  'in_progress',
  'needs_info',
  'transferred',
  'resolved',
  'closed',
  'reopened',
  'rejected',
  'withdrawn',
  'merged',
] as const;

export type CaseStatus = (typeof CASE_STATUSES)[number];

/** Nothing is owed any more. All but `merged` can be opened again; see the transition table. */
export const ENDED_STATUSES: ReadonlySet<CaseStatus> = new Set(['closed', 'rejected', 'withdrawn', 'merged']);

/** Reaching one of these means that somebody has worked on the case; it is remembered for good. */
export const WORKED_STATUSES: ReadonlySet<CaseStatus> = new Set(['in_progress', 'resolved']);

/** What came of a case, apart from its status: a closed case may well be an unsolved one. */
export const CASE_OUTCOMES = [
  'solved',
  'solved_partly',
  'answered',
  'forwarded',
  'planned',
  'not_possible',
  'no_reply',
] as const;

export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

/** The key in locales/ of what people are shown for a status. */
export function statusLabelKey(status: CaseStatus): string {
  return `case_status.${status}`;
}

export function outcomeLabelKey(outcome: CaseOutcome): string {
  return `case_outcome.${outcome}`;
}

export function isCaseStatus(value: unknown): value is CaseStatus {
  return CASE_STATUSES.some((status) => status === value);
}
