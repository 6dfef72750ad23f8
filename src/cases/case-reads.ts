import NodeCache from 'node-cache';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { equalSecrets } from '../core/crypto.js';
import { caseNumberOf, receiptCodeOf } from '../core/ids.js';
import type { Locale, Params, ReadName, ReadValue } from '../flows/state.js';
import { localDate } from './calendar.js';
import { openingOf, verifyBy } from './case-opening.js';
import type { CaseRules } from './case-rules.js';
import type { CaseStore } from './case-store.js';
import type { DescribeCase, ShowDay } from './describe-case.js';
import type { ReporterStore } from './reporter-store.js';

/** What a read may know of the turn that asks. */
export interface ReadContext {
  readonly conversationId: string;
  readonly now: Date;
  readonly locale: Locale;
}

export type Reads = Readonly<Record<ReadName, (args: Params, context: ReadContext) => Promise<ReadValue>>>;

const NOT_FOUND: ReadValue = { found: false };
const MAX_LISTED = 5;
const TRIES = 5;
const TRIES_WINDOW_SECONDS = 15 * 60;

/**
 * The look-ups that flows may ask for while deciding.
 *
 * A case opens to its own chat, or to its number with the receipt code; "no such case", "wrong code" and "too many
 * tries" look the same. Five wrong codes in 15 minutes, a case or a requester, close the code way for the rest of it
 * (a 16-digit code has 53 bits, below ASVS 6.6.3's 64, so it must be rate limited).
 */
export function createCaseReads(deps: {
  cases: CaseStore;
  keys: Keys;
  clock: Clock;
  describe: DescribeCase;
  reporters: ReporterStore;
  rules: CaseRules;
  showDay: ShowDay;
}): Reads {
  const { cases, reporters, keys, describe } = deps;
  const wrongTries = new NodeCache({ stdTTL: TRIES_WINDOW_SECONDS, useClones: false });

  const countWrong = (key: string) => {
    const before = wrongTries.get<number>(key) ?? 0;
    // keeps the first try's end of window, so that trying on doesn't lock a case's owner out for ever
    const endsAt = wrongTries.getTtl(key);
    const ttl = endsAt ? Math.max(1, (endsAt - deps.clock.now().getTime()) / 1000) : TRIES_WINDOW_SECONDS;
    wrongTries.set(key, before + 1, ttl);
  };
  const tooMany = (key: string) => (wrongTries.get<number>(key) ?? 0) >= TRIES;

  const opensByCode = (number: string, code: string, conversationId: string): boolean => {
    const keysTried = [`case:${number}`, `by:${conversationId}`];
    const right = equalSecrets(code, receiptCodeOf(keys.receiptKey, number));
    if (keysTried.some(tooMany)) return false;
    if (!right) keysTried.forEach(countWrong);
    return right;
  };

  return {
    async reserve_case_number(args, context) {
      const { now, locale } = context;
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
      const number = String(args['number'] ?? '').toUpperCase();
      const code = String(args['code'] ?? '').replace(/\D/g, '');
      const [found, own] = await Promise.all([cases.find(number), reporters.find(number, context.conversationId)]);
      const opened = own !== undefined || (code !== '' && opensByCode(number, code, context.conversationId));
      return found && opened ? { found: true, answers: describe(found, context.locale, context.now) } : NOT_FOUND;
    },

    async my_cases(_args, context) {
      const mine = await reporters.ofConversation(context.conversationId, MAX_LISTED);
      const all = await cases.findAll(mine.map(({ caseNumber }) => caseNumber));
      const shown = all
        .sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
        .map((each) => describe(each, context.locale, context.now));
      const [newest] = shown;
      if (!newest) return NOT_FOUND;
      const list = shown.map(({ number, status_label }) => `${number}: ${status_label}`).join('\n');
      return { found: true, answers: { ...newest, count: shown.length, list } };
    },
  };
}

function textOf(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}
