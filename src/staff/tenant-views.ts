import type { RoutingRules } from '../cases/routing-data.js';
import type { SlaRules, SlaTarget } from '../cases/sla-rules.js';
import type { Categories, WeightedPhrases } from '../classification/categories.js';
import type { CalendarView, CategoriesView, SlaView, TemplatesView, UnitsView } from './api/admin.js';
import type { RawCalendars, RawTemplates, RawYear } from './tenant-raw.js';

/** What each file says, laid out for a page; how the file itself stands is put beside it by the route. */

export function unitsView(
  { helpdesk, units, agencies, external }: RoutingRules,
  staffOf: (unit: string) => number,
): Omit<UnitsView, 'file'> {
  return {
    helpdesk,
    units: Object.entries(units).map(([id, unit]) => ({ id, ...unit, staff: staffOf(id) })),
    agencies: Object.entries(agencies).map(([id, { name, address, unverified }]) => ({
      id,
      name,
      address: Object.fromEntries(
        Object.entries(address).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      ),
      unverified,
    })),
    external: external.map((each) => ({ ...each })),
  };
}

export function categoriesView(
  { categories, dangers }: Categories,
  { units }: Pick<RoutingRules, 'units'>,
): Omit<CategoriesView, 'file'> {
  const unitFor = (id: string) => Object.values(units).find((each) => each.categories.includes(id))?.name ?? '';
  return {
    categories: [...categories.values()].map(({ id, label, restricted, broad, examples, rules }) => ({
      id,
      labels: labelsOf(label),
      unit: unitFor(id),
      restricted,
      broad,
      examples: [...examples],
      keywords: keywordsOf(rules),
    })),
    dangers: [...dangers.values()].map(({ kind, label, numbers, category, words, guards }) => ({
      id: kind,
      labels: labelsOf(label),
      numbers: [...numbers],
      category,
      words: [...words],
      guards: [...guards],
    })),
  };
}

function keywordsOf(rules: WeightedPhrases): CategoriesView['categories'][number]['keywords'] {
  return [...rules].map(([weight, words]) => ({ weight, words: [...words] })).sort((a, b) => b.weight - a.weight);
}

function labelsOf(label: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(label).flatMap(([locale, text]) => (text === undefined ? [] : [[locale, text]])),
  );
}

type Clock = SlaView['clocks'][number];

export function slaView(rules: SlaRules): Omit<SlaView, 'file'> {
  const { process, substance, categories, escalation, dueSoonShare, repeatDays, reopenWithin, appealWithin } = rules;
  const clocksOf = (
    group: 'process' | 'substance',
    of: Readonly<
      Record<
        string,
        SlaRules['process']['confirm'] | SlaRules['process']['verify'] | SlaRules['process']['first_response']
      >
    >,
  ): Clock[] =>
    Object.entries(of).map(([name, { targets, ...rest }]) => ({
      at: [group, name],
      group,
      name,
      targets: targets.map(targetOf),
      ...rest,
    }));
  return {
    clocks: [
      ...clocksOf('process', process),
      ...clocksOf('substance', substance),
      ...Object.entries(categories).flatMap(([category, { targets = {} }]) =>
        Object.entries(targets).map(
          ([name, list]): Clock => ({
            at: ['categories', category, 'targets', name],
            group: 'category',
            name,
            category,
            targets: (list ?? []).map(targetOf),
          }),
        ),
      ),
    ],
    escalation: escalation.map((each) => ({ ...each })),
    dueSoonShare,
    repeatDays,
    reopenWithin,
    appealWithin,
  };
}

function targetOf({ effectiveOn, amount, unit, basis, unverified = false }: SlaTarget): Clock['targets'][number] {
  return { effectiveOn, amount, unit, basis, unverified };
}

export function calendarView(
  { hours, calendars }: RawCalendars,
  warnings: readonly string[],
): Omit<CalendarView, 'file' | 'years'> {
  return {
    hours: Object.entries(hours).map(([id, each]) => ({ id, ...each })),
    calendars: Object.entries(calendars).map(([id, each]) => ({ id, ...each })),
    warnings: [...warnings],
  };
}

export function yearView(year: RawYear): Omit<CalendarView['years'][number], 'file'> {
  return year;
}

export function templatesView({ templates }: RawTemplates): Omit<TemplatesView, 'file'> {
  return {
    templates: Object.entries(templates).map(([name, { parameters, languages }]) => ({
      name,
      parameters,
      languages: Object.entries(languages).map(([locale, each]) => ({ locale, ...each })),
    })),
  };
}
