import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod';
import { AppError } from '../core/errors.js';
import { readTrainingLines, type TrainingLine } from './training.js';
import { ELSEWHERE, type Elsewhere, type ReportKind, TALKS, type Talk } from './types.js';
import type { LexiconData } from './words.js';

const text = z.string().trim().min(1).max(200);
const label = z.strictObject({ id: text, en: text, jv: text.optional(), su: text.optional() });
const phrase = text.regex(
  /^(?!\.\.)[\p{Ll}\p{Lo}\p{M}0-9]+(?: (?:\.\. )?[\p{Ll}\p{Lo}\p{M}0-9]+)*$/u,
  'write lower-case words parted by one blank, with ".." only between two words; quote numbers',
);
/** "one, two three": YAML reads one long text ten times faster than a list of a thousand short ones. */
const list = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((joined) => joined.split(',').map((part) => part.trim()))
    .pipe(z.array(item).min(1));
const phrases = list(phrase);
const weight = z.string().regex(/^-?[1-9]$/, 'a weight is a whole number from -9 to 9, but not 0');
const weighted = z.record(weight, phrases);
const number = z.string().regex(/^[0-9]{3}$/, 'an emergency number is three digits in quotes');
const id = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/, 'an id is lower-case letters, digits and underscores');

const categoriesSchema = z.strictObject({
  version: z.literal(1),
  categories: z.record(
    id,
    z.strictObject({
      label,
      restricted: z.boolean().default(false),
      broad: z.boolean().default(false),
      told: z.boolean().default(false),
      rules: weighted,
      examples: z.array(text).min(1),
    }),
  ),
  dangers: z.record(
    id,
    z.strictObject({
      label,
      numbers: z.array(number).min(1),
      category: id,
      always: z.boolean().default(false),
      words: phrases,
      guards: phrases,
    }),
  ),
  softeners: phrases,
  pastSigns: phrases.optional(),
  bridges: phrases,
  urgency: z.strictObject({
    words: weighted,
    people: phrases,
    manyPeople: z.int().min(2),
    longDays: z.int().min(1),
  }),
  separators: phrases,
  talk: z.record(z.enum(TALKS), phrases),
  elsewhere: z.record(z.enum(ELSEWHERE), phrases),
  kinds: z.strictObject({ pengaduan: weighted, bukan_laporan: weighted, informasi: weighted, aspirasi: weighted }),
});

const lexiconSchema = z.strictObject({
  variants: z.record(text, list(text)),
  roots: list(text),
  keep: list(text),
  stopwords: list(text),
});

type Parsed = z.infer<typeof categoriesSchema>;
export type Label = Parsed['categories'][string]['label'];
export type WeightedPhrases = ReadonlyMap<number, readonly string[]>;

export interface Category {
  readonly id: string;
  /** Short and plain; what citizens read on buttons. `jv` and `su` fall back to `id`. */
  readonly label: Label;
  /** Only a restricted circle may read such a report. */
  readonly restricted: boolean;
  /** Its words also stand in reports about other matters, so a guess of it is trusted less. */
  readonly broad: boolean;
  /** Those whom people tell of a matter ("sudah lapor pak RT"): beside another matter it is none of its own. */
  readonly told: boolean;
  readonly rules: WeightedPhrases;
  readonly examples: readonly string[];
}

export interface Danger {
  readonly kind: string;
  readonly label: Label;
  /** 112 first, then the specific ones; verified numbers only. */
  readonly numbers: readonly string[];
  /** What a report of it is about when no rule says more. */
  readonly category: string;
  /** Counts even after a softener ("sering dipukul"). */
  readonly always: boolean;
  readonly words: readonly string[];
  readonly guards: readonly string[];
}

/** What makes a report more than ordinary, short of danger to life. */
export interface UrgencyData {
  readonly words: WeightedPhrases;
  /** What a number must count to be a number of people. */
  readonly people: readonly string[];
  readonly manyPeople: number;
  readonly longDays: number;
}

/** All that classification knows, as data: flows/categories.yaml, flows/lexicon.yaml and flows/training/. */
export interface Categories {
  /** In the order of the file; `lainnya` is always among them. */
  readonly categories: ReadonlyMap<string, Category>;
  readonly dangers: ReadonlyMap<string, Danger>;
  readonly softeners: readonly string[];
  /** Shortly after a danger word they tell of a memory or a habit. */
  readonly pastSigns: readonly string[];
  /** Stand between a softener and a danger word without parting them. */
  readonly bridges: readonly string[];
  readonly urgency: UrgencyData;
  /** Part the matters of one message. */
  readonly separators: readonly string[];
  /** What is also, or only, for a court or the police. */
  readonly elsewhere: Readonly<Record<Elsewhere, readonly string[]>>;
  /** What tells one kind of small talk from another; the first that is found counts. */
  readonly talk: Readonly<Record<Talk, readonly string[]>>;
  readonly kinds: Readonly<Record<ReportKind, WeightedPhrases>>;
  readonly lexicon: LexiconData;
  /** Words that say nothing about what a report is about. */
  readonly stopwords: readonly string[];
  /** What the models learn from. */
  readonly training: readonly TrainingLine[];
}

/** The category of everything that fits no other; a person sorts it. */
export const OTHER_CATEGORY = 'lainnya';

/**
 * Reads the categories file and what stands beside it: lexicon.yaml and the lines in training/.
 *
 * @throws {AppError} `flow.invalid` naming file, path and what to change
 */
export function loadCategories(file: string): Categories {
  const data = readYaml(file, categoriesSchema);
  const lexicon = readYaml(join(dirname(file), 'lexicon.yaml'), lexiconSchema);
  const categories = new Map<string, Category>(
    Object.entries(data.categories).map(([key, value]) => [key, { ...value, id: key, rules: byWeight(value.rules) }]),
  );
  if (!categories.has(OTHER_CATEGORY)) {
    throw invalid(file, 'categories', `add the category "${OTHER_CATEGORY}", for what fits no other`);
  }
  const dangers = new Map<string, Danger>();
  for (const [kind, danger] of Object.entries(data.dangers)) {
    if (!categories.has(danger.category)) {
      throw invalid(file, `dangers.${kind}.category`, `"${danger.category}" is no category; use an id of this file`);
    }
    dangers.set(kind, { ...danger, kind });
  }
  return {
    categories,
    dangers,
    softeners: data.softeners,
    pastSigns: data.pastSigns ?? [],
    bridges: data.bridges,
    urgency: { ...data.urgency, words: byWeight(data.urgency.words) },
    separators: data.separators,
    talk: data.talk,
    elsewhere: data.elsewhere,
    kinds: {
      pengaduan: byWeight(data.kinds.pengaduan),
      bukan_laporan: byWeight(data.kinds.bukan_laporan),
      informasi: byWeight(data.kinds.informasi),
      aspirasi: byWeight(data.kinds.aspirasi),
    },
    lexicon: { variants: new Map(Object.entries(lexicon.variants)), roots: lexicon.roots, keep: lexicon.keep },
    stopwords: lexicon.stopwords,
    training: readTrainingLines(join(dirname(file), 'training'), (name) => categories.has(name)),
  };
}

function byWeight(rules: Parsed['kinds']['informasi']): WeightedPhrases {
  return new Map(Object.entries(rules).map(([key, words]) => [Number(key), words]));
}

function readYaml<T>(file: string, schema: z.ZodType<T>): T {
  let data: unknown;
  try {
    data = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof YAMLParseError) throw invalid(file, `line ${error.linePos?.[0].line ?? '?'}`, error.message);
    throw invalid(file, '', 'the file cannot be read; put it there or name another');
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  // a misspelt key also shows as a missing one; its own name helps more
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  throw invalid(file, issue?.path.join('.') ?? '', issue?.message ?? 'not as expected');
}

function invalid(file: string, path: string, mend: string): AppError {
  const where = path === '' ? file : `${file}: ${path}`;
  return new AppError('flow.invalid', `${where}: ${mend}`, { file, path });
}
