import type { Flows } from '../flows/flow.js';
import type { Texts } from '../flows/i18n.js';
import type { Locale, Params } from '../flows/state.js';
import { timeZoneOf, type Zone } from './calendar.js';
import type { Case, NoticeValues } from './case.js';
import { type CaseRules, calendarOf, unitName } from './case-rules.js';
import { createShowDay, type ShowDay } from './describe-case.js';
import type { NoticeParam } from './notice-events.js';
import { statusLabelKey } from './status.js';

const ADDRESS_PARTS = ['phone', 'whatsapp', 'app', 'web', 'office'] as const;

/** The values of a notice as people of a language read them. */
export type ShowValues = (
  found: Pick<Case, '_id' | 'unit' | 'status'>,
  values: NoticeValues,
  locale: Locale,
) => Params & Readonly<Partial<Record<NoticeParam, string>>>;

/** Days are those of the case's office: 27 March in Jayapura begins while it is 26 March in Jakarta. */
export function createShowValues(texts: Texts, flows: Flows, rules: CaseRules): ShowValues {
  const days = new Map<Zone, ShowDay>();
  const showDay = (zone: Zone): ShowDay => {
    const known = days.get(zone) ?? createShowDay(timeZoneOf(zone));
    days.set(zone, known);
    return known;
  };

  const addressOf = ({ address, agency }: NoticeValues, locale: Locale): string => {
    if (address) return address;
    const known = agency?.id === undefined ? undefined : rules.routing.agencies[agency.id]?.address;
    const parts = ADDRESS_PARTS.flatMap((part) => {
      const value = known?.[part];
      return value ? [texts.format(locale, `case_address.${part}`, { value })] : [];
    });
    return parts.join(', ');
  };

  return (found, values, locale) => {
    const { whenAt, category, agency } = values;
    const at = whenAt ? new Date(whenAt) : undefined;
    const unit = values.unit ?? found.unit;
    const when = at ? showDay(calendarOf(unit, at, rules).zone)(at, locale) : '';
    return {
      number: found._id,
      unit: agency?.name ?? unitName(unit, at ?? new Date(0), rules),
      when,
      agency: agency?.name ?? '',
      address: addressOf(values, locale),
      category: category ? flows.categoryLabel(category, locale) : '',
      reason: values.reason ?? (values.reasonKey ? texts.format(locale, values.reasonKey) : ''),
      question: values.question ?? '',
      result: values.result ?? '',
      note: values.note ?? '',
      appeal: values.appeal ?? '',
      other_number: values.otherNumber ?? '',
      status_label: texts.format(locale, statusLabelKey(found.status)),
    };
  };
}
