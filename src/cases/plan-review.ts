import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Case } from './case.js';
import type { CaseRules } from './case-rules.js';
import { type CasePatch, type CaseUpdate, clockFields } from './case-update.js';
import type { CaseRequest } from './change-request.js';
import { noteOf } from './plan-note.js';
import { endReview, reviewFields } from './review-clock.js';

interface ReviewDeps {
  readonly rules: CaseRules;
  readonly keys: Keys;
}

/** Somebody learned who is behind a case: a supervisor must look at why. Nobody else is told. */
export function planRevealed(
  found: Case,
  request: CaseRequest,
  reason: string,
  { rules, keys }: ReviewDeps,
  now: Date,
): CaseUpdate {
  const patch = reviewFields(found, now, rules);
  return noteOf(found, request, { what: 'revealed', patch, words: { reason } }, keys, now);
}

/**
 * A supervisor has looked at what was rated badly or revealed.
 *
 * @throws {AppError} `request.invalid` without words, when nothing waits to be looked at, or from whoever revealed it
 * or isn't a supervisor
 */
export function planReviewed(
  found: Case,
  request: CaseRequest,
  note: string,
  { keys }: ReviewDeps,
  now: Date,
): CaseUpdate {
  const refuse = (field: string, message: string) => new AppError('request.invalid', message, { field });
  if (found.reviewAt === undefined) throw refuse('number', `Nothing of case ${found._id} waits to be looked at`);
  if (request.by.role !== 'supervisor') throw refuse('by', 'A supervisor must look at it');
  if (note.trim() === '') throw refuse('note', 'Say what you found');
  const revealed = found.history.filter(({ what, at }) => what === 'revealed' && at >= (found.reviewAt ?? at));
  if (revealed.some(({ by }) => by.id === request.by.id))
    throw refuse('by', 'Somebody else than the one who revealed it must look');
  const patch: CasePatch = { reviewAt: undefined, ...clockFields(endReview(found.clocks, now), found) };
  return noteOf(found, request, { what: 'reviewed', patch, words: { note } }, keys, now);
}
