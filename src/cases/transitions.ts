import { AppError } from '../core/errors.js';
import type { Circle } from './circle.js';
import type { NoticeEvent } from './notice-events.js';
import { type CaseStatus, isCaseStatus } from './status.js';
import { isMissing, type Requirement, type TransitionInput } from './transition-requirements.js';

/** Whoever moves a case. `system` is a timer or a rule, never a person. */
export type CaseActor = 'complainant' | 'agent' | 'coordinator' | 'supervisor' | 'system';

/** What the rules need to know of a case. */
export interface CaseStanding {
  readonly number: string;
  readonly status: CaseStatus;
  readonly kind: string;
  /** Somebody has worked on it at some time; never becomes false again. */
  readonly worked: boolean;
  /** In `needs_info`: the status it had before, to which it returns. */
  readonly heldFrom?: CaseStatus;
  /** When the complainant's silence closes it: the due time of its `confirm` or `info` clock. */
  readonly silenceDueAt?: Date;
  /** Until when the complainant may open it again, once it has ended. */
  readonly reopenUntil?: Date;
  /** Who may read it beyond its unit; everybody when absent. */
  readonly circle?: Circle;
}

export interface Transition {
  readonly action: string;
  readonly from: readonly CaseStatus[];
  readonly to: readonly CaseStatus[];
  readonly by: readonly CaseActor[];
  readonly requires: readonly Requirement[];
  /** Only for reports of these kinds. */
  readonly kinds?: readonly string[];
  /** What reporters are told; nothing when absent. */
  readonly event?: NoticeEvent;
  /** Whose desk it lands on. Absent: it stays where it is. */
  readonly goesTo?: 'coordinator' | 'supervisor';
}

const OPEN = ['received', 'verified', 'assigned', 'in_progress', 'transferred', 'reopened'] as const;
const STAFF = ['agent', 'coordinator', 'supervisor'] as const;
const LEADS = ['coordinator', 'supervisor'] as const;

/**
 * Every way a case can move; nothing else is possible. At most one row holds for a from, a to and an actor.
 *
 * A case that was worked on reaches `closed` only by its complainant or by the silence timer, and can't be rejected.
 */
export const TRANSITIONS: readonly Transition[] = [
  { action: 'verify', from: ['received', 'transferred'], to: ['verified'], by: STAFF, requires: [], event: 'verified' },
  {
    action: 'assign',
    from: ['verified', 'transferred'],
    to: ['assigned'],
    by: [...STAFF, 'system'],
    requires: ['unit'],
    event: 'assigned',
  },
  {
    action: 'reassign',
    from: ['assigned', 'in_progress'],
    to: ['assigned'],
    by: [...LEADS, 'system'],
    requires: ['unit'],
  },
  { action: 'give_back', from: ['assigned'], to: ['verified'], by: STAFF, requires: ['reason'], goesTo: 'coordinator' },
  { action: 'start', from: ['assigned'], to: ['in_progress'], by: STAFF, requires: [], event: 'in_progress' },
  // reopened goes to whoever leads the desk that failed, never straight back to it
  { action: 'redo', from: ['reopened'], to: ['assigned'], by: LEADS, requires: ['unit'], event: 'assigned' },
  { action: 'redo_now', from: ['reopened'], to: ['in_progress'], by: LEADS, requires: [], event: 'in_progress' },

  {
    action: 'ask',
    from: ['received', 'verified', 'assigned', 'in_progress', 'transferred'],
    to: ['needs_info'],
    by: STAFF,
    requires: ['question'],
    event: 'needs_info',
  },
  // asking stops the clock, which isn't for the desk that failed to do
  {
    action: 'ask_again',
    from: ['reopened'],
    to: ['needs_info'],
    by: LEADS,
    requires: ['question'],
    event: 'needs_info',
  },
  // the complainant's own answer is thanked for in the same turn, so no notice follows it
  { action: 'answer', from: ['needs_info'], to: OPEN, by: ['complainant'], requires: ['heldStatus'] },
  { action: 'resume', from: ['needs_info'], to: OPEN, by: STAFF, requires: ['heldStatus'], event: 'resumed' },

  {
    action: 'transfer',
    from: OPEN,
    to: ['transferred'],
    by: LEADS,
    requires: ['reason', 'destination'],
    event: 'transferred',
  },
  {
    action: 'pass_on',
    from: ['received', 'verified', 'assigned', 'in_progress'],
    to: ['transferred'],
    by: ['agent'],
    requires: ['reason', 'destination'],
    event: 'transferred',
  },
  {
    action: 'reject',
    from: ['received', 'verified', 'assigned', 'transferred', 'reopened'],
    to: ['rejected'],
    by: LEADS,
    requires: ['unworked', 'reason', 'rightAgency', 'appealWay'],
    event: 'rejected',
  },

  {
    action: 'resolve',
    from: ['in_progress'],
    to: ['resolved'],
    by: STAFF,
    requires: ['result', 'proof', 'outcome'],
    event: 'resolved',
  },
  {
    action: 'answer_at_once',
    from: ['received', 'verified', 'assigned'],
    to: ['resolved'],
    by: STAFF,
    kinds: ['informasi', 'aspirasi'],
    requires: ['result', 'outcome'],
    event: 'resolved',
  },
  {
    action: 'hand_on',
    from: ['transferred'],
    to: ['resolved'],
    by: LEADS,
    requires: ['result', 'rightAgency', 'outcome'],
    event: 'resolved',
  },

  {
    action: 'confirm',
    from: ['resolved'],
    to: ['closed'],
    by: ['complainant'],
    requires: ['confirmation'],
    event: 'closed',
  },
  {
    action: 'close_silent',
    from: ['resolved'],
    to: ['closed'],
    by: ['system'],
    requires: ['silence'],
    event: 'closed_silent',
  },
  {
    action: 'close_no_info',
    from: ['needs_info'],
    to: ['closed'],
    by: ['system'],
    requires: ['silence'],
    event: 'closed_no_info',
  },

  {
    action: 'dispute',
    from: ['resolved'],
    to: ['reopened'],
    by: ['complainant'],
    requires: ['reason'],
    event: 'reopened',
    goesTo: 'coordinator',
  },
  {
    action: 'recheck',
    from: ['resolved'],
    to: ['reopened'],
    by: LEADS,
    requires: ['reason'],
    event: 'reopened',
    goesTo: 'coordinator',
  },
  {
    action: 'reopen',
    from: ['closed', 'withdrawn'],
    to: ['reopened'],
    by: ['complainant'],
    requires: ['reason', 'openWindow'],
    event: 'reopened',
    goesTo: 'coordinator',
  },
  {
    action: 'appeal',
    from: ['rejected'],
    to: ['reopened'],
    by: ['complainant'],
    requires: ['reason', 'openWindow'],
    event: 'appealed',
    goesTo: 'supervisor',
  },
  {
    action: 'review',
    from: ['closed', 'rejected'],
    to: ['reopened'],
    by: ['supervisor'],
    requires: ['reason'],
    event: 'reopened',
    goesTo: 'coordinator',
  },

  {
    action: 'withdraw',
    from: [...OPEN, 'needs_info', 'resolved'],
    to: ['withdrawn'],
    by: ['complainant'],
    requires: [],
    event: 'withdrawn',
  },
  {
    action: 'merge',
    from: [...OPEN, 'needs_info'],
    to: ['merged'],
    by: LEADS,
    requires: ['mergeInto'],
    event: 'merged',
  },
  {
    action: 'unmerge',
    from: ['merged'],
    to: ['verified'],
    by: LEADS,
    requires: ['reason'],
    event: 'unmerged',
    goesTo: 'coordinator',
  },
];

/** Goes back from a question to where the case was: all but its status has stayed as it is. */
export function isReturn({ requires }: Pick<Transition, 'requires'>): boolean {
  return requires.includes('heldStatus');
}

/** The rows somebody could take from where the case stands, whether or not their requirements can be met. */
export function transitionsFor(
  current: Pick<CaseStanding, 'status' | 'kind' | 'heldFrom'>,
  actor: CaseActor,
): Transition[] {
  return TRANSITIONS.filter(
    (row) =>
      row.from.includes(current.status) &&
      row.by.includes(actor) &&
      (row.kinds?.includes(current.kind) ?? true) &&
      (!row.requires.includes('heldStatus') || (current.heldFrom !== undefined && row.to.includes(current.heldFrom))),
  );
}

/**
 * Finds the row by which `actor` may move the case to `to`, with everything it requires given.
 *
 * @throws {AppError} `case.transition_not_allowed`; `details.why` is `no_such_step` (not from here, by nobody),
 * `not_by_you` (others may), or `missing` with `details.missing` naming the requirements not met, by commas
 */
export function checkTransition(
  current: CaseStanding,
  to: CaseStatus,
  actor: CaseActor,
  input: TransitionInput,
): Transition {
  const refuse = (why: string, message: string, more: Record<string, string> = {}) =>
    new AppError('case.transition_not_allowed', `Case ${current.number} ${message}`, {
      caseNumber: current.number,
      from: current.status,
      to,
      by: actor,
      why,
      ...more,
    });
  const rows = TRANSITIONS.filter(
    (row) => row.from.includes(current.status) && row.to.includes(to) && (row.kinds?.includes(current.kind) ?? true),
  );
  if (!isCaseStatus(to) || rows.length === 0) throw refuse('no_such_step', `cannot go from ${current.status} to ${to}`);
  const row = rows.find(({ by }) => by.includes(actor));
  if (!row) throw refuse('not_by_you', `cannot be taken from ${current.status} to ${to} by ${actor}`);
  const missing = row.requires.filter((requirement) => isMissing(requirement, current, to, input));
  if (missing.length > 0) {
    throw refuse('missing', `cannot go from ${current.status} to ${to} without ${missing.join(', ')}`, {
      missing: missing.join(','),
    });
  }
  return row;
}
