import { join } from 'node:path';
import { z } from 'zod';
import { daySchema, keySchema, loadDataFile } from './data-file.js';

export const CLOCK_NAMES = ['first_response', 'verify', 'follow_up', 'substance', 'confirm', 'info', 'review'] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

/** What decides the substance target. `pengawasan` is a complaint that needs examination. */
export const SUBSTANCE_KINDS = ['informasi', 'pengaduan', 'pengawasan', 'aspirasi'] as const;
export type SubstanceKind = (typeof SUBSTANCE_KINDS)[number];

export const LEVELS = ['agent', 'coordinator', 'supervisor', 'leader'] as const;
/** A rung of the escalation ladder. `leader` heads the unit and is not a role in the console. */
export type Level = (typeof LEVELS)[number];

const days = z.number().int().positive().max(1000);
const unitSchema = z.enum(['working_days', 'calendar_days', 'hours', 'working_hours']);
const spanSchema = z.strictObject({ amount: z.number().int().positive().max(10_000), unit: unitSchema });
const targetSchema = spanSchema.extend({
  effectiveOn: daySchema,
  basis: z.string().min(1),
  unverified: z.boolean().optional(),
});

const targetsSchema = z
  .array(targetSchema)
  .min(1)
  .refine(
    (list) => new Set(list.map(({ effectiveOn }) => effectiveOn)).size === list.length,
    'two versions start on the same day',
  )
  .transform((list) => list.toSorted((a, b) => a.effectiveOn.localeCompare(b.effectiveOn)));

const plainClock = z.strictObject({ targets: targetsSchema });
const workClock = plainClock.extend({ interimDays: days });
const silenceClock = plainClock.extend({ remindAfterDays: days });
const substanceClock = workClock.extend({ reopenedDays: days });

const rulesSchema = z.strictObject({
  version: z.literal(1),
  process: z.strictObject({
    first_response: plainClock,
    verify: workClock,
    follow_up: workClock,
    confirm: silenceClock,
    info: silenceClock,
    review: plainClock,
  }),
  substance: z.strictObject({
    informasi: substanceClock,
    pengaduan: substanceClock,
    pengawasan: substanceClock,
    aspirasi: substanceClock,
  }),
  categories: z.record(
    keySchema,
    z.strictObject({
      kind: z.enum(SUBSTANCE_KINDS).optional(),
      targets: z.partialRecord(z.enum(CLOCK_NAMES), targetsSchema).optional(),
    }),
  ),
  dueSoonShare: z.number().gt(0).lt(1),
  escalation: z
    .array(z.strictObject({ to: z.enum(LEVELS), afterDays: z.number().int().min(0) }))
    .min(1)
    .superRefine((ladder, ctx) => {
      for (const [index, rung] of ladder.entries()) {
        const before = ladder[index - 1];
        if (before && (before.afterDays >= rung.afterDays || LEVELS.indexOf(before.to) >= LEVELS.indexOf(rung.to))) {
          ctx.addIssue({
            code: 'custom',
            path: [index],
            message: 'each rung must be later and higher than the one before',
          });
        }
      }
      if (ladder.at(-1)?.to !== 'leader') ctx.addIssue({ code: 'custom', message: 'the last rung must be the leader' });
    }),
  repeatDays: days,
  reopenWithin: spanSchema,
  appealWithin: spanSchema,
  ombudsman: z.strictObject({ breachOf: z.array(z.enum(CLOCK_NAMES)), reopenings: z.number().int().positive() }),
});

export type SlaRules = Readonly<z.infer<typeof rulesSchema>>;
export type SlaTarget = z.infer<typeof targetSchema>;
/** A length of time, without where it comes from. */
export type Span = z.infer<typeof spanSchema>;

/**
 * Reads `sla.yaml` in `dir`.
 *
 * @throws {AppError} `config.invalid` naming file and line
 */
export function loadSla(dir: string): SlaRules {
  return loadDataFile(join(dir, 'sla.yaml'), rulesSchema);
}

/** The facts of a case that decide its targets. */
export interface SlaFacts {
  readonly kind: string;
  readonly category: string;
  /** Staff found that it can't be settled without examining people or files. */
  readonly needsExamination?: boolean;
  readonly receivedAt: Date;
}

/** A report that is none (`bukan_laporan`) but was filed all the same is answered like a question. */
export function substanceKindOf(facts: SlaFacts, rules: SlaRules): SubstanceKind {
  if (facts.needsExamination) return 'pengawasan';
  const override = rules.categories[facts.category]?.kind;
  // asking about bribery is still asking: the category's weight is for complaints
  if (override && facts.kind === 'pengaduan') return override;
  return SUBSTANCE_KINDS.find((kind) => kind === facts.kind) ?? 'informasi';
}

/**
 * The version of a target that holds for a case.
 *
 * @param receivedOn YYYY-MM-DD in the unit's zone. Before the first version starts, the first holds.
 */
export function targetOf(name: ClockName, facts: SlaFacts, receivedOn: string, rules: SlaRules): SlaTarget {
  const own = rules.categories[facts.category]?.targets?.[name];
  const list =
    own ?? (name === 'substance' ? rules.substance[substanceKindOf(facts, rules)] : rules.process[name]).targets;
  const target = list.findLast(({ effectiveOn }) => effectiveOn <= receivedOn) ?? list[0];
  if (!target) throw new RangeError(`clock ${name} has no target`);
  return target;
}
