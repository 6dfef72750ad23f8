import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { type Assignee, chooseAssignee } from './assignment.js';
import type { Case, CaseEvent } from './case.js';
import type { CaseRules } from './case-rules.js';
import type { CaseStore } from './case-store.js';
import type { CaseUpdate } from './case-update.js';
import { unitFor } from './change-fields.js';
import type { CaseRequest, ChangeRequest } from './change-request.js';
import { type Circle, OPEN_CIRCLE, RAHASIA_CIRCLE } from './circle.js';
import { type ChangeFacts, planChange, standingOf, withPatch } from './plan-change.js';

/** Each try is lost only to a change that somebody else made: so many in a row mean that something is wrong. */
const MAX_TRIES = 10;
/** Months of daily words. */
const MAX_SAID_BYTES = 4 * 1024 * 1024;
const MAX_EVENTS = 2000;

export interface CaseServiceDeps {
  readonly cases: CaseStore;
  readonly rules: CaseRules;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Who of a unit could take a case, and how many they can hold; their load is counted here. */
  readonly staffOf: (unit: string) => Promise<readonly Pick<Assignee, 'staffId' | 'isPresent' | 'capacity'>[]>;
  /** Who is named for a restricted circle; nobody when left out. Only they are given its cases, once anybody is. */
  readonly namedFor?: (circle: Circle) => Promise<readonly string[]>;
  /** Told of a case that has something to tell its reporters; must not throw. */
  readonly onNotice: (number: string) => void;
  /** Told of a case that was changed here; must not throw. */
  readonly onChanged?: (number: string) => void;
}

/** What a wish came to. */
export interface Changed {
  readonly found: Case;
  readonly event: CaseEvent;
  /** True when the same wish was done before: nothing happened now. */
  readonly repeated: boolean;
}

/** Works out a change on a case as it stands; asked again when the case has changed meanwhile. */
export type Plan = (found: Case, now: Date) => CaseUpdate | Promise<CaseUpdate>;

export interface CaseService {
  /**
   * Moves a case: one update of one document, with its history and what reporters are told.
   *
   * @throws {AppError} `case.not_found`; `case.transition_not_allowed` and `request.invalid`, see {@link planChange};
   * `case.changed` with the `status` and `rev` that hold, when it is no more what a member of staff decided on
   */
  change(request: ChangeRequest): Promise<Changed>;
  /** Does any other change under the same guards: once a key, on a case that is as it was planned for. */
  apply(request: CaseRequest, plan: Plan): Promise<Changed>;
}

export function createCaseService(deps: CaseServiceDeps): CaseService {
  const { cases, rules, clock } = deps;

  const apply: CaseService['apply'] = async (request, plan) => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await cases.find(request.number);
      if (!found) throw new AppError('case.not_found', `There is no case ${request.number}`);
      const before = found.history.find(({ key }) => key === request.key);
      if (before) return { found, event: before, repeated: true };
      demandSeen(found, request);
      demandRoom(found, request);
      const change = await plan(found, clock.now());
      if (!(await cases.update(found, change))) continue;
      if (change.notices.length > 0) deps.onNotice(found._id);
      deps.onChanged?.(found._id);
      return { found: afterUpdate(found, change), event: change.event, repeated: false };
    }
    throw new AppError('case.changed', `Case ${request.number} changes all the time; try again`, { tries: MAX_TRIES });
  };

  const factsFor = async (found: Case, request: ChangeRequest, now: Date): Promise<ChangeFacts> => {
    const merged = request.mergeInto === undefined ? undefined : await cases.find(request.mergeInto);
    const isGiven = request.to === 'assigned' && found.status !== 'needs_info';
    const staffId = isGiven ? await assigneeFor(deps, found, request, now) : undefined;
    const hashes = (request.proof ?? []).flatMap(({ sha256 }) => sha256 ?? []);
    const known = await Promise.all(hashes.map(cases.knowsPicture));
    return {
      ...(merged ? { mergeInto: standingOf(merged) } : {}),
      ...(staffId ? { staffId } : {}),
      ...(known.some(Boolean) ? { reusedProof: true } : {}),
    };
  };

  return {
    apply,
    change: (request) =>
      apply(request, async (found, now) =>
        planChange(found, request, await factsFor(found, request, now), { rules, keys: deps.keys }, now),
      ),
  };
}

/**
 * People decide on what they see; a complainant's or a clock's reasons hold whatever changed.
 *
 * @throws {AppError} `case.changed`
 */
export function demandSeen(found: Case, request: CaseRequest): void {
  if (isStaff(request) && (request.seenRev ?? found.rev) !== found.rev) throw changedMeanwhile(found);
}

/**
 * What a complainant says must leave room for the office: a document holds 16 MB.
 *
 * @throws {AppError} `case.transition_not_allowed`
 */
function demandRoom({ _id, status, history }: Case, { by }: CaseRequest): void {
  if (by.role !== 'complainant') return;
  const saidBytes = history.reduce((sum, { said }) => sum + (said?.length() ?? 0), 0);
  if (saidBytes < MAX_SAID_BYTES && history.length < MAX_EVENTS) return;
  throw new AppError('case.transition_not_allowed', `Case ${_id} can hold no more`, {
    ...{ caseNumber: _id, from: status, why: 'full' },
  });
}

function isStaff({ by }: CaseRequest): boolean {
  return by.role !== 'complainant' && by.role !== 'system';
}

function changedMeanwhile(found: Case): AppError {
  const by = found.history.at(-1)?.by.id;
  return new AppError('case.changed', `Case ${found._id} was changed meanwhile: it is ${found.status} now`, {
    caseNumber: found._id,
    status: found.status,
    rev: found.rev,
    ...(by ? { by } : {}),
  });
}

function afterUpdate(found: Case, { patch, event, notices, evidence = [], proof = [] }: CaseUpdate): Case {
  return {
    ...withPatch(found, patch),
    rev: event.rev,
    changedAt: event.at,
    history: [...found.history, event],
    notices: [...found.notices, ...notices],
    evidence: [...found.evidence, ...evidence],
    proof: [...found.proof, ...proof],
  };
}

/**
 * Whoever was named, else whoever of the unit has most room; nobody, and it waits on the unit's shared list. A case of a
 * restricted circle goes to nobody outside it: whoever has a case can read it.
 *
 * @throws {AppError} `request.invalid` for somebody outside the circle
 */
async function assigneeFor(
  { cases, rules, staffOf, namedFor }: CaseServiceDeps,
  found: Case,
  request: ChangeRequest,
  now: Date,
): Promise<string | undefined> {
  // what is rahasia by its complainant's wish may be given to anybody of its unit by those who lead it
  const isByNature = found.circle !== OPEN_CIRCLE && found.circle !== RAHASIA_CIRCLE;
  const named = isByNature ? ((await namedFor?.(found.circle)) ?? []) : [];
  const mayHave = (staffId: string) => named.length === 0 || named.includes(staffId);
  if (request.staffId !== undefined) {
    if (mayHave(request.staffId)) return request.staffId;
    throw new AppError('request.invalid', `Only those named for ${found.circle} are given case ${found._id}`, {
      field: 'staffId',
    });
  }
  const staff = (await staffOf(unitFor(found, request, now, rules))).filter(({ staffId }) => mayHave(staffId));
  if (staff.length === 0) return undefined;
  const loads = await cases.loadOf(staff.map(({ staffId }) => staffId));
  const assignees = staff.map((each): Assignee => ({ openCases: 0, ...loads.get(each.staffId), ...each }));
  return chooseAssignee(assignees, new Set(found.notTo)).staffId;
}
