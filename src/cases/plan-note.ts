import { type Keys, open } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Attachment } from '../messages/message.js';
import type { Case, CaseEvent, CaseReport, EventWords, NoticeValues } from './case.js';
import { type CaseRules, calendarOf } from './case-rules.js';
import {
  type CasePatch,
  type CaseUpdate,
  clockFields,
  eventIdOf,
  noticeOf,
  openWords,
  sealWords,
} from './case-update.js';
import type { CaseRequest } from './change-request.js';
import { circleOf, OPEN_CIRCLE, RAHASIA_CIRCLE } from './circle.js';
import { retargetClocks } from './clock-changes.js';
import type { NoticeEvent } from './notice-events.js';
import { valuesOf } from './notice-values.js';
import { byOf, withPatch } from './plan-change.js';
import { reviewFields } from './review-clock.js';
import { MAX_TOKENS, reportTokens, tokensOf } from './search-words.js';
import { finishClock } from './sla.js';
import { ENDED_STATUSES } from './status.js';

/** A bad rating is one of so many stars or fewer. */
export const BAD_STARS = 2;

export interface Noted {
  readonly what: string;
  readonly patch?: CasePatch;
  readonly words?: EventWords;
  readonly event?: Partial<CaseEvent>;
  readonly tells?: NoticeEvent;
  readonly values?: NoticeValues;
  readonly evidence?: readonly Attachment[];
}

/** A change that leaves the status as it is. */
export function noteOf(found: Case, request: CaseRequest, noted: Noted, keys: Keys, now: Date): CaseUpdate {
  const { what, patch = {}, words = {}, tells, evidence = [] } = noted;
  const rev = found.rev + 1;
  const id = eventIdOf(found._id, rev);
  const fileIds = evidence.flatMap(({ fileId }) => fileId ?? []);
  const values = tells && valuesOf(tells, withPatch(found, patch), words, noted.values);
  return {
    patch,
    event: {
      key: request.key,
      rev,
      at: now,
      by: byOf(request.by),
      what,
      ...sealWords(keys, id, words),
      ...(fileIds.length > 0 ? { fileIds } : {}),
      ...noted.event,
    },
    notices: tells && values ? [noticeOf(keys, id, tells, now, values, request.causedIn)] : [],
    evidence,
  };
}

function requireOpen(found: Case, action: string): void {
  if (!ENDED_STATUSES.has(found.status)) return;
  throw new AppError('case.transition_not_allowed', `Case ${found._id} has ended: it is ${found.status}`, {
    caseNumber: found._id,
    from: found.status,
    why: 'ended',
    action,
  });
}

/**
 * The complainant adds words or photos.
 *
 * @throws {AppError} `case.transition_not_allowed` once the case has ended: it must be opened again first
 */
export function planAddition(
  found: Case,
  request: CaseRequest,
  { note, evidence }: { readonly note: string; readonly evidence: readonly Attachment[] },
  keys: Keys,
  now: Date,
): CaseUpdate {
  requireOpen(found, 'add');
  const tokens = [...new Set([...found.tokens, ...tokensOf(keys, found.circle, [note])])].slice(0, MAX_TOKENS);
  const noted = { what: 'added', words: note ? { note } : {}, evidence, patch: { tokens } };
  return noteOf(found, request, noted, keys, now);
}

/** Staff tell how the work is going; a first answer of a person, if there was none. */
export function planProgress(found: Case, request: CaseRequest, note: string, keys: Keys, now: Date): CaseUpdate {
  requireOpen(found, 'note');
  if (note.trim() === '') throw new AppError('request.invalid', 'Say what is new', { field: 'note' });
  const patch = clockFields(finishClock(found.clocks, 'first_response', now), found);
  return noteOf(found, request, { what: 'noted', patch, words: { note }, tells: 'progress' }, keys, now);
}

function reportOf(found: Case, keys: Keys): CaseReport {
  return open<CaseReport>(keys, found._id, found.report.buffer);
}

/** What its complainant added to it. */
function notesOf(found: Case, keys: Keys): string[] {
  const added = found.history.filter(({ what }) => what === 'added');
  return added.flatMap((event) => openWords(keys, found._id, event).note ?? []);
}

/** What a case is about, put right. */
export interface Recategorised {
  readonly category: string;
  readonly restricted: boolean;
  /** Left as it is when omitted. */
  readonly needsExamination?: boolean;
}

/**
 * Another category, or the finding that it needs examination: number and time passed stay, the targets are those of
 * the new category, and the complainant is told. What only a circle may know of from now on waits for who leads.
 */
export function planRecategorise(
  found: Case,
  request: CaseRequest,
  to: Recategorised,
  { rules, keys }: { readonly rules: CaseRules; readonly keys: Keys },
  now: Date,
): CaseUpdate {
  requireOpen(found, 'recategorise');
  const { category, needsExamination = found.needsExamination ?? false } = to;
  const facts = { ...found, category, needsExamination };
  const calendar = calendarOf(found.unit, now, rules);
  const circle = circleOf(category, found.restricted || to.restricted, rules);
  const { clocks } = retargetClocks(found.clocks, facts, now, calendar, rules.sla);
  // what was once seen as sensitive stays so
  const restricted = found.restricted || to.restricted;
  // whoever has it in hand may not be of the circle, and would read it all the same
  const isTaken = circle !== found.circle && circle !== OPEN_CIRCLE && circle !== RAHASIA_CIRCLE;
  const patch: CasePatch = {
    category,
    needsExamination,
    restricted,
    circle,
    ...(restricted ? { marks: undefined } : {}),
    ...(isTaken ? { desk: 'coordinator', staffId: undefined, assignedAt: undefined } : {}),
    ...(circle === found.circle
      ? {}
      : { tokens: reportTokens(keys, circle, reportOf(found, keys), notesOf(found, keys)) }),
    ...clockFields(clocks, found),
  };
  const event = { category };
  return noteOf(found, request, { what: 'recategorised', patch, event, tells: 'recategorised' }, keys, now);
}

/**
 * What the complainant thought of it. A bad rating is put before a supervisor.
 *
 * @throws {AppError} `case.transition_not_allowed` unless the case is closed; `request.invalid` for no number of stars
 */
export function planRating(
  found: Case,
  request: CaseRequest,
  { stars, words }: { readonly stars: number; readonly words: string },
  { rules, keys }: { readonly rules: CaseRules; readonly keys: Keys },
  now: Date,
): CaseUpdate {
  if (!Number.isInteger(stars) || stars < 1 || stars > 5) {
    throw new AppError('request.invalid', 'A rating is 1 to 5 stars', { field: 'stars' });
  }
  if (found.status !== 'closed') {
    throw new AppError('case.transition_not_allowed', `Case ${found._id} is ${found.status}`, {
      caseNumber: found._id,
      from: found.status,
      why: 'not_closed',
    });
  }
  const patch: CasePatch = {
    rating: { stars, at: now },
    ...(stars <= BAD_STARS ? reviewFields(found, now, rules) : {}),
  };
  return noteOf(found, request, { what: 'rated', patch, words: words ? { note: words } : {} }, keys, now);
}

/** Another case was merged into this one, or taken out of it again. */
export function planJoined(
  found: Case,
  request: CaseRequest,
  other: string,
  what: 'joined' | 'parted',
  keys: Keys,
  now: Date,
): CaseUpdate {
  return noteOf(found, request, { what, event: { other } }, keys, now);
}
