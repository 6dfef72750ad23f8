import type { Categories } from './categories.js';
import { createClassifier, trainingWords } from './classify.js';
import { createForgetNames } from './forget-names.js';
import { maskPersonal } from './mask.js';
import { fingerprintOf, type ModelFile } from './model-file.js';
import { trainModels } from './models.js';
import { compileRules } from './rules.js';
import { type Score, score } from './score.js';
import { tokenize } from './tokenize.js';
import type { TrainingLine } from './training.js';
import type { Classify } from './types.js';

/** With fewer labels than this nothing can be said about what they change. */
export const MIN_LABELS = 20;
const FOLDS = 5;
/** How much worse one measure may come out by chance while the others don't. */
const TOLERANCE = 0.01;

export interface Measured {
  readonly category: Score;
  readonly kind: Score;
}

export interface TrainingReport {
  /** Labels that were learned from; several of one text count once, the last. */
  readonly labels: number;
  /** On the labels, by the model that only knows the shipped lines. */
  readonly before: Measured;
  /** On the labels, each by a model that didn't see it (five-fold cross-validation). */
  readonly after: Measured;
  /** Of the examples in flows/categories.yaml, which no model learns from: how many were and are told right. */
  readonly examples: { readonly total: number; readonly before: number; readonly after: number };
  /** Why the model shouldn't be used; absent when it may. */
  readonly refused?: string;
}

/**
 * Learns from the shipped lines and a tenant's labels, and measures whether that is better. Pure; takes about half a
 * second a fold.
 *
 * Numbers that identify a person are masked, and words that stand in fewer than three labels and in no dictionary are
 * left out: a model file holds no names.
 *
 * @param madeAt ISO 8601
 */
export function trainWithLabels(
  data: Categories,
  given: readonly TrainingLine[],
  madeAt: string,
): { readonly report: TrainingReport; readonly model: ModelFile } {
  const forgetNames = createForgetNames(data, given);
  const labels = distinct(given).map((line) => ({ ...line, text: forgetNames(maskPersonal(line.text)) }));
  const shipped = createClassifier(data).classify;
  const folds = Array.from(
    { length: FOLDS },
    (_, fold) =>
      createClassifier(
        withLines(
          data,
          labels.filter((_, at) => at % FOLDS !== fold),
        ),
      ).classify,
  );
  const all = withLines(data, labels);
  const whole = createClassifier(all).classify;
  const examples = [...data.categories.values()].flatMap(({ id, examples: texts }) =>
    texts.map((text) => ({ text, category: id, kind: 'pengaduan' as const })),
  );
  const rightOf = (classify: Classify): number =>
    examples.filter(({ text, category }) => classify(text).candidates[0]?.category === category).length;
  const report = {
    labels: labels.length,
    before: measure(labels, () => shipped),
    after: measure(labels, (at) => folds[at % FOLDS] ?? shipped),
    examples: { total: examples.length, before: rightOf(shipped), after: rightOf(whole) },
  };
  const refused = whyRefused(report);
  return {
    report: { ...report, ...(refused === undefined ? {} : { refused }) },
    model: modelOf(data, all, labels, madeAt),
  };
}

/** The model of the shipped lines alone, so that a service needn't learn it at each start. */
export function trainShipped(data: Categories, madeAt: string): ModelFile {
  return modelOf(data, data, [], madeAt);
}

function modelOf(data: Categories, all: Categories, labels: readonly TrainingLine[], madeAt: string): ModelFile {
  const labelWords = new Set(
    labels.flatMap(({ text }) => tokenize(text).flatMap(({ word, numeric }) => (numeric ? [] : [word]))),
  );
  const words = [...labelWords].join(' ');
  const models = trainModels(all, compileRules(data, trainingWords(data, words)));
  return {
    version: 1,
    madeFrom: fingerprintOf(data),
    madeAt,
    labels: labels.length,
    labelWords: words,
    ...models.toData(),
  } as ModelFile;
}

function withLines(data: Categories, lines: readonly TrainingLine[]): Categories {
  return { ...data, training: [...data.training, ...lines] };
}

/** Of labels of one text the last counts; and no text may be learned from and measured on at once. */
function distinct(lines: readonly TrainingLine[]): TrainingLine[] {
  return [...new Map(lines.map((line) => [line.text.trim(), line])).values()];
}

function measure(labels: readonly TrainingLine[], classifierOf: (at: number) => Classify): Measured {
  const found = labels.map(({ text }, at) => classifierOf(at)(text));
  const withCategory = labels.flatMap(({ category }, at) => (category === undefined ? [] : [{ category, at }]));
  return {
    category: score(
      withCategory.map(({ category, at }) => ({
        actual: category,
        ranked: (found[at]?.candidates ?? []).map((each) => each.category),
        confidence: found[at]?.candidates[0]?.confidence ?? 0,
      })),
    ),
    kind: score(labels.map(({ kind }, at) => ({ actual: kind, ranked: [found[at]?.kind ?? ''], confidence: 1 }))),
  };
}

/** Why a model shouldn't be used: what it tells worse by more than chance, or that nothing can be said. */
export function whyRefused({ labels, before, after, examples }: Omit<TrainingReport, 'refused'>): string | undefined {
  if (labels < MIN_LABELS)
    return `${labels} labels are too few to tell whether they help; collect at least ${MIN_LABELS}`;
  const worse = (['category', 'kind'] as const).flatMap((what) =>
    (['accuracy', 'macroF1'] as const)
      .filter((by) => after[what][by] < before[what][by] - TOLERANCE)
      .map((by) => `${what} ${by} falls from ${before[what][by]} to ${after[what][by]}`),
  );
  if (examples.after < examples.before - 1) {
    worse.push(`of ${examples.total} examples ${examples.after} are told right instead of ${examples.before}`);
  }
  return worse.length === 0 ? undefined : `${worse.join('; ')}; look through the labels`;
}
