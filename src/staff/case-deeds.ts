import type { Db } from 'mongodb';
import { type Case, type CaseReport, caseFilesOf } from '../cases/case.js';
import type { CaseMerge } from '../cases/case-merge.js';
import { type CaseRules, unitNow } from '../cases/case-rules.js';
import type { CaseService, Changed } from '../cases/case-service.js';
import type { CaseRequest, ChangeRequest } from '../cases/change-request.js';
import { RAHASIA_CIRCLE } from '../cases/circle.js';
import { planReportEdit, type ReportEdit } from '../cases/edit-report.js';
import { createLabelStore } from '../cases/label-store.js';
import { planProgress, planRecategorise } from '../cases/plan-note.js';
import { planReviewed } from '../cases/plan-review.js';
import { CASE_OUTCOMES, type CaseStatus, isCaseStatus } from '../cases/status.js';
import type { Clock } from '../core/clock.js';
import { type Keys, open } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Attachment } from '../messages/message.js';
import type { FileStore } from '../store/files.js';
import { type Actor, isOfEveryUnit } from './actor.js';
import type { MoveBody } from './api/case.js';
import { type CaseAccess, requesterOf } from './case-access.js';
import { deedKeyOf } from './chat-deeds.js';
import type { Directory } from './directory.js';
import type { Verb } from './rights.js';

export interface CaseDeedsDeps {
  readonly db: Db;
  readonly access: CaseAccess;
  readonly service: CaseService;
  readonly merge: CaseMerge;
  readonly files: Pick<FileStore, 'find'>;
  readonly directory: Directory;
  readonly rules: CaseRules;
  /** Whether a category is restricted; undefined when there is none of this id. */
  readonly categoryOf: (id: string) => { readonly restricted: boolean } | undefined;
  readonly keys: Keys;
  readonly clock: Clock;
}

/** On which revision somebody decided, and the key of their deed. */
export interface Decided {
  readonly number: string;
  readonly key: string;
  readonly seenRev: number;
}

/**
 * What staff do with cases, by their rights. The same key of the same person is the same deed.
 *
 * All throw {AppError} `case.not_found`, `request.forbidden`, `request.invalid`, `case.transition_not_allowed`, and
 * `case.changed` when somebody else was faster.
 */
export interface CaseDeeds {
  move(actor: Actor, at: Decided, wish: Omit<MoveBody, 'seenRev'>): Promise<Changed>;
  progress(actor: Actor, at: Decided, text: string): Promise<Changed>;
  recategorise(
    actor: Actor,
    at: Decided,
    to: { category: string; needsExamination?: boolean | undefined },
  ): Promise<Changed>;
  merge(actor: Actor, at: Decided, into: string): Promise<Changed>;
  unmerge(actor: Actor, at: Decided, reason: string): Promise<Changed>;
  edit(actor: Actor, at: Decided, edit: ReportEdit): Promise<Changed>;
  /** What was rated badly or revealed has been looked at, by somebody else than who revealed it. */
  reviewed(actor: Actor, at: Decided, note: string): Promise<Changed>;
}

export function createCaseDeeds(deps: CaseDeedsDeps): CaseDeeds {
  const { access, service, keys } = deps;
  const labels = createLabelStore(deps.db, keys);

  const requestFor = (actor: Actor, { number, key, seenRev }: Decided): CaseRequest => ({
    ...{ number, key: deedKeyOf(actor, key), seenRev, by: requesterOf(actor) },
  });

  const proofOf = async (number: string, fileIds: readonly string[]): Promise<Attachment[]> => {
    const found = await Promise.all(fileIds.map((id) => deps.files.find(caseFilesOf(number), id)));
    return found.map((file) => {
      if (!file) throw new AppError('request.invalid', 'Upload the file to this case first', { field: 'proofFileIds' });
      return file;
    });
  };

  const demandColleague = async ({ circle, ...found }: Case, staffId: string, unit = found.unit): Promise<void> => {
    const card = (await deps.directory.all()).get(staffId);
    const live = unitNow(unit, deps.clock.now(), deps.rules);
    const isOfUnit = card && (isOfEveryUnit(card) || card.units.includes(live));
    if (!card || card.role === 'auditor' || card.role === 'admin' || (circle === RAHASIA_CIRCLE && !isOfUnit))
      throw new AppError('request.invalid', 'This colleague cannot take the case', { field: 'staffId' });
  };

  return {
    async move(actor, at, { to, proofFileIds = [], staffId, unit, outcome, ...words }) {
      if (!isCaseStatus(to) || APART.has(to))
        throw new AppError('request.invalid', 'There is no such step', { field: 'to' });
      const known = CASE_OUTCOMES.find((each) => each === outcome);
      if (outcome !== undefined && !known)
        throw new AppError('request.invalid', 'There is no such outcome', { field: 'outcome' });
      const found = await access.open(actor, at.number);
      for (const verb of verbsFor(actor, found, to, staffId)) await access.open(actor, at.number, verb);
      if (staffId !== undefined) await demandColleague(found, staffId, unit);
      const proof = await proofOf(at.number, proofFileIds);
      const request: ChangeRequest = {
        ...requestFor(actor, at),
        ...{ to },
        ...given({ ...words, unit, staffId }),
        ...(known ? { outcome: known } : {}),
        ...(proof.length > 0 ? { proof } : {}),
      };
      return service.change(request);
    },

    async progress(actor, at, text) {
      await access.open(actor, at.number, 'status');
      const request = requestFor(actor, at);
      return service.apply(request, (found, now) => planProgress(found, request, text, keys, now));
    },

    async recategorise(actor, at, { category, needsExamination }) {
      await access.open(actor, at.number, 'write');
      const known = deps.categoryOf(category);
      if (!known) throw new AppError('request.invalid', 'There is no such category', { field: 'category' });
      const request = requestFor(actor, at);
      const to = {
        ...{ category, restricted: known.restricted },
        ...(needsExamination === undefined ? {} : { needsExamination }),
      };
      const changed = await service.apply(request, (found, now) =>
        planRecategorise(found, request, to, { rules: deps.rules, keys }, now),
      );
      const { found, event } = changed;
      const { description } = open<CaseReport>(keys, found._id, found.report.buffer);
      const label = {
        ...{ caseNumber: found._id, text: description, by: actor.staffId, at: event.at },
        from: { category: categoryBefore(found, event.rev), kind: found.kind },
        to: { category, kind: found.kind },
      };
      await labels.add(label, String(event.rev));
      return changed;
    },

    async merge(actor, at, into) {
      await access.open(actor, at.number, 'merge');
      await access.open(actor, into, 'merge');
      return deps.merge.merge({ ...requestFor(actor, at), into });
    },

    async unmerge(actor, at, reason) {
      await access.open(actor, at.number, 'merge');
      return deps.merge.unmerge({ ...requestFor(actor, at), reason });
    },

    async edit(actor, at, edit) {
      await access.open(actor, at.number, 'write');
      const request = requestFor(actor, at);
      return service.apply(request, (found, now) => planReportEdit(found, request, edit, keys, now));
    },

    async reviewed(actor, at, note) {
      await access.open(actor, at.number, 'review');
      const request = requestFor(actor, at);
      const { rules } = deps;
      return service.apply(request, (found, now) => planReviewed(found, request, note, { rules, keys }, now));
    },
  };
}

/** Reached by deeds of their own. */
const APART: ReadonlySet<CaseStatus> = new Set(['merged', 'withdrawn', 'closed']);

/** The rights that a step takes: to give a case to somebody is more than to take it. */
function verbsFor(actor: Actor, found: Case, to: CaseStatus, staffId: string | undefined): Verb[] {
  if (found.status === 'merged') return ['merge'];
  if (to === 'transferred' && found.status !== 'needs_info') return ['transfer'];
  const isGiven = staffId !== undefined && staffId !== actor.staffId;
  return isGiven ? ['status', 'assign'] : ['status'];
}

function categoryBefore({ history, classification }: Case, rev: number): string {
  const earlier = history.findLast((event) => event.rev < rev && event.category !== undefined);
  return earlier?.category ?? classification.category;
}

/** Only what was given: an absent field isn't the same as an undefined one. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
