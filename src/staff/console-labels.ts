import { join } from 'node:path';
import { z } from 'zod';
import { keySchema, loadDataFile } from '../cases/data-file.js';
import type { Locale } from '../flows/state.js';

const label = z.strictObject({ id: z.string().min(1).max(60), en: z.string().min(1).max(60) });
const NAMES = [
  'yes',
  'no',
  'description',
  'guess',
  'place',
  'time',
  'evidence',
  'anonim',
  'rahasia',
  'number',
] as const;
export type LabelName = (typeof NAMES)[number];

const labelsSchema = z.strictObject({
  version: z.literal(1),
  labels: z.record(z.enum(NAMES), label),
  kinds: z.record(keySchema, label),
});

/** What the service calls things on the console. */
export interface ConsoleLabels {
  of(name: LabelName, locale: Locale): string;
  /** Kinds of reports, in the order of the file. */
  kinds(locale: Locale): { readonly id: string; readonly name: string }[];
}

/** Reads `console.yaml` in `dir`. @throws {AppError} `config.invalid` naming file and line */
export function loadConsoleLabels(dir: string): ConsoleLabels {
  const { labels, kinds } = loadDataFile(join(dir, 'console.yaml'), labelsSchema);
  const languageOf = (locale: Locale) => (locale === 'en' ? 'en' : 'id');
  return {
    of: (name, locale) => labels[name][languageOf(locale)],
    kinds: (locale) => Object.entries(kinds).map(([id, each]) => ({ id, name: each[languageOf(locale)] })),
  };
}
