import { readFileSync } from 'node:fs';
import { TfIdf } from 'natural/lib/natural/tfidf/index.js';
import { parse } from 'yaml';
import * as z from 'zod';
import { AppError } from '../core/errors.js';
import { rootWords } from './dictionary.js';
import { tokenize } from './tokenize.js';
import { createNormalize, type LexiconData } from './words.js';

const text = z.string().trim().min(1);
const faqSchema = z.strictObject({
  version: z.literal(1),
  silent: text,
  entries: z.record(
    z.string().regex(/^[a-z][a-z0-9_]{1,39}$/),
    z.strictObject({
      asked: z.array(text).min(2),
      answer: z.strictObject({ id: text, en: text, jv: text.optional(), su: text.optional() }),
    }),
  ),
});

export interface FaqAnswer {
  readonly entry: string;
  /** Per locale; `jv` and `su` fall back to `id`. */
  readonly answer: z.infer<typeof faqSchema>['entries'][string]['answer'];
  /** 0..1: how alike the question and a stored one are. */
  readonly likeness: number;
}

/** @returns the entry that answers a question, or undefined when none is near enough */
export type FindAnswer = (question: string) => FaqAnswer | undefined;

/** Below it the nearest entry is mostly about something else; measured on questions outside of the list. */
const MIN_LIKENESS = 0.5;
const MAX_CHARS_READ = 500;

/**
 * Reads flows/faq.yaml and finds answers by TF-IDF and cosine: the rarer a shared word is among all stored questions,
 * the more it counts.
 *
 * @param lexicon the classifier's, so that slang and misspelt questions are found as well
 * @throws {AppError} `flow.invalid` naming file, path and what to change
 */
export function loadFaq(file: string, lexicon: LexiconData): FindAnswer {
  const result = faqSchema.safeParse(readYaml(file));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw invalid(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`);
  }
  const { silent, entries } = result.data;
  const words = Object.values(entries).flatMap(({ asked }) => asked.flatMap(tokenize).map(({ word }) => word));
  const normalize = createNormalize(lexicon, rootWords(), words);
  const ignored = new Set(silent.split(',').map((word) => normalize(word.trim())));
  const termsOf = (question: string): string[] =>
    tokenize(question.slice(0, MAX_CHARS_READ))
      .map(({ word }) => normalize(word))
      .filter((word) => word.length > 1 && !ignored.has(word));

  const questions = Object.entries(entries).flatMap(([entry, { asked, answer }]) =>
    asked.map((question) => ({ entry, answer, terms: termsOf(question) })),
  );
  const index = new TfIdf();
  for (const { terms } of questions) index.addDocument(terms);
  const idfs = new Map(questions.flatMap(({ terms }) => terms).map((term) => [term, index.idf(term)]));
  const unknownIdf = Math.max(...idfs.values());
  const weigh = (terms: readonly string[]): ReadonlyMap<string, number> => {
    const weights = new Map<string, number>();
    for (const term of terms) weights.set(term, (weights.get(term) ?? 0) + (idfs.get(term) ?? unknownIdf));
    return weights;
  };
  const stored = questions.map(({ entry, answer, terms }) => ({ entry, answer, weights: weigh(terms) }));

  return (question) => {
    const weights = weigh(termsOf(question));
    let best: FaqAnswer | undefined;
    for (const { entry, answer, weights: own } of stored) {
      const likeness = cosine(weights, own);
      if (likeness >= MIN_LIKENESS && likeness > (best?.likeness ?? 0)) best = { entry, answer, likeness };
    }
    return best === undefined ? undefined : { ...best, likeness: Math.round(best.likeness * 1_000) / 1_000 };
  };
}

function cosine(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [term, weight] of one) shared += weight * (other.get(term) ?? 0);
  return shared === 0 ? 0 : shared / (norm(one) * norm(other));
}

function norm(weights: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const weight of weights.values()) sum += weight * weight;
  return Math.sqrt(sum);
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : 'the file cannot be read');
  }
}

function invalid(file: string, mend: string): AppError {
  return new AppError('flow.invalid', `${file}: ${mend}`, { file });
}
