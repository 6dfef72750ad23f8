import type { Flows } from '../flows/flow.js';
import type { Texts } from '../flows/i18n.js';
import type { Locale } from '../flows/state.js';
import type { Case } from './case.js';
import { statusLabelKey } from './status.js';

/** Shows an instant to people: `Jumat, 27 November 2026`, in their language and the tenant's zone. */
export type ShowDay = (at: Date, locale: Locale) => string;

/** A formatter a locale, made once: making one costs more than a whole message. */
export function createShowDay(timeZone: string): ShowDay {
  const formats = new Map<Locale, Intl.DateTimeFormat>();
  return (at, locale) => {
    const format = formats.get(locale) ?? new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone });
    formats.set(locale, format);
    return format.format(at);
  };
}

/** What its complainant may know of a case, ready for a text: no name, no words of the report. */
export function createDescribeCase(texts: Texts, flows: Flows, showDay: ShowDay) {
  return (found: Case, locale: Locale): Record<string, string> => ({
    number: found._id,
    status: found.status,
    status_label: texts.format(locale, statusLabelKey(found.status)),
    category: flows.categoryLabel(found.category, locale),
    unit: found.unit,
    received: showDay(found.receivedAt, locale),
    verify_by: showDay(found.verifyDueAt, locale),
  });
}
