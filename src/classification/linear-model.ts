import { FeatureIndex } from './feature-index.js';

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
  /** Whether a word stood in an example. */
  knows(word: string): boolean;
  /** The model as JSON, for {@link readLinearModel}. */
  toData(): LinearModelData;
}

export interface LinearModelData {
  readonly labels: readonly string[];
  /** Parted by blanks. */
  readonly words: string;
  /** Places in `words`, two by two: base64 of 32-bit integers, little end first. */
  readonly pairs: string;
  /** What a stored weight is multiplied by. */
  readonly scale: number;
  /** Base64 of 16-bit integers, little end first: the bias, then words, then pairs; one number a label. */
  readonly weights: string;
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

  return modelOf(labels, features, weights);
}

function modelOf(labels: readonly string[], features: FeatureIndex, weights: Float32Array): LinearModel {
  const width = labels.length;
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
    knows: (word) => features.ofWord(word) !== undefined,
    toData() {
      const { words, pairs, order } = features.toLists();
      const rows = [-1, ...order].map((feature) => weights.subarray((feature + 1) * width, (feature + 2) * width));
      return { labels, words: words.join(' '), pairs: packedPairs(pairs), ...packed(rows) };
    },
  };
}

/** A model as it was written down; its scores differ from the trained one's by less than one in ten thousand. */
export function readLinearModel({ labels, words, pairs, scale, weights }: LinearModelData): LinearModel {
  const features = FeatureIndex.fromLists({ words: words.split(' '), pairs: readPairs(pairs) });
  const stored = new Int16Array(readBytes(weights));
  const read = new Float32Array(stored.length);
  for (let at = 0; at < stored.length; at += 1) read[at] = (stored[at] ?? 0) * scale;
  return modelOf(labels, features, read);
}

function packedPairs(pairs: ArrayLike<number>): string {
  return Buffer.from(Int32Array.from(pairs).buffer).toString('base64');
}

function readPairs(packedOnes: string): Int32Array {
  return new Int32Array(readBytes(packedOnes));
}

/** A copy of its own, which begins where numbers may begin; numbers have their little end first, as on all usual machines. */
function readBytes(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer;
}

const INT16_MAX = 32_767;

function packed(rows: readonly Float32Array[]): Pick<LinearModelData, 'scale' | 'weights'> {
  const all = rows.flatMap((row) => [...row]);
  const highest = all.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const scale = highest === 0 ? 1 : highest / INT16_MAX;
  const bytes = Buffer.alloc(all.length * Int16Array.BYTES_PER_ELEMENT);
  for (const [at, weight] of all.entries())
    bytes.writeInt16LE(Math.round(weight / scale), at * Int16Array.BYTES_PER_ELEMENT);
  return { scale, weights: bytes.toString('base64') };
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
