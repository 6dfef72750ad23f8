/** One row of an evaluation: what people said, and what was predicted, best first. */
export interface Prediction {
  readonly actual: string;
  readonly ranked: readonly string[];
  /** Of the first of `ranked`, 0..1. */
  readonly confidence: number;
}

export interface LabelScore {
  readonly rows: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface Score {
  readonly rows: number;
  /** Share of rows whose first guess is right. */
  readonly accuracy: number;
  /** Mean F1 over the labels that occur; a guess outside of them is simply wrong. */
  readonly macroF1: number;
  /** Share of rows with the right label among the first three guesses. */
  readonly top3: number;
  /** Accuracy over the surest share of rows: what is gained by asking a person about the rest. */
  readonly coverage: readonly { readonly share: number; readonly accuracy: number }[];
  /** Expected calibration error over ten bins of confidence: how far it is from "70 % sure is right 7 times of 10". */
  readonly calibrationError: number;
  readonly perClass: Readonly<Record<string, LabelScore>>;
  /** Commonest mistakes first. */
  readonly confusion: readonly { readonly actual: string; readonly predicted: string; readonly rows: number }[];
}

const NOTHING = 'none';
const SHARES = [0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;
const BINS = 10;
const MAX_CONFUSIONS = 20;

export function score(predictions: readonly Prediction[]): Score {
  const labels = [...new Set(predictions.map(({ actual }) => actual))].sort();
  const perClass: Record<string, LabelScore> = {};
  let f1Sum = 0;
  for (const label of labels) {
    const rows = predictions.filter(({ actual }) => actual === label).length;
    const claims = predictions.filter((row) => first(row) === label).length;
    const hits = predictions.filter((row) => row.actual === label && first(row) === label).length;
    const f1 = (2 * hits) / (rows + claims);
    f1Sum += f1;
    perClass[label] = {
      rows,
      precision: round(claims === 0 ? 0 : hits / claims),
      recall: round(hits / rows),
      f1: round(f1),
    };
  }
  return {
    rows: predictions.length,
    accuracy: round(share(predictions, isRight)),
    macroF1: round(labels.length === 0 ? 0 : f1Sum / labels.length),
    top3: round(share(predictions, ({ actual, ranked }) => ranked.slice(0, 3).includes(actual))),
    coverage: coverage(predictions),
    calibrationError: round(calibrationError(predictions)),
    perClass,
    confusion: confusion(predictions),
  };
}

function first(row: Prediction): string {
  return row.ranked[0] ?? NOTHING;
}

function isRight(row: Prediction): boolean {
  return first(row) === row.actual;
}

function share(rows: readonly Prediction[], test: (row: Prediction) => boolean): number {
  return rows.length === 0 ? 0 : rows.filter(test).length / rows.length;
}

function coverage(predictions: readonly Prediction[]): Score['coverage'] {
  const surestFirst = [...predictions].sort((a, b) => b.confidence - a.confidence);
  return SHARES.map((part) => {
    const surest = surestFirst.slice(0, Math.round(surestFirst.length * part));
    return { share: part, accuracy: round(share(surest, isRight)) };
  });
}

function calibrationError(predictions: readonly Prediction[]): number {
  const bins: Prediction[][] = Array.from({ length: BINS }, () => []);
  for (const row of predictions) bins[Math.min(BINS - 1, Math.floor(row.confidence * BINS))]?.push(row);
  let error = 0;
  for (const rows of bins) {
    const claimed = rows.reduce((sum, { confidence }) => sum + confidence, 0);
    error += Math.abs(claimed - rows.filter(isRight).length);
  }
  return predictions.length === 0 ? 0 : error / predictions.length;
}

function confusion(predictions: readonly Prediction[]): Score['confusion'] {
  const counts = new Map<string, { actual: string; predicted: string; rows: number }>();
  for (const row of predictions) {
    if (isRight(row)) continue;
    const key = `${row.actual}\n${first(row)}`;
    const entry = counts.get(key) ?? { actual: row.actual, predicted: first(row), rows: 0 };
    entry.rows += 1;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.rows - a.rows).slice(0, MAX_CONFUSIONS);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
