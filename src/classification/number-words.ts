import type { Token } from './tokenize.js';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['satu', 1],
  ['dua', 2],
  ['tiga', 3],
  ['empat', 4],
  ['lima', 5],
  ['enam', 6],
  ['tujuh', 7],
  ['delapan', 8],
  ['sembilan', 9],
]);
/** Written in one with their "se-" (one). */
const WHOLES: ReadonlyMap<string, number> = new Map([
  ['sepuluh', 10],
  ['sebelas', 11],
  ['seratus', 100],
]);
const SCALES: ReadonlyMap<string, number> = new Map([
  ['ribu', 1_000],
  ['juta', 1_000_000],
  ['miliar', 1_000_000_000],
  ['milyar', 1_000_000_000],
]);
const SCALED: ReadonlyMap<string, number> = new Map([
  ['seribu', 1_000],
  ['sewu', 1_000],
  ['sejuta', 1_000_000],
]);
const LONGEST_WORDS = 12;

export interface NumberInWords {
  readonly value: number;
  /** Position of its last token. */
  readonly last: number;
}

/**
 * A number of a thousand or more in words, from a token on: "lima puluh ribu", "sejuta dua ratus ribu". Smaller ones are
 * counts more often than sums.
 *
 * @param isNext whether a token belongs to the one before it, or a sentence ends between them
 */
export function readNumberInWords(
  tokens: readonly Token[],
  first: number,
  isNext: (before: Token, after: Token) => boolean,
): NumberInWords | undefined {
  let total = 0;
  let part = 0;
  let unit = 0;
  let last: number | undefined;
  for (let at = first; at < tokens.length && at < first + LONGEST_WORDS; at += 1) {
    const token = tokens[at];
    const before = tokens[at - 1];
    if (token === undefined || (at > first && before !== undefined && !isNext(before, token))) break;
    const { word } = token;
    const scale = SCALES.get(word);
    const scaled = SCALED.get(word);
    if (UNITS.has(word) && unit === 0) {
      unit = UNITS.get(word) ?? 0;
      continue;
    }
    if (WHOLES.has(word) && unit === 0) part += WHOLES.get(word) ?? 0;
    else if (word === 'belas' && unit > 0) part += 10 + unit;
    else if (word === 'puluh' && unit > 0) part += 10 * unit;
    else if (word === 'ratus' && unit > 0) part += 100 * unit;
    else if (scale !== undefined && part + unit > 0) [total, part] = [total + (part + unit) * scale, 0];
    else if (scaled !== undefined && part + unit === 0) total += scaled;
    else break;
    unit = 0;
    if (total > 0) last = at;
  }
  return last === undefined ? undefined : { value: total + part, last };
}
