import type { Calendar } from '../../src/cases/calendar.js';
import { type Calendars, getCalendar, loadCalendars } from '../../src/cases/calendar-data.js';
import { loadSla } from '../../src/cases/sla-rules.js';

/** The data files that ship with the project: what is tested here is what an office starts with. */
export const FLOWS_DIR = new URL('../../flows', import.meta.url).pathname;

export const calendars: Calendars = loadCalendars(FLOWS_DIR, [2026]);
export const sla = loadSla(FLOWS_DIR);

export function calendar(id: string): Calendar {
  return getCalendar(calendars, id);
}

/** Local time in the calendar's zone, as `2026-03-27 16:30`. */
export function local(at: Date, { offsetMs }: Calendar): string {
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** The instant of a local time written `2026-03-27 16:30`. */
export function at(text: string, { offsetMs }: Calendar): Date {
  return new Date(Date.parse(`${text.replace(' ', 'T')}:00Z`) - offsetMs);
}
