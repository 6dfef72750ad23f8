import type { Texts } from '../i18n.js';
import { cannotBeNear, editDistance, lettersOf, slipsAllowed } from './edit-distance.js';
import { normalise, withoutAnyFillers, withoutFillers } from './normalise.js';

/** Something a citizen can pick. `words` are normalised. */
export interface Matchable {
  readonly id: string;
  readonly words: ReadonlySet<string>;
  /** Can be said, but isn't shown and has no number. */
  readonly hidden?: boolean;
}

/** Finds which of a question's options a message means; undefined when it means none, or could mean two. */
export interface OptionMatcher {
  /** By number, label or synonym, with or without polite words around it. */
  exact(text: string): string | undefined;
  /** The same, allowing for slips of the finger. */
  close(text: string): string | undefined;
}

export const MAX_OPTIONS = 10;
const LETTER = /^[a-j]$/;
const LETTER_BEFORE_A = 96;
const DIGITS = /^(?:no|ke|nomor|nomer)?0?(\d{1,2})$/;

/** Matches the options of one question: their words, and their numbers as shown. */
export function createMatcher(options: readonly Matchable[], texts: Texts): OptionMatcher {
  const words = createWordMatcher(options, texts);
  const numberOf = createNumberReader(texts);
  const shown = options.filter((option) => !option.hidden);
  return {
    exact(text) {
      const number = numberOf(normalise(text));
      return number === undefined ? words.exact(text) : shown[number - 1]?.id;
    },
    close(text) {
      return numberOf(normalise(text)) === undefined ? words.close(text) : undefined;
    },
  };
}

/** Matches words only. */
export function createWordMatcher(entries: readonly Matchable[], texts: Texts): OptionMatcher {
  const byWord = new Map<string, string | undefined>();
  for (const { id, words } of entries) {
    // a word of two options means neither; flows:check refuses such a flow, but labels read at run time may collide
    for (const word of words) byWord.set(word, byWord.has(word) && byWord.get(word) !== id ? undefined : id);
  }
  const fillers = texts.spoken('fillers');
  const byLength = wordsByLength([...byWord.keys()]);
  const exact = (text: string) => {
    const normalised = normalise(text);
    const bare = withoutFillers(normalised, fillers);
    const meant = byWord.get(normalised) ?? byWord.get(bare);
    return meant ?? byWord.get(withoutAnyFillers(bare, fillers)) ?? sameFor(bare, byWord);
  };
  return {
    exact,
    close(text) {
      const meant = exact(text);
      if (meant !== undefined) return meant;
      const normalised = withoutFillers(normalise(text), fillers);
      const word = closest(normalised, byLength, byWord);
      return word === undefined ? undefined : byWord.get(word);
    },
  };
}

/** True when the whole message is one of a word list, with or without polite words around it. */
export function isSpoken(text: string, list: string, texts: Texts): boolean {
  const normalised = normalise(text);
  if (normalised === '') return false;
  const words = texts.spoken(list);
  return words.has(normalised) || words.has(withoutFillers(normalised, texts.spoken('fillers')));
}

/** True when a text of two words or more begins with a phrase of a list. */
export function beginsWith(text: string, list: string, texts: Texts): boolean {
  const beginning = normalise(text.slice(0, BEGINNING_CHARS));
  for (const word of texts.spoken(list)) if (beginning.startsWith(`${word} `)) return true;
  return false;
}

const BEGINNING_CHARS = 60;

/** "oke sip": a few words that all mean the same option. */
function sameFor(text: string, meaning: ReadonlyMap<string, string | undefined>): string | undefined {
  const words = text.split(' ');
  if (words.length < 2 || words.length > MAX_SAME_WORDS) return undefined;
  const first = meaning.get(words[0] ?? '');
  return words.every((word) => meaning.get(word) === first) ? first : undefined;
}

const MAX_SAME_WORDS = 3;

interface Spelt {
  readonly word: string;
  readonly letters: number;
}

function wordsByLength(words: readonly string[]): readonly (readonly Spelt[])[] {
  const byLength: Spelt[][] = [];
  for (const word of words) {
    const same = byLength[word.length] ?? [];
    same.push({ word, letters: lettersOf(word) });
    byLength[word.length] = same;
  }
  return byLength;
}

/** The word with the fewest slips; undefined when none is near, or two that mean different things are equally near. */
function closest(
  text: string,
  byLength: readonly (readonly Spelt[] | undefined)[],
  meaning: ReadonlyMap<string, string | undefined>,
): string | undefined {
  const slips = slipsAllowed(text.length);
  const own = lettersOf(text);
  let best: { word: string; away: number } | undefined;
  let isAmbiguous = false;
  for (let length = text.length - slips; length <= text.length + slips && slips > 0; length++) {
    const limit = Math.min(slips, slipsAllowed(length));
    if (limit === 0) continue;
    for (const { word, letters } of byLength[length] ?? []) {
      if (cannotBeNear(own, letters, limit)) continue;
      const away = editDistance(text, word, limit);
      if (away > limit || (best && away > best.away)) continue;
      isAmbiguous = best?.away === away && (isAmbiguous || meaning.get(best.word) !== meaning.get(word));
      best = { word, away };
    }
  }
  return isAmbiguous ? undefined : best?.word;
}

/** Reads "2", "2.", "no 2", "nomor dua", "yang kedua", "ke-2", "opsi b"; never a number inside other words. */
function createNumberReader(texts: Texts): (normalised: string) => number | undefined {
  const prefixes = texts.spoken('number_prefixes');
  const values = new Map<string, number>();
  for (let value = 1; value <= MAX_OPTIONS; value++) {
    for (const word of texts.spoken(`number_${value}`)) values.set(word, value);
  }
  return (normalised) => {
    const words = normalised.split(' ');
    const isPrefixed = words.length > 1 && prefixes.has(words[0] ?? '');
    while (words.length > 1 && prefixes.has(words[0] ?? '')) words.shift();
    const [only, more] = words;
    if (only === undefined || more !== undefined) return undefined;
    if (isPrefixed && LETTER.test(only)) return only.charCodeAt(0) - LETTER_BEFORE_A;
    const digits = DIGITS.exec(only)?.[1];
    return digits === undefined ? values.get(only) : Number(digits);
  };
}
