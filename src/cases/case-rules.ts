import type { Calendar } from './calendar.js';
import { localDate, type Zone } from './calendar.js';
import { type Calendars, getCalendar, loadCalendars } from './calendar-data.js';
import { loadNotices, type NoticeRules } from './notice-rules.js';
import { liveUnit } from './routing.js';
import { loadUnits, type RoutingRules } from './routing-data.js';
import { loadSla, type SlaRules } from './sla-rules.js';

/** Everything an office may set that decides what becomes of its cases. */
export interface CaseRules {
  readonly calendars: Calendars;
  /** Of the tenant: days of case numbers, of receipt, of which units exist. */
  readonly home: Calendar;
  readonly sla: SlaRules;
  readonly routing: RoutingRules;
  readonly notices: NoticeRules;
}

/**
 * Reads the rules in `dir`, at start-up.
 *
 * @param years in which deadlines may fall; see {@link loadCalendars}
 * @throws {AppError} `config.invalid` naming file and line
 */
export function loadCaseRules(dir: string, zone: Zone, years: readonly number[]): CaseRules {
  const calendars = loadCalendars(dir, years);
  return {
    calendars,
    home: getCalendar(calendars, `pemda_${zone.toLowerCase()}`),
    sla: loadSla(dir),
    routing: loadUnits(dir, calendars),
    notices: loadNotices(dir),
  };
}

/** The unit that answers today for a case of `unit`: itself, or whoever took over when it was abolished. */
export function unitNow(unit: string, now: Date, rules: CaseRules): string {
  return liveUnit(unit, rules.routing, localDate(now, rules.home)).id;
}

export function calendarOf(unit: string, now: Date, rules: CaseRules): Calendar {
  const calendar = rules.routing.units[unitNow(unit, now, rules)]?.calendar;
  return calendar ? getCalendar(rules.calendars, calendar) : rules.home;
}

export function unitName(unit: string, now: Date, rules: CaseRules): string {
  const id = unitNow(unit, now, rules);
  return rules.routing.units[id]?.name ?? id;
}
