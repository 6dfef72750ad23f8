/** Finds the one known word that a misspelt word is one slip away from: a letter missing, extra, wrong, or two swapped. */
export type Respell = (word: string) => string | undefined;

/** Shorter words have too many neighbours that are words of their own. */
const MIN_CHARS = 6;
const MAX_CHARS = 20;

/**
 * An index of known words with one letter left out: two words are at most one slip apart only if they meet there. So a
 * look-up costs as many hash look-ups as the word has letters, however many words are known.
 */
export function createRespell(known: Iterable<string>): Respell {
  const byShortened = new Map<string, string[]>();
  const words = new Set<string>();
  for (const word of known) {
    if (word.length < MIN_CHARS || word.length > MAX_CHARS || words.has(word)) continue;
    words.add(word);
    for (const shortened of shorten(word)) {
      const meeting = byShortened.get(shortened);
      if (meeting === undefined) byShortened.set(shortened, [word]);
      else meeting.push(word);
    }
  }
  return (word) => {
    if (word.length < MIN_CHARS - 1 || word.length > MAX_CHARS) return undefined;
    let found: string | undefined;
    for (const shortened of shorten(word)) {
      for (const candidate of byShortened.get(shortened) ?? []) {
        // the first letter is rarely the wrong one, and names that differ in it are names
        if (candidate[0] !== word[0] || candidate === found || !isOneSlip(word, candidate)) continue;
        // of two equally near words neither is trusted
        if (found !== undefined) return undefined;
        found = candidate;
      }
    }
    return found;
  };
}

/** The word itself and each form of it with one letter left out. */
function* shorten(word: string): Iterable<string> {
  yield word;
  for (let at = 0; at < word.length; at += 1) {
    if (word[at] !== word[at - 1]) yield word.slice(0, at) + word.slice(at + 1);
  }
}

function isOneSlip(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const rest = one.slice(start);
  const otherRest = other.slice(start);
  if (rest.slice(1) === otherRest.slice(1) || rest.slice(1) === otherRest || rest === otherRest.slice(1)) return true;
  return rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2);
}

/** Names shorter than this have too many others within two slips. */
const MIN_TWICE_SLIPPED_CHARS = 8;

/**
 * The one known name that is two slips away, of those that begin alike. Looks at every name of about that length, so
 * callers ask seldom: after {@link createRespell} found none, and a bounded number of times a text.
 */
export function createRespellTwice(known: Iterable<string>): Respell {
  const byStart = new Map<string, string[]>();
  for (const name of known) {
    if (name.length < MIN_TWICE_SLIPPED_CHARS || name.length > MAX_CHARS) continue;
    const start = name.charAt(0);
    const alike = byStart.get(start);
    if (alike === undefined) byStart.set(start, [name]);
    else alike.push(name);
  }
  return (word) => {
    if (word.length < MIN_TWICE_SLIPPED_CHARS - 1 || word.length > MAX_CHARS) return undefined;
    let found: string | undefined;
    for (const name of byStart.get(word.charAt(0)) ?? []) {
      if (Math.abs(name.length - word.length) > 2 || !isTwoSlips(word, name)) continue;
      if (found !== undefined) return undefined;
      found = name;
    }
    return found;
  };
}

/** Takes off what both begin with, then mends one slip in each possible way: only a second one may be left. */
function isTwoSlips(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const rest = one.slice(start);
  const otherRest = other.slice(start);
  const swapped = rest.charAt(1) + rest.charAt(0) + rest.slice(2);
  return (
    isOneSlip(rest.slice(1), otherRest.slice(1)) ||
    isOneSlip(rest.slice(1), otherRest) ||
    isOneSlip(rest, otherRest.slice(1)) ||
    isOneSlip(swapped, otherRest)
  );
}
