import type { Keys } from '../core/crypto.js';
import type { Flows } from '../flows/flow.js';
import type { Texts } from '../flows/i18n.js';
import type { Locale } from '../flows/state.js';
import type { Case, EventWords } from './case.js';
import { type CaseRules, unitName } from './case-rules.js';
import { openWords } from './case-update.js';
import { laterOf } from './notice-values.js';
import { findOpen } from './sla-clock.js';
import { type CaseStatus, outcomeLabelKey, statusLabelKey } from './status.js';

/** Shows an instant to people: `Jumat, 27 November 2026`, in their language and the tenant's zone. */
export type ShowDay = (at: Date, locale: Locale) => string;

/** `dateStyle: full` would write 1 December as 01 in Indonesian, as no person does. */
const DAY = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;

/** A formatter a locale, made once: making one costs more than a whole message. */
export function createShowDay(timeZone: string): ShowDay {
  const formats = new Map<Locale, Intl.DateTimeFormat>();
  return (at, locale) => {
    const format = formats.get(locale) ?? new Intl.DateTimeFormat(locale, { ...DAY, timeZone });
    formats.set(locale, format);
    return format.format(at);
  };
}

/** What a case waits for from its complainant, if it does. */
export type Waiting = 'info' | 'confirm' | 'nothing';

export interface DescribeDeps {
  readonly texts: Texts;
  readonly flows: Flows;
  readonly showDay: ShowDay;
  readonly rules: CaseRules;
  readonly keys: Keys;
}

export type DescribeCase = (found: Case, locale: Locale, now: Date) => Record<string, string>;

/** What its complainant may know of a case, ready for a text: no name, no words of the report. */
export function createDescribeCase({ texts, flows, showDay, rules, keys }: DescribeDeps): DescribeCase {
  return (found, locale, now) => {
    const day = (at: Date | undefined) => (at ? showDay(at, locale) : '');
    const lastWords = (name: keyof EventWords) =>
      found.history.reduce((last, event) => openWords(keys, found._id, event)[name] ?? last, '');
    const silence = findOpen(found.clocks, 'info') ?? findOpen(found.clocks, 'confirm');
    return {
      number: found._id,
      status: found.status,
      status_label: texts.format(locale, statusLabelKey(found.status)),
      category_label: flows.categoryLabel(found.category, locale),
      unit: found.agency?.name ?? unitName(found.unit, now, rules),
      received_on: day(found.receivedAt),
      due_on: day(laterOf(found.dueAt, found.promisedAt) ?? silence?.dueAt),
      reopen_by: day(found.reopenUntil && found.reopenUntil > now ? found.reopenUntil : undefined),
      waiting: waitingOf(found),
      waits_label: waitingOf(found) === 'nothing' ? '' : texts.format(locale, 'status.waits'),
      question: found.status === 'needs_info' ? lastWords('question') : '',
      result: RESULT_STATUSES.has(found.status) ? lastWords('result') : '',
      reason: REASON_STATUSES.has(found.status) ? lastWords('reason') : '',
      outcome_label: found.outcome ? texts.format(locale, outcomeLabelKey(found.outcome)) : '',
      other_number: found.mergedInto ?? '',
    };
  };
}

const RESULT_STATUSES: ReadonlySet<CaseStatus> = new Set(['resolved', 'closed']);
const REASON_STATUSES: ReadonlySet<CaseStatus> = new Set(['rejected', 'transferred']);

function waitingOf({ status }: Case): Waiting {
  if (status === 'needs_info') return 'info';
  return status === 'resolved' ? 'confirm' : 'nothing';
}
