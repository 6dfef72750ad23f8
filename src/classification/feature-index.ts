import type { Words } from './linear-model.js';

/** A word that begins with it pairs with no other one. */
export const UNPAIRED = '=';

/** The features of a model, in an order that can be written down. */
export interface FeatureLists {
  readonly words: readonly string[];
  /** Two by two: the places of the first and the second word in `words`. */
  readonly pairs: ArrayLike<number>;
  /** The number that each feature had, words first. */
  readonly order: readonly number[];
}

/** Numbers for words and pairs of neighbours; each counts once a text. */
export class FeatureIndex {
  size = 0;
  private readonly words = new Map<string, number>();
  /** By the first word's number, then the second's: looking a pair up builds neither string nor large number. */
  private readonly pairsAfter: (Map<number, number> | undefined)[] = [];
  private readonly found: number[] = [];
  /** In which text a feature was met last: tells repeated ones without building a set for each text. */
  private seenIn = new Uint32Array(0);
  private text = 0;

  constructor(private readonly usePairs: boolean) {}

  /** Words first, then pairs as numbers of words, each with the number it had here: what {@link fromLists} reads. */
  toLists(): FeatureLists {
    const words = [...this.words];
    const renumbered = new Map(words.map(([, feature], at) => [feature, at]));
    const pairs: number[] = [];
    const order = words.map(([, feature]) => feature);
    for (const [first, after] of this.pairsAfter.entries()) {
      for (const [second, feature] of after ?? []) {
        pairs.push(renumbered.get(first) ?? 0, renumbered.get(second) ?? 0);
        order.push(feature);
      }
    }
    return { words: words.map(([word]) => word), pairs, order };
  }

  static fromLists({ words, pairs }: Omit<FeatureLists, 'order'>): FeatureIndex {
    const index = new FeatureIndex(pairs.length > 0);
    for (const word of words) index.words.set(word, index.size++);
    for (let at = 0; at + 1 < pairs.length; at += 2) index.learnPair(pairs[at] ?? 0, pairs[at + 1] ?? 0);
    return index;
  }

  ofWord(word: string): number | undefined {
    return this.words.get(word);
  }

  learn(words: Words): readonly number[] {
    let before: number | undefined;
    for (const word of words) {
      let feature = this.words.get(word);
      if (feature === undefined) {
        feature = this.size++;
        this.words.set(word, feature);
      }
      const isUnpaired = word.startsWith(UNPAIRED);
      if (this.usePairs && before !== undefined && !isUnpaired) this.learnPair(before, feature);
      before = isUnpaired ? undefined : feature;
    }
    return [...this.find(words)];
  }

  private learnPair(first: number, second: number): void {
    const after = this.pairsAfter[first] ?? new Map<number, number>();
    this.pairsAfter[first] = after;
    if (!after.has(second)) after.set(second, this.size++);
  }

  /** The features of a text, each once. The array is used again at the next call: don't keep it. */
  find(words: Words): readonly number[] {
    if (this.seenIn.length < this.size) this.seenIn = new Uint32Array(this.size);
    this.text = (this.text + 1) >>> 0;
    this.found.length = 0;
    let before: number | undefined;
    for (const word of words) {
      const feature = this.words.get(word);
      if (feature !== undefined) {
        this.take(feature);
        if (before !== undefined) this.take(this.pairsAfter[before]?.get(feature));
      }
      before = feature;
    }
    return this.found;
  }

  private take(feature: number | undefined): void {
    if (feature === undefined || this.seenIn[feature] === this.text) return;
    this.seenIn[feature] = this.text;
    this.found.push(feature);
  }
}
