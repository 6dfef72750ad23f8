import { tokenize } from '../classification/tokenize.js';
import { type Keys, mac } from '../core/crypto.js';
import type { CaseReport } from './case.js';
import type { Circle } from './circle.js';

export const MAX_TOKENS = 64;
const MAX_ASKED = 8;
/** A stem and its circle as 48 bits: among a city's words two are the same about once. */
const TOKEN_BYTES = 6;
const MIN_STEM_CHARS = 4;
const MIN_WORD_CHARS = 3;
const MIN_DIGITS = 2;

/** In every report; nobody looks for them. */
const STOP_WORDS = new Set(
  (
    'yang dan dari untuk pada dengan karena juga saja saya kami kita anda tidak belum sudah ada ini itu akan atau oleh ' +
    'agar bisa dapat mohon tolong pak bapak ibu yth bagi kepada dalam lagi sangat sekali sejak sampai seperti adalah ' +
    'telah masih hanya lebih kalau jika bila maka the and for that with this'
  ).split(' '),
);

const SUFFIXES = [/(?:lah|kah|nya)$/, /(?:kan|an|i)$/];
const PREFIX = /^(?:meng|meny|mem|men|me|peng|peny|pem|pen|per|pe|ber|ter|di|ke|se)/;

/**
 * A word without its Indonesian affixes, roughly: `kebocoran`, `bocornya` and `bocor` have one stem. What is looked for
 * is shortened in the same way, so a stem need not be a word.
 */
export function stemOf(word: string): string {
  let stem = word;
  for (const suffix of SUFFIXES) stem = shortened(stem, suffix);
  return shortened(stem, PREFIX);
}

function shortened(word: string, affix: RegExp): string {
  const rest = word.replace(affix, '');
  return rest.length >= MIN_STEM_CHARS ? rest : word;
}

/** The stems that say something, each once, at most `max`. */
export function stemsIn(texts: readonly string[], max: number): string[] {
  const stems = new Set<string>();
  for (const { word, numeric } of texts.flatMap(tokenize)) {
    if (stems.size >= max) break;
    if (numeric ? word.length >= MIN_DIGITS : word.length >= MIN_WORD_CHARS && !STOP_WORDS.has(word))
      stems.add(numeric ? word : stemOf(word));
  }
  return [...stems];
}

/**
 * What a case is found by, at most 64: its stems under a key outside the database, so that the words of a sealed report
 * don't stand beside it. The circle is part of each: whoever isn't in it can't ask for them.
 *
 * @param texts in order of importance
 */
export function tokensOf(keys: Keys, circle: Circle, texts: readonly string[]): readonly string[] {
  return stemsIn(texts, MAX_TOKENS).map((stem) => tokenOf(keys, circle, stem));
}

/** The tokens of a report: its place first, then its words, then what was added to it. */
export function reportTokens(
  keys: Keys,
  circle: Circle,
  { place, description }: Pick<CaseReport, 'place' | 'description'>,
  notes: readonly string[] = [],
): readonly string[] {
  return tokensOf(keys, circle, [...(place ? [place.text] : []), description, ...notes]);
}

/** What to ask for to find cases of a circle with all these words (the first eight that say something). */
export function tokensFor(keys: Keys, circle: Circle, asked: string): readonly string[] {
  return stemsIn([asked], MAX_ASKED).map((stem) => tokenOf(keys, circle, stem));
}

function tokenOf({ receiptKey }: Keys, circle: Circle, stem: string): string {
  return mac(receiptKey, 'search', circle, stem).toString('base64url', 0, TOKEN_BYTES);
}
