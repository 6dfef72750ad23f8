/**
 * The community satisfaction survey (SKM) of PermenPANRB 14/2017: nine elements, each answered 1 (not good) to 4 (very
 * good). A rating at the end of a case is no SKM and is kept apart.
 */
export const SKM_ELEMENTS = [
  'requirements',
  'procedure',
  'time',
  'cost',
  'product',
  'competence',
  'conduct',
  'facilities',
  'complaints',
] as const;

/** One person's answers, in the order of {@link SKM_ELEMENTS}. */
export type SkmAnswers = readonly number[];

export interface SkmScore {
  readonly responses: number;
  /** Mean of each element, 1 to 4, in the order of {@link SKM_ELEMENTS}. */
  readonly means: readonly number[];
  /** 25 to 100, rounded to two decimals. */
  readonly index: number;
  readonly grade: 'A' | 'B' | 'C' | 'D';
}

/** Lower bounds of the grades; the published ones leave gaps, which rounding to two decimals closes. */
const BOUNDS = [
  { from: 88.31, grade: 'A' },
  { from: 76.61, grade: 'B' },
  { from: 65, grade: 'C' },
] as const;

/** True for nine whole numbers from 1 to 4. */
export function isSkmAnswers(answers: readonly number[]): boolean {
  const isMark = (each: number) => Number.isInteger(each) && each >= 1 && each <= 4;
  return answers.length === SKM_ELEMENTS.length && answers.every(isMark);
}

/**
 * The index, with every element weighing exactly one ninth. With the printed "0.11" a perfect service would get 99.
 *
 * @returns undefined when nobody has answered
 */
export function skmScore(all: readonly SkmAnswers[]): SkmScore | undefined {
  if (all.length === 0) return undefined;
  const means = SKM_ELEMENTS.map(
    (_, element) => all.reduce((sum, answers) => sum + (answers[element] ?? 0), 0) / all.length,
  );
  const exact = (means.reduce((sum, mean) => sum + mean, 0) / SKM_ELEMENTS.length) * 25;
  const index = Math.round((exact + Number.EPSILON) * 100) / 100;
  return { responses: all.length, means, index, grade: BOUNDS.find(({ from }) => index >= from)?.grade ?? 'D' };
}
