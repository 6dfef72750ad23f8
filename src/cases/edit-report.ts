import { Binary } from 'mongodb';
import { type Keys, open, seal } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Case, CaseReport } from './case.js';
import { type CaseUpdate, openWords } from './case-update.js';
import type { CaseRequest } from './change-request.js';
import { marksOf } from './matter-marks.js';
import { noteOf } from './plan-note.js';
import { reportTokens } from './search-words.js';

/** What staff put right in a report; the citizen's own words stay as they were in their chat. */
export interface ReportEdit {
  readonly description?: string | undefined;
  readonly place?: string | undefined;
  readonly reason: string;
}

/** Staff put a report right, for a reason. @throws {AppError} `request.invalid` when nothing would be different */
export function planReportEdit(
  found: Case,
  request: CaseRequest,
  { description, place, reason }: ReportEdit,
  keys: Keys,
  now: Date,
): CaseUpdate {
  const before = open<CaseReport>(keys, found._id, found.report.buffer);
  const after: CaseReport = {
    ...before,
    ...(description === undefined ? {} : { description }),
    // a point on the map is of the place it was given for
    ...(place === undefined || place === before.place?.text ? {} : { place: { type: 'place', text: place } }),
  };
  if (after.description === before.description && after.place === before.place)
    throw new AppError('request.invalid', 'Nothing is different', { field: 'description' });
  const patch = {
    report: new Binary(seal(keys, found._id, after)),
    tokens: reportTokens(keys, found.circle, after, addedWords(found, keys)),
    ...(found.restricted ? {} : { marks: marksOf(keys, after) }),
  };
  return noteOf(found, request, { what: 'edited', patch, words: { reason } }, keys, now);
}

function addedWords(found: Case, keys: Keys): string[] {
  const added = found.history.filter(({ what }) => what === 'added');
  return added.flatMap((event) => openWords(keys, found._id, event).note ?? []);
}
