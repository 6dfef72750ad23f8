import { type Categories, OTHER_CATEGORY } from './categories.js';
import { rootWords } from './dictionary.js';
import {
  type LinearModel,
  type LinearModelData,
  readLinearModel,
  type TrainOptions,
  trainLinearModel,
} from './linear-model.js';
import { withoutAddresses, writtenWords } from './matter-words.js';
import { pieces, wholeWords } from './pieces.js';
import { type Rules, wordsOf } from './rules.js';
import { type Token, tokenize } from './tokenize.js';

export interface Models extends MatterReader {
  /** Learned from {@link matterWords} and {@link writtenWords}; its labels are category ids. */
  readonly category: LinearModel;
  readonly kind: KindModel;
  /** As JSON; only weights and the words they belong to. */
  toData(): ModelsData;
}

/** What is asked of the words of a message, whatever model was learned. */
interface MatterReader {
  /** The words that may say what a report is about: without addresses, numbers and words that say nothing. */
  matterWords(kept: readonly string[]): string[];
  /** Positions of the words from which a category was learned most, the most telling first; at most three. */
  wordsFor(category: string, kept: readonly string[]): readonly number[];
}

/** Two models as one: of normalised words and their pairs, and of the pieces of the words as they were written. */
export interface KindModel {
  readonly labels: readonly string[];
  /** The mean of both, one score a label (natural logarithm scale). */
  score(words: readonly string[], tokens: readonly Token[]): Float64Array;
  /** True for a word that stood in a line, or that is one of the language's. */
  knows(word: string): boolean;
  toData(): Pick<ModelsData, 'kindWords' | 'kindPieces'>;
}

export interface ModelsData {
  readonly category: LinearModelData;
  readonly kindWords: LinearModelData;
  readonly kindPieces: LinearModelData;
}

const OPTIONS: TrainOptions = { epochs: 12, learningRate: 0.5, decay: 0.002, pairs: true };
/** Most lines complain; the others count more, so that the rarer kinds are learned as well. */
const RARE_KIND_WEIGHT = 7;

/** Trains on the lines at hand: some 200 ms. */
export function trainModels(data: Categories, rules: Rules): Models {
  const matterWords = matterWordsOf(data, rules);
  const lines = data.training.map((line) => {
    const tokens = tokenize(line.text);
    const words = wordsOf(tokens, rules.normalize);
    const kept = withoutAddresses(line.text, tokens, words);
    return { ...line, tokens, words, matter: [...matterWords(kept), ...writtenWords(tokens, words, kept)] };
  });
  const category = trainLinearModel(
    lines.flatMap(({ category: label, matter }) =>
      label === undefined || label === OTHER_CATEGORY ? [] : [{ words: matter, label, weight: 1 }],
    ),
    OPTIONS,
  );
  return modelsOf(category, trainKind(lines), matterWords);
}

/** The words of the lines that stored models were learned from, as they were written. */
export function learnedWords({ kindPieces }: ModelsData): string[] {
  return wholeWords(kindPieces.words.split(' '));
}

/** Reads models that were written down. @param rules the same as when they were learned, or words don't meet */
export function readModels(stored: ModelsData, data: Categories, rules: Rules): Models {
  const kind = kindModelOf(readLinearModel(stored.kindWords), readLinearModel(stored.kindPieces));
  return modelsOf(readLinearModel(stored.category), kind, matterWordsOf(data, rules));
}

function modelsOf(category: LinearModel, kind: KindModel, matterWords: Models['matterWords']): Models {
  return {
    category,
    kind,
    matterWords,
    wordsFor(id, kept) {
      const label = category.labels.indexOf(id);
      return kept
        .map((word, at) => ({ at, weight: matterWords([word]).length === 0 ? 0 : category.weightOf(word, label) }))
        .filter(({ weight }) => weight >= TELLING_WEIGHT)
        .sort((a, b) => b.weight - a.weight)
        .slice(0, MAX_TELLING_WORDS)
        .map(({ at }) => at);
    },
    toData: () => ({ category: category.toData(), ...kind.toData() }),
  };
}

function matterWordsOf(data: Categories, rules: Rules): Models['matterWords'] {
  const silent = new Set(data.stopwords.flatMap((word) => [word, rules.normalize(word)]));
  return (kept) => kept.filter((word) => word.length > 1 && word.charCodeAt(0) > DIGIT_NINE && !silent.has(word));
}

function trainKind(lines: readonly { kind: string; words: readonly string[]; tokens: readonly Token[] }[]): KindModel {
  const weigh = (kind: string): number => (kind === 'pengaduan' ? 1 : RARE_KIND_WEIGHT);
  const byWords = trainLinearModel(
    lines.map(({ kind, words }) => ({ words, label: kind, weight: weigh(kind) })),
    OPTIONS,
  );
  const byPieces = trainLinearModel(
    lines.map(({ kind, tokens }) => ({ words: pieces(tokens), label: kind, weight: weigh(kind) })),
    { ...OPTIONS, pairs: false },
  );
  return kindModelOf(byWords, byPieces);
}

function kindModelOf(byWords: LinearModel, byPieces: LinearModel): KindModel {
  const dictionary = rootWords();
  return {
    labels: byWords.labels,
    score(words, tokens) {
      // the same lines in the same order: both have their labels in the same order
      const scores = new Float64Array(byWords.labels.length);
      byWords.addScores(words, scores);
      byPieces.addScores(pieces(tokens), scores);
      return scores.map((score) => score / 2);
    },
    knows: (word) => byWords.knows(word) || dictionary.has(word),
    toData: () => ({ kindWords: byWords.toData(), kindPieces: byPieces.toData() }),
  };
}

/** A learned weight from which on a word can be shown as a reason. */
const TELLING_WEIGHT = 0.5;
const MAX_TELLING_WORDS = 3;
const DIGIT_NINE = 57;
