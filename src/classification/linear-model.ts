/** A message as the model sees it: its words, normalised, in order. */
export type Words = readonly string[];

export interface Example<L extends string = string> {
  readonly words: Words;
  readonly label: L;
  /** How much it counts in training; 1 unless its label is rare. */
  readonly weight: number;
}

export interface LinearModel {
  readonly labels: readonly string[];
  /**
   * Adds one score a label into `scores` (natural logarithm scale); words it never saw count nothing.
   * @returns how many words and pairs it knew
   */
  addScores(words: Words, scores: Float64Array): number;
  /** How much each word alone speaks for a label, for showing why. */
  weightOf(word: string, label: number): number;
}

export interface TrainOptions {
  readonly epochs: number;
  readonly learningRate: number;
  /** Share of each weight that is taken off per step: keeps rare words from deciding alone. */
  readonly decay: number;
  /** Also look at pairs of neighbouring words. */
  readonly pairs: boolean;
}

/** A text's features count less the more there are, so that a long text isn't surer than a short one. */
const LENGTH_POWER = 0.5;
const ADAGRAD_START = 0.1;
const NEGLIGIBLE_ERROR = 0.003;

/**
 * Trains softmax regression by AdaGrad over words and pairs of neighbours. The same examples in the same order give the
 * same model: nothing in it is random.
 */
export function trainLinearModel(examples: readonly Example[], options: TrainOptions): LinearModel {
  const labels = [...new Set(examples.map(({ label }) => label))];
  const width = labels.length;
  const features = new FeatureIndex(options.pairs);
  const rows = examples.map(({ words, label, weight }) => ({
    features: features.learn(words),
    label: labels.indexOf(label),
    weight,
  }));
  const weights = new Float32Array((features.size + 1) * width);
  const squares = new Float32Array(weights.length).fill(ADAGRAD_START);
  const scores = new Float64Array(width);
  const order = shuffled(rows.length);

  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    for (const at of order) {
      const row = rows[at];
      if (row === undefined) continue;
      const value = featureValue(row.features.length);
      scores.fill(0);
      addRow(weights, 0, 1, scores);
      for (const feature of row.features) addRow(weights, (feature + 1) * width, value, scores);
      toShares(scores);
      scores[row.label] = (scores[row.label] ?? 0) - 1;
      step(0, row.weight);
      for (const feature of row.features) step((feature + 1) * width, value * row.weight);
    }
  }

  function step(start: number, value: number): void {
    for (let label = 0; label < width; label += 1) {
      const error = scores[label] ?? 0;
      // most labels are no rivals for a text: their tiny steps would take most of the time and change nothing
      if (Math.abs(error) < NEGLIGIBLE_ERROR) continue;
      const at = start + label;
      const old = weights[at] ?? 0;
      const gradient = error * value + options.decay * old;
      const square = (squares[at] ?? 0) + gradient * gradient;
      squares[at] = square;
      weights[at] = old - (options.learningRate * gradient) / Math.sqrt(square);
    }
  }

  return {
    labels,
    addScores(words, into) {
      addRow(weights, 0, 1, into);
      const found = features.find(words);
      const value = featureValue(found.length);
      for (const feature of found) addRow(weights, (feature + 1) * width, value, into);
      return found.length;
    },
    weightOf(word, label) {
      const feature = features.ofWord(word);
      return feature === undefined ? 0 : (weights[(feature + 1) * width + label] ?? 0);
    },
  };
}

function addRow(weights: Float32Array, start: number, value: number, into: Float64Array): void {
  for (let label = 0; label < into.length; label += 1) {
    into[label] = (into[label] ?? 0) + (weights[start + label] ?? 0) * value;
  }
}

function featureValue(count: number): number {
  return count === 0 ? 0 : 1 / count ** LENGTH_POWER;
}

/** Softmax in place. */
export function toShares(scores: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > highest) highest = score;
  let total = 0;
  for (let at = 0; at < scores.length; at += 1) {
    const share = Math.exp((scores[at] ?? 0) - highest);
    scores[at] = share;
    total += share;
  }
  for (let at = 0; at < scores.length; at += 1) scores[at] = (scores[at] ?? 0) / total;
}

/** A fixed order that mixes the labels, by a linear congruential generator. */
function shuffled(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  let state = 12_345;
  for (let at = count - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const other = state % (at + 1);
    const kept = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** Numbers for words and pairs of neighbours; each counts once a text. */
class FeatureIndex {
  size = 0;
  private readonly words = new Map<string, number>();
  /** By the first word's number, then the second's: looking a pair up builds neither string nor large number. */
  private readonly pairsAfter: (Map<number, number> | undefined)[] = [];
  private readonly found: number[] = [];
  /** In which text a feature was met last: tells repeated ones without building a set for each text. */
  private seenIn = new Uint32Array(0);
  private text = 0;

  constructor(private readonly usePairs: boolean) {}

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
      if (this.usePairs && before !== undefined) this.learnPair(before, feature);
      before = feature;
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
