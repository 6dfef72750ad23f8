import type { Categories } from './categories.js';
import { rootWords } from './dictionary.js';
import { compileRules } from './rules.js';
import { tokenize } from './tokenize.js';
import type { TrainingLine } from './training.js';

/** A word of so many labels is how people write there, not somebody's name. */
const COMMON_FROM_LABELS = 3;

/**
 * Leaves out of a text the words that no dictionary, rule or shipped line has and that stand in fewer than three
 * labels: names of people, mostly. What is learned of the rest goes into a file that is copied and kept.
 */
export function createForgetNames(data: Categories, labels: readonly TrainingLine[]): (text: string) => string {
  const shipped = new Set(data.training.flatMap(({ text }) => tokenize(text).map(({ word }) => word)));
  const { normalize } = compileRules(data, shipped);
  const dictionary = rootWords();
  const seen = new Map<string, number>();
  for (const { text } of labels) {
    for (const word of new Set(tokenize(text).map((token) => token.word))) seen.set(word, (seen.get(word) ?? 0) + 1);
  }
  const isKept = (word: string): boolean => {
    const normal = normalize(word);
    return (
      shipped.has(word) ||
      normal !== word ||
      dictionary.has(word) ||
      (seen.get(word) ?? 0) >= COMMON_FROM_LABELS ||
      data.lexicon.variants.has(word)
    );
  };
  return (text) => {
    let kept = '';
    let copied = 0;
    for (const { word, numeric, start, end } of tokenize(text)) {
      if (numeric || isKept(word)) continue;
      kept += text.slice(copied, start);
      copied = end;
    }
    return kept + text.slice(copied);
  };
}
