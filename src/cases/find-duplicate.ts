import { type Keys, open } from '../core/crypto.js';
import type { Params, ReadValue } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import type { Case, CaseReport } from './case.js';
import type { ReadContext } from './case-reads.js';
import type { CaseStore } from './case-store.js';
import type { DescribeCase } from './describe-case.js';
import { marksToAsk } from './matter-marks.js';
import type { ReporterStore } from './reporter-store.js';
import { likenessOf } from './similar-cases.js';
import { ENDED_STATUSES } from './status.js';

/** The same matter may be reported again after this; then it is a new one. */
const WINDOW_MS = 30 * 24 * 60 * 60 * 1000;
/** Newest cases looked at for each mark: a street name alone has many. */
const PER_MARK = 10;
const MAX_COMPARED = 60;
/** So alike, whoever filed one and the same person filing again most likely mean one matter. */
const SAME_FROM = 0.6;
const SAME_OF_ONE_PERSON_FROM = 0.5;

export interface DuplicateDeps {
  readonly cases: Pick<CaseStore, 'withMark' | 'withPicture'>;
  readonly reporters: Pick<ReporterStore, 'find'>;
  readonly keys: Keys;
  readonly describe: DescribeCase;
}

/**
 * The look-up `similar_case`: a case about what is going to be filed, of the same category, under way, not restricted;
 * one of the same chat before one of others. By indexes on marks and pictures, so its cost doesn't grow with history.
 *
 * @returns its number, day and status, and whether it is the asker's own; nothing of who reported it or in which words
 */
export function createSimilarRead(deps: DuplicateDeps): (args: Params, context: ReadContext) => Promise<ReadValue> {
  return async (args, { conversationId, now, locale }) => {
    const report = reportOf(args);
    const pictures = String(args['pictures'] ?? '')
      .split(' ')
      .filter((hash) => hash !== '');
    const evidence = pictures.map((sha256): Attachment => ({ kind: 'image', sha256 }));
    const found = await candidates(deps, report, pictures, now);
    const alike = found
      .filter((each) => each.category === args['category'] && !each.restricted && !ENDED_STATUSES.has(each.status))
      .map((each) => ({ each, likeness: likenessOf(report, { evidence }, openReport(deps.keys, each), each) }))
      .filter(({ likeness }) => likeness >= SAME_OF_ONE_PERSON_FROM)
      .sort((a, b) => b.likeness - a.likeness);
    let others: Case | undefined;
    for (const { each, likeness } of alike) {
      if (await deps.reporters.find(each._id, conversationId)) return answer(deps.describe(each, locale, now), true);
      if (likeness >= SAME_FROM) others ??= each;
    }
    return others === undefined ? { found: false } : answer(deps.describe(others, locale, now), false);
  };
}

async function candidates(
  { cases, keys }: DuplicateDeps,
  report: CaseReport,
  pictures: readonly string[],
  now: Date,
): Promise<Case[]> {
  const since = new Date(now.getTime() - WINDOW_MS);
  const found = await Promise.all([
    ...pictures.map((sha256) => cases.withPicture(sha256, PER_MARK)),
    ...marksToAsk(keys, report).map((mark) => cases.withMark(mark, since, PER_MARK)),
  ]);
  return [...new Map(found.flat().map((each) => [each._id, each])).values()].slice(0, MAX_COMPARED);
}

function reportOf(args: Params): CaseReport {
  const { place, latitude, longitude } = args;
  const spot = typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : {};
  return {
    description: String(args['description'] ?? ''),
    evidenceWords: [],
    ...(place === undefined ? {} : { place: { type: 'place', text: String(place), ...spot } }),
  };
}

function openReport(keys: Keys, { _id, report }: Case): CaseReport {
  return open<CaseReport>(keys, _id, report.buffer);
}

function answer(described: ReturnType<DescribeCase>, own: boolean): ReadValue {
  const { number = '', received_on = '', status_label = '' } = described;
  return { found: true, answers: { number, own, similar_on: received_on, similar_status: status_label } };
}
