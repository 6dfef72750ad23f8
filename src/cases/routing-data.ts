import { join } from 'node:path';
import { z } from 'zod';
import type { Calendars } from './calendar-data.js';
import { daySchema, invalidData, keySchema, loadDataFile } from './data-file.js';

const names = z.array(z.string().min(1)).min(1);

const unitSchema = z.strictObject({
  name: z.string().min(1),
  calendar: keySchema,
  categories: z.array(keySchema).min(1),
  regions: names.optional(),
  alsoCalled: names.optional(),
  restricted: z.boolean().default(false),
  abolishedOn: daySchema.optional(),
  successor: keySchema.optional(),
});

const agencySchema = z.strictObject({
  name: z.string().min(1),
  address: z
    .strictObject({
      phone: z.string().optional(),
      whatsapp: z.string().optional(),
      web: z.string().optional(),
      app: z.string().optional(),
      office: z.string().optional(),
    })
    .refine((address) => Object.keys(address).length > 0, 'an agency needs an address people can go to'),
  unverified: z.boolean().default(false),
});

/** Whose road it is decides who mends it (UU 38/2004 on roads). */
export const ROAD_OWNERS = ['nasional', 'provinsi', 'kota'] as const;
export type RoadOwner = (typeof ROAD_OWNERS)[number];

const externalSchema = z.strictObject({
  agency: keySchema,
  categories: z.array(keySchema).min(1),
  roadOwner: z.enum(ROAD_OWNERS).optional(),
  words: names.optional(),
});

const unitsSchema = z
  .strictObject({
    version: z.literal(1),
    helpdesk: keySchema,
    units: z.record(keySchema, unitSchema),
    agencies: z.record(keySchema, agencySchema),
    external: z.array(externalSchema),
  })
  .superRefine((file, ctx) => {
    const refuse = (path: (string | number)[], message: string) => ctx.addIssue({ code: 'custom', path, message });
    const helpdesk = file.units[file.helpdesk];
    if (!helpdesk) refuse(['helpdesk'], `no unit called "${file.helpdesk}"`);
    if (helpdesk?.abolishedOn) refuse(['helpdesk'], 'the helpdesk must not be abolished; name another one first');
    for (const [id, unit] of Object.entries(file.units)) {
      if (unit.abolishedOn && !unit.successor) refuse(['units', id], 'an abolished unit needs a successor');
      if (unit.successor && !unit.abolishedOn) refuse(['units', id], 'a successor needs abolishedOn');
      if (unit.successor && !file.units[unit.successor])
        refuse(['units', id, 'successor'], `no unit called "${unit.successor}"`);
      if (succeedsItself(id, file.units)) refuse(['units', id, 'successor'], 'successors must not go in a circle');
    }
    for (const [index, { agency }] of file.external.entries()) {
      if (!file.agencies[agency]) refuse(['external', index, 'agency'], `no agency called "${agency}"`);
    }
  });

function succeedsItself(id: string, units: Readonly<Record<string, Unit>>): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined; at = units[at]?.successor) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

export type Unit = z.infer<typeof unitSchema>;
export type Agency = z.infer<typeof agencySchema>;
export type RoutingRules = Readonly<z.infer<typeof unitsSchema>>;

/**
 * Reads `units.yaml` in `dir`.
 *
 * @throws {AppError} `config.invalid` naming file and line, also when a unit's calendar isn't among `calendars`
 */
export function loadUnits(dir: string, calendars: Calendars): RoutingRules {
  const path = join(dir, 'units.yaml');
  const rules = loadDataFile(path, unitsSchema);
  const lost = Object.entries(rules.units).filter(([, { calendar }]) => !calendars.byId.has(calendar));
  if (lost.length > 0)
    throw invalidData(
      path,
      lost.map(([id, { calendar }]) => `units.${id}: no calendar called "${calendar}"`),
    );
  return rules;
}
