import type { Texts } from '../i18n.js';
import { editDistance, slipsAllowed } from './edit-distance.js';
import { normalise, withoutFillers } from './normalise.js';

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

/** Four letters are too few to tell a slip from another word (menu, menur). */
const MIN_CLOSE_CHARS = 5;
const MAX_CLOSE_CHARS = 40;
export const MAX_OPTIONS = 10;
const DIGITS = /^(?:no|ke|nomor|nomer)?0?(\d{1,2})$/;

export function createMatcher(options: readonly Matchable[], texts: Texts): OptionMatcher {
  const byWord = new Map<string, string | undefined>();
  for (const { id, words } of options) {
    // a word of two options means neither; flows:check refuses such a flow, but labels read at run time may collide
    for (const word of words) byWord.set(word, byWord.has(word) && byWord.get(word) !== id ? undefined : id);
  }
  const fillers = texts.spoken('fillers');
  const numberOf = createNumberReader(texts);
  const shown = options.filter((option) => !option.hidden);

  const exact = (normalised: string): string | undefined => {
    const number = numberOf(normalised);
    if (number !== undefined) return shown[number - 1]?.id;
    return byWord.get(normalised) ?? byWord.get(withoutFillers(normalised, fillers));
  };

  return {
    exact: (text) => exact(normalise(text)),
    close(text) {
      const normalised = withoutFillers(normalise(text), fillers);
      if (normalised.length > MAX_CLOSE_CHARS) return undefined;
      return exact(normalised) ?? closest(normalised, byWord);
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

/** True when a message is one of a word list but for slips of the finger. */
export function isNearlySpoken(text: string, list: string, texts: Texts): boolean {
  if (isSpoken(text, list, texts)) return true;
  const normalised = normalise(text);
  if (normalised.length < MIN_CLOSE_CHARS || normalised.length > MAX_CLOSE_CHARS) return false;
  return [...texts.spoken(list)].some((word) => {
    const slips = Math.min(slipsAllowed(normalised.length), slipsAllowed(word.length));
    return slips > 0 && Math.abs(word.length - normalised.length) <= slips && editDistance(normalised, word) <= slips;
  });
}

function closest(normalised: string, byWord: ReadonlyMap<string, string | undefined>): string | undefined {
  const slips = slipsAllowed(normalised.length);
  if (slips === 0) return undefined;
  let best: { id: string | undefined; away: number } | undefined;
  for (const [word, id] of byWord) {
    if (Math.abs(word.length - normalised.length) > slips || slipsAllowed(word.length) === 0) continue;
    const away = editDistance(normalised, word);
    if (away > Math.min(slips, slipsAllowed(word.length))) continue;
    if (!best || away < best.away) best = { id, away };
    else if (away === best.away && id !== best.id) best = { id: undefined, away };
  }
  return best?.id;
}

/** Reads "2", "2.", "no 2", "nomor dua", "yang kedua", "ke-2"; never a number inside other words. */
function createNumberReader(texts: Texts): (normalised: string) => number | undefined {
  const prefixes = texts.spoken('number_prefixes');
  const values = new Map<string, number>();
  for (let value = 1; value <= MAX_OPTIONS; value++) {
    for (const word of texts.spoken(`number_${value}`)) values.set(word, value);
  }
  return (normalised) => {
    const words = normalised.split(' ');
    while (words.length > 1 && prefixes.has(words[0] ?? '')) words.shift();
    const [only, more] = words;
    if (only === undefined || more !== undefined) return undefined;
    const digits = DIGITS.exec(only)?.[1];
    return digits === undefined ? values.get(only) : Number(digits);
  };
}
