import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../core/errors.js';
import { type Calendar, dayNumber, offsetMsOf, type Period, weekdayOf } from './calendar.js';
import { daySchema, invalidData, keySchema, loadDataFile, timeSchema } from './data-file.js';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const periodsSchema = z
  .array(z.tuple([timeSchema, timeSchema]).transform(([startMs, endMs]): Period => ({ startMs, endMs })))
  .superRefine((periods, ctx) => {
    let openUntil = -1;
    for (const { startMs, endMs } of periods) {
      if (endMs <= startMs) ctx.addIssue({ code: 'custom', message: 'a period must end after it starts' });
      if (startMs < openUntil) ctx.addIssue({ code: 'custom', message: 'periods of a day must be in order, apart' });
      openUntil = endMs;
    }
  });

const weekSchema = z
  .strictObject(Object.fromEntries(WEEKDAYS.map((name) => [name, periodsSchema.optional()])))
  .transform((week) => WEEKDAYS.map((name) => week[name] ?? []))
  .refine((week) => week.some((periods) => periods.length > 0), 'a week needs at least one working period');

const calendarsSchema = z.strictObject({
  hours: z.record(
    keySchema,
    z.strictObject({
      basis: z.string(),
      unverified: z.boolean().optional(),
      week: weekSchema,
      ramadan: weekSchema.optional(),
    }),
  ),
  calendars: z.record(
    keySchema,
    z.strictObject({
      zone: z.enum(['WIB', 'WITA', 'WIT']),
      hours: keySchema,
      observes: z
        .strictObject({ holidays: z.boolean(), jointLeave: z.boolean() })
        .default({ holidays: true, jointLeave: true }),
      closedOn: z.array(z.strictObject({ on: daySchema, name: z.string() })).default([]),
    }),
  ),
  everyYear: z.array(z.strictObject({ on: z.string().regex(/^\d{2}-\d{2}$/, 'must be "MM-DD"'), name: z.string() })),
});

const dayListSchema = z.array(z.strictObject({ on: daySchema, name: z.string().min(1) }));

const yearSchema = z
  .strictObject({
    year: z.number().int().min(2000).max(2999),
    basis: z.string(),
    count: z.strictObject({ holidays: z.number().int(), jointLeave: z.number().int() }),
    holidays: dayListSchema,
    jointLeave: dayListSchema,
    ramadan: z
      .strictObject({ from: daySchema, to: daySchema, unverified: z.boolean().optional(), basis: z.string() })
      .refine(({ from, to }) => from < to, 'Ramadan must end after it starts'),
  })
  .superRefine((file, ctx) => {
    const days = [...file.holidays, ...file.jointLeave].map(({ on }) => on);
    const refuse = (message: string) => ctx.addIssue({ code: 'custom', message });
    for (const on of [...days, file.ramadan.from, file.ramadan.to]) {
      if (!on.startsWith(`${file.year}-`)) refuse(`${on} is not in ${file.year}`);
    }
    for (const on of days.filter((each, index) => days.indexOf(each) !== index)) refuse(`${on} is listed twice`);
    // the decree names how many there are, so a line lost while copying it shows at once
    for (const list of ['holidays', 'jointLeave'] as const) {
      if (file[list].length !== file.count[list])
        refuse(`${list} has ${file[list].length} days, count says ${file.count[list]}`);
    }
  });

export type HolidayYear = z.infer<typeof yearSchema>;
type CalendarsFile = z.infer<typeof calendarsSchema>;

export interface Calendars {
  readonly byId: ReadonlyMap<string, Calendar>;
  /** Years whose decree is loaded, in order. */
  readonly years: readonly number[];
  /** What must be told loudly at start-up: years needed but without a decree. */
  readonly warnings: readonly string[];
}

/**
 * Reads `calendars.yaml` and `holidays/<year>.yaml` in `dir`, and makes one calendar of each entry.
 *
 * @param needed years in which deadlines may fall; each one without a file becomes a warning, and in it only the
 * holidays of fixed date and weekends are known
 * @throws {AppError} `config.invalid` naming file and line
 */
export function loadCalendars(dir: string, needed: readonly number[]): Calendars {
  const path = join(dir, 'calendars.yaml');
  const file = loadDataFile(path, calendarsSchema);
  const years = loadYears(join(dir, 'holidays'));
  const unknown = Object.entries(file.calendars).filter(([, { hours }]) => !Object.hasOwn(file.hours, hours));
  if (unknown.length > 0)
    throw invalidData(
      path,
      unknown.map(([id, { hours }]) => `calendars.${id}: no hours called "${hours}"`),
    );
  const missing = needed.filter((year) => !years.some((each) => each.year === year));
  return {
    byId: new Map(Object.keys(file.calendars).map((id) => [id, toCalendar(id, file, years)])),
    years: years.map(({ year }) => year),
    warnings: missing.map(
      (year) =>
        `no holidays for ${year}: add ${join('holidays', `${year}.yaml`)} from the joint decree; dates in ${year} are provisional`,
    ),
  };
}

/** @throws {AppError} `config.invalid` when there is none of that name */
export function getCalendar(calendars: Calendars, id: string): Calendar {
  const calendar = calendars.byId.get(id);
  if (!calendar) throw new AppError('config.invalid', `no calendar called "${id}"`, { calendar: id });
  return calendar;
}

function loadYears(dir: string): HolidayYear[] {
  if (!existsSync(dir)) return [];
  const names = readdirSync(dir).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => {
    const path = join(dir, name);
    const year = loadDataFile(path, yearSchema);
    if (name !== `${year.year}.yaml`)
      throw invalidData(path, [`year: the file is called ${name} but holds ${year.year}`]);
    return year;
  });
}

function toCalendar(id: string, file: CalendarsFile, years: readonly HolidayYear[]): Calendar {
  const entry = file.calendars[id];
  const hours = entry && file.hours[entry.hours];
  if (!entry || !hours) throw new RangeError(`no calendar ${id}`);
  const known = new Set(years.map(({ year }) => year));
  const closed = new Set(entry.closedOn.map(({ on }) => dayNumber(on)));
  for (const year of years) {
    if (entry.observes.holidays) for (const { on } of year.holidays) closed.add(dayNumber(on));
    if (entry.observes.jointLeave) for (const { on } of year.jointLeave) closed.add(dayNumber(on));
  }
  const everyYear = new Set(entry.observes.holidays ? file.everyYear.map(({ on }) => on) : []);
  const fasting = years.map(({ ramadan }) => ({ from: dayNumber(ramadan.from), to: dayNumber(ramadan.to) }));
  const { week, ramadan = week } = hours;

  const isDayOff = (day: number): boolean => {
    if (closed.has(day)) return true;
    const on = dayText(day);
    return !known.has(Number(on.slice(0, 4))) && everyYear.has(on.slice(5));
  };
  const findPeriods = (day: number): readonly Period[] => {
    if (isDayOff(day)) return [];
    const isFasting = fasting.some(({ from, to }) => day >= from && day <= to);
    return (isFasting ? ramadan : week)[weekdayOf(day)] ?? [];
  };
  // a day is looked up for every case that passes over it, and there are few hundred days in use
  const seen = new Map<number, readonly Period[]>();
  return {
    id,
    zone: entry.zone,
    offsetMs: offsetMsOf(entry.zone),
    knows: (day) => known.has(Number(dayText(day).slice(0, 4))),
    periodsOn(day) {
      let periods = seen.get(day);
      if (!periods) {
        periods = findPeriods(day);
        if (seen.size >= MAX_SEEN_DAYS) seen.clear();
        seen.set(day, periods);
      }
      return periods;
    },
  };
}

const MAX_SEEN_DAYS = 5_000;

function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
