import { parse } from 'yaml';
import { z } from 'zod';

/**
 * What the loaders turn into something else, as it stands in the file: hours as they are written, days by name. Only
 * for texts that the loaders have taken already.
 */
const Day = z.object({ on: z.string(), name: z.string() });
const Week = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

const YearFile = z.object({
  year: z.number(),
  basis: z.string(),
  holidays: z.array(Day),
  jointLeave: z.array(Day),
  ramadan: z.object({ from: z.string(), to: z.string(), unverified: z.boolean().default(false) }),
});
export type RawYear = z.infer<typeof YearFile>;

const CalendarsFile = z.object({
  hours: z.record(
    z.string(),
    z.object({ basis: z.string(), unverified: z.boolean().default(false), week: Week, ramadan: Week.optional() }),
  ),
  calendars: z.record(
    z.string(),
    z.object({ zone: z.string(), hours: z.string(), closedOn: z.array(Day).default([]) }),
  ),
});
export type RawCalendars = z.infer<typeof CalendarsFile>;

const TemplatesFile = z.object({
  templates: z.record(
    z.string(),
    z.object({
      parameters: z.array(z.string()),
      languages: z.record(z.string(), z.object({ body: z.string(), buttons: z.array(z.string()).default([]) })),
    }),
  ),
});
export type RawTemplates = z.infer<typeof TemplatesFile>;

export function readYear(text: string): RawYear {
  return YearFile.parse(parse(text));
}

export function readCalendars(text: string): RawCalendars {
  return CalendarsFile.parse(parse(text));
}

export function readTemplates(text: string): RawTemplates {
  return TemplatesFile.parse(parse(text));
}
