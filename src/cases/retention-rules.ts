import { join } from 'node:path';
import { z } from 'zod';
import { keySchema, loadDataFile } from './data-file.js';

// a case can be opened again, and a chat be gone back to, for months
const MIN_YEARS = 1;
const MAX_YEARS = 100;

const periodSchema = z.strictObject({
  years: z.number().int().min(MIN_YEARS).max(MAX_YEARS),
  basis: z.string().min(1),
  unverified: z.boolean().default(false),
});

const caseSchema = z.strictObject({
  default: periodSchema,
  kinds: z.record(keySchema, periodSchema).default({}),
  categories: z.record(keySchema, periodSchema).default({}),
});

const retentionSchema = z.strictObject({
  version: z.literal(1),
  cases: caseSchema,
  files: caseSchema,
  turns: z.strictObject({ default: periodSchema }),
});

/** For how long something is kept, and why. */
export type RetentionPeriod = z.infer<typeof periodSchema>;
export type RetentionRules = Readonly<z.infer<typeof retentionSchema>>;
/** What of a case is kept on its own account. */
export type KeptPart = 'cases' | 'files';

/**
 * Reads `retention.yaml` in `dir`.
 *
 * @throws {AppError} `config.invalid` naming file and line
 */
export function loadRetention(dir: string): RetentionRules {
  return loadDataFile(join(dir, 'retention.yaml'), retentionSchema);
}

export function periodOf(
  rules: RetentionRules,
  part: KeptPart,
  { category, kind }: { readonly category: string; readonly kind: string },
): RetentionPeriod {
  const { categories, kinds, default: otherwise } = rules[part];
  const own = <T>(record: Readonly<Record<string, T>>, key: string) =>
    Object.hasOwn(record, key) ? record[key] : undefined;
  return own(categories, category) ?? own(kinds, kind) ?? otherwise;
}

/** What began to be kept before this instant is past its time. 29 February counts as 1 March where there is none. */
export function keptSince(now: Date, { years }: Pick<RetentionPeriod, 'years'>): Date {
  const since = new Date(now);
  since.setUTCFullYear(now.getUTCFullYear() - years);
  return since;
}
