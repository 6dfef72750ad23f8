/** How well predictions fit what people said: the share that is right, and the mean over labels of F1. */
export interface Score {
  readonly rows: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly perLabel: Readonly<
    Record<string, { readonly rows: number; readonly precision: number; readonly recall: number; readonly f1: number }>
  >;
}

/**
 * Scores predictions label by label. Macro-F1 is over the labels that occur in `actual`: a prediction outside of them
 * is simply wrong.
 */
export function score(actual: readonly string[], predicted: readonly string[]): Score {
  const labels = [...new Set(actual)].sort();
  const perLabel: Record<string, { rows: number; precision: number; recall: number; f1: number }> = {};
  let right = 0;
  let sum = 0;
  for (const [row, label] of actual.entries()) if (predicted[row] === label) right += 1;
  for (const label of labels) {
    let hits = 0;
    let rows = 0;
    let claims = 0;
    for (const [row, truth] of actual.entries()) {
      if (truth === label) rows += 1;
      if (predicted[row] === label) claims += 1;
      if (truth === label && predicted[row] === label) hits += 1;
    }
    const f1 = (2 * hits) / (rows + claims);
    sum += f1;
    perLabel[label] = {
      rows,
      precision: round(claims === 0 ? 0 : hits / claims),
      recall: round(hits / rows),
      f1: round(f1),
    };
  }
  return {
    rows: actual.length,
    accuracy: round(actual.length === 0 ? 0 : right / actual.length),
    macroF1: round(labels.length === 0 ? 0 : sum / labels.length),
    perLabel,
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
