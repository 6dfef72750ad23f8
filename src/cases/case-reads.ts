import type { Keys } from '../core/crypto.js';
import { caseNumberOf } from '../core/ids.js';
import { findCaseReference } from '../flows/answers/case-reference.js';
import type { Answers, Locale, Params, ReadName, ReadValue } from '../flows/state.js';
import type { ChannelType } from '../messages/message.js';
import { localDate } from './calendar.js';
import type { Case, Reporter } from './case.js';
import { openingOf, verifyBy } from './case-opening.js';
import type { CaseRules } from './case-rules.js';
import type { CaseStore } from './case-store.js';
import type { ShowChronology } from './chronology.js';
import type { OpensByCode } from './code-tries.js';
import type { DescribeCase, ShowDay } from './describe-case.js';
import { createSimilarRead } from './find-duplicate.js';
import type { ReporterStore } from './reporter-store.js';
import { ENDED_STATUSES } from './status.js';

/** What a read may know of the turn that asks. */
export interface ReadContext {
  readonly conversationId: string;
  readonly now: Date;
  readonly locale: Locale;
  /** Where the message that asks came from; absent when nobody wrote. */
  readonly channel?: ChannelType;
}

export type Reads = Readonly<Record<ReadName, (args: Params, context: ReadContext) => Promise<ReadValue>>>;
export type CaseReads = Omit<Reads, 'queue' | 'chat_link' | 'find_link'>;

export interface CaseReadsDeps {
  /** Whether `similar_case` looks at all. */
  readonly offersSimilar: boolean;
  readonly cases: CaseStore;
  readonly reporters: ReporterStore;
  readonly rules: CaseRules;
  readonly keys: Keys;
  readonly opensByCode: OpensByCode;
  readonly describe: DescribeCase;
  readonly showChronology: ShowChronology;
  readonly showDay: ShowDay;
  /** The case that a turn of a conversation asked about. */
  readonly findAsked: (conversationId: string, seq: number) => Promise<string | undefined>;
}

/** Which of somebody's cases a flow is about; a case that doesn't fit is as good as none. */
const OF: Readonly<Record<string, (found: Case, now: Date) => boolean>> = {
  any: () => true,
  resolved: ({ status }) => status === 'resolved',
  needs_info: ({ status }) => status === 'needs_info',
  open: ({ status }) => !ENDED_STATUSES.has(status),
  // an unanswered question may be answered after the case was closed for it
  addable: (found, now) =>
    !ENDED_STATUSES.has(found.status) || (found.outcome === 'no_reply' && isReopenable(found, now)),
  reopenable: (found, now) => found.status === 'resolved' || isReopenable(found, now),
  rateable: ({ status, rating }) => status === 'closed' && rating === undefined,
};

function isReopenable({ status, reopenUntil }: Case, now: Date): boolean {
  return ENDED_STATUSES.has(status) && reopenUntil !== undefined && now <= reopenUntil;
}

const NOT_FOUND: ReadValue = { found: false };
/** Nobody has more cases under way; older ones are found by their number. */
const MAX_LOOKED_AT = 50;
const MAX_LISTED = 5;

/**
 * The look-ups that flows may ask for while deciding.
 *
 * A case opens to its own chats, or to its number with the receipt code; "no such case", "wrong code" and "too many
 * tries" look the same.
 */
export function createCaseReads(deps: CaseReadsDeps): CaseReads {
  const { cases, reporters, describe } = deps;

  const shownTo = (found: Case, { audience }: Reporter, { locale, now }: ReadContext): Answers => ({
    ...describe(found, locale, now),
    // what is asked is asked of its complainant
    ...(audience === 'complainant' ? {} : { waiting: 'nothing', waits_label: '', question: '' }),
    own: true,
  });

  const ownCase = async (number: string, args: Params, { conversationId, now }: ReadContext) => {
    const [found, own] = await Promise.all([cases.find(number), reporters.find(number, conversationId)]);
    return found && own && mayAct(own, args) && fits(args)(found, now) ? { found, own } : undefined;
  };

  return {
    similar_case: deps.offersSimilar ? createSimilarRead(deps) : async () => NOT_FOUND,

    async reserve_case_number(args, { now, locale }) {
      const day = localDate(now, deps.rules.home).slice(2).replaceAll('-', '');
      const opening = openingOf(
        {
          kind: textOf(args['kind']),
          category: textOf(args['category']),
          description: textOf(args['description']),
          place: textOf(args['place']),
          receivedAt: now,
        },
        deps.rules,
      );
      const number = caseNumberOf(day, await cases.nextSequence(day));
      return { found: true, answers: { case_number: number, verify_by: deps.showDay(verifyBy(opening), locale) } };
    },

    async find_case(args, context) {
      const { conversationId, locale, now } = context;
      const number = findCaseReference(textOf(args['number']))?.number ?? '';
      const code = textOf(args['code']).replace(/\D/g, '');
      const own = await ownCase(number, args, context);
      if (own) return { found: true, answers: shownTo(own.found, own.own, context) };
      // what is to be done with a case is done in a chat of its own
      if (args['of'] !== undefined || code === '') return NOT_FOUND;
      if (!(await deps.opensByCode(number, code, conversationId))) return NOT_FOUND;
      const found = await cases.find(number);
      return found ? { found: true, answers: { ...describe(found, locale, now), own: false } } : NOT_FOUND;
    },

    async my_cases(args, context) {
      const { conversationId, now } = context;
      const all = await reporters.ofConversation(conversationId, MAX_LOOKED_AT);
      const mine = all.filter((each) => mayAct(each, args));
      const byNumber = new Map(mine.map((each) => [each.caseNumber, each]));
      const found = await cases.findAll([...byNumber.keys()]);
      const fitting = found
        .filter((each) => fits(args)(each, now))
        .sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
        .slice(0, MAX_LISTED)
        .flatMap((each) => {
          const own = byNumber.get(each._id);
          return own ? [shownTo(each, own, context)] : [];
        });
      const [only, other] = fitting;
      if (!only) return NOT_FOUND;
      const list = fitting
        .map((each, index) => {
          const { number, category_label, status_label, waits_label } = each;
          return `${index + 1}. ${category_label}: ${status_label}${waits_label} (${number})`;
        })
        .join('\n');
      // of several none is meant until it was named
      return { found: true, answers: { ...(other ? {} : only), count: fitting.length, list } };
    },

    async asked_case(args, context) {
      const number = await deps.findAsked(context.conversationId, Number(args['seq']));
      const own = number ? await ownCase(number, args, context) : undefined;
      return own ? { found: true, answers: shownTo(own.found, own.own, context) } : NOT_FOUND;
    },

    async chronology(args, context) {
      const own = await ownCase(textOf(args['number']), { of: 'open' }, context);
      return own ? { found: true, answers: { chronology: deps.showChronology(own.found, context.locale) } } : NOT_FOUND;
    },
  };
}

/** Who supports a case may look at it and add to it; what becomes of it is its complainant's to say. */
function mayAct({ audience }: Reporter, args: Params): boolean {
  return audience === 'complainant' || OPEN_TO_SUPPORTERS.has(textOf(args['of'] ?? 'any'));
}

const OPEN_TO_SUPPORTERS: ReadonlySet<string> = new Set(['any', 'addable']);

function fits(args: Params): (found: Case, now: Date) => boolean {
  return OF[textOf(args['of'] ?? 'any')] ?? (() => false);
}

function textOf(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}
