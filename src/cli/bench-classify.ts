import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCategories } from '../classification/categories.js';
import { createClassifier } from '../classification/classify.js';
import { createExtract } from '../classification/extract.js';
import { loadFaq } from '../classification/faq.js';
import { loadLanguageGuess } from '../classification/language.js';
import { readModelFile } from '../classification/model-file.js';

const FLOWS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'flows');
const ROUNDS = 5;
const LONG_CHARS = 4_000;
const LONG_ROUNDS = 50;
const BYTES_PER_MB = 1_048_576;

/** Classifies the shipped lines one by one, as messages come, on one core; times are of this process's processor. */
export async function benchClassify(isQuick: boolean): Promise<Record<string, number>> {
  const heapBefore = heap();
  const data = timed(() => loadCategories(join(FLOWS, 'categories.yaml')));
  const model = timed(() => readModelFile(join(FLOWS, 'model.json')));
  const made = timed(() => createClassifier(data.result, model.result));
  const heapAfter = heap();
  const { classify } = made.result;

  const texts = data.result.training.map(({ text }) => text);
  for (const text of texts) classify(text);
  const rounds = isQuick ? 1 : ROUNDS;
  const times = repeated(rounds, texts).map((text) => timed(() => classify(text)).ms);
  const long = texts.join(' ').slice(0, LONG_CHARS);
  const longTimes = repeated(isQuick ? 5 : LONG_ROUNDS, [long]).map((text) => timed(() => classify(text)).ms);
  const extract = createExtract();
  const guess = loadLanguageGuess(join(FLOWS, 'languages'));
  const findAnswer = loadFaq(join(FLOWS, 'faq.yaml'), data.result.lexicon);
  const per = (work: (text: string) => unknown): number =>
    quantile(
      texts.map((text) => timed(() => work(text)).ms),
      0.5,
    );
  return {
    categoriesMs: round(data.ms),
    modelMs: round(model.ms + made.ms),
    heapMb: round((heapAfter - heapBefore) / BYTES_PER_MB),
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    long4000Ms: quantile(longTimes, 0.5),
    extractMedianMs: per((text) => extract(text, '2026-08-03')),
    languageMedianMs: per(guess),
    faqMedianMs: per(findAnswer),
  };
}

function repeated(rounds: number, texts: readonly string[]): string[] {
  return Array.from({ length: rounds }, () => texts).flat();
}

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const startedAt = performance.now();
  const result = work();
  return { result, ms: performance.now() - startedAt };
}

function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
