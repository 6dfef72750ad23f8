import { type Categories, OTHER_CATEGORY } from './categories.js';
import { type LinearModel, type TrainOptions, trainLinearModel } from './linear-model.js';
import { withoutAddresses } from './matter-words.js';
import { type Rules, wordsOf } from './rules.js';
import { tokenize } from './tokenize.js';

export interface Models {
  /** Learned from {@link matterWords}; its labels are category ids. */
  readonly category: LinearModel;
  /** Learned from all words; its labels are kinds. */
  readonly kind: LinearModel;
  /** The words that may say what a report is about: without addresses, numbers and words that say nothing. */
  matterWords(kept: readonly string[]): string[];
}

const OPTIONS: TrainOptions = { epochs: 12, learningRate: 0.5, decay: 0.002, pairs: true };
/** Most lines complain; the others count more, so that the rarer kinds are learned as well. */
const RARE_KIND_WEIGHT = 6;

/** Trains on the shipped lines: some 100 ms at start, and no model file that could be out of date. */
export function trainModels(data: Categories, rules: Rules): Models {
  const silent = new Set(data.stopwords.flatMap((word) => [word, rules.normalize(word)]));
  const matterWords = (kept: readonly string[]): string[] =>
    kept.filter((word) => word.length > 1 && word.charCodeAt(0) > DIGIT_NINE && !silent.has(word));

  const lines = data.training.map((line) => {
    const tokens = tokenize(line.text);
    const words = wordsOf(tokens, rules.normalize);
    return { ...line, words, matter: matterWords(withoutAddresses(line.text, tokens, words)) };
  });
  return {
    category: trainLinearModel(
      lines.flatMap(({ category, matter }) =>
        category === undefined || category === OTHER_CATEGORY ? [] : [{ words: matter, label: category, weight: 1 }],
      ),
      OPTIONS,
    ),
    kind: trainLinearModel(
      lines.map(({ kind, words }) => ({ words, label: kind, weight: kind === 'pengaduan' ? 1 : RARE_KIND_WEIGHT })),
      OPTIONS,
    ),
    matterWords,
  };
}

const DIGIT_NINE = 57;
