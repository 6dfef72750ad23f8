import { createRespell } from './spelling.js';

/** Turns a folded word into the form that rules, lexicon and model compare. */
export type Normalize = (word: string) => string;

export interface LexiconData {
  /** Formal word -> how people also write it (slang, abbreviations, Javanese and Sundanese words). */
  readonly variants: ReadonlyMap<string, readonly string[]>;
  /** Words that affixes are stripped down to. */
  readonly roots: readonly string[];
  /** Words that look derived but mean something of their own ("perumahan" is no "rumah"). */
  readonly keep: readonly string[];
}

const PREFIXES = [
  'memper',
  'diper',
  'pember',
  'pemer',
  'keber',
  'keter',
  'menge',
  'penge',
  'meny',
  'peny',
  'meng',
  'peng',
  'mem',
  'pem',
  'men',
  'pen',
  'ber',
  'ter',
  'per',
  'nge',
  'me',
  'pe',
  'di',
  'ke',
  'se',
  'be',
  'te',
  'ng',
  'ny',
  'm',
  'n',
  'ku',
] as const;
/** What a nasal prefix may have swallowed: "menutup" is tutup, "memangkas" pangkas, "mukul" pukul. */
const SWALLOWED: ReadonlyMap<string, string> = new Map([
  ['meny', 's'],
  ['peny', 's'],
  ['ny', 's'],
  ['m', 'p'],
  ['n', 't'],
  ['meng', 'k'],
  ['peng', 'k'],
  ['ng', 'k'],
  ['mem', 'p'],
  ['pem', 'p'],
  ['men', 't'],
  ['pen', 't'],
]);
const SUFFIXES = [
  'kannya',
  'annya',
  'inya',
  'anku',
  'nya',
  'lah',
  'kah',
  'pun',
  'kan',
  'ana',
  'ane',
  'an',
  'in',
  'ku',
  'mu',
  'na',
  'ne',
  'en',
  'i',
  'e',
] as const;
const PREFIXES_BY_LETTER = byLetter(PREFIXES, (prefix) => prefix.charAt(0));
const SUFFIXES_BY_LETTER = byLetter(SUFFIXES, (suffix) => suffix.charAt(suffix.length - 1));
const MIN_ROOT_CHARS = 3;
/** A root this short is only trusted when one affix alone was taken off. */
const MIN_TWICE_STRIPPED_CHARS = 4;
/** "kk" and "pppk" are abbreviations, not words drawn out. */
const MIN_SHORTENED_CHARS = 4;
const MAX_REMEMBERED = 20_000;

/**
 * A normaliser that knows the words of `lexicon` and of `known`: spelling variants become the formal word, affixes are
 * stripped only where a known root remains, letters drawn out ("tolooong") are shortened only to a known word. An
 * unknown word stays as it is.
 *
 * @param dictionary root words of the language, which are never taken for misspelt
 * @param known words of rules and training lines; the derived ones among them are reduced to the others
 */
export function createNormalize(
  lexicon: LexiconData,
  dictionary: ReadonlySet<string>,
  known: Iterable<string>,
): Normalize {
  const formal = new Map<string, string>();
  const roots = new Set<string>();
  for (const word of lexicon.keep) {
    formal.set(word, word);
    roots.add(word);
  }
  for (const [word, variants] of lexicon.variants) {
    if (!formal.has(word)) roots.add(word);
    for (const variant of variants) {
      formal.set(variant, word);
      if (variant.length >= MIN_TWICE_STRIPPED_CHARS) roots.add(variant);
    }
  }
  for (const root of lexicon.roots) roots.add(root);

  const look = (word: string): string | undefined => formal.get(word) ?? (roots.has(word) ? word : undefined);
  const reduce = (word: string): string => {
    const known = look(word);
    if (known !== undefined) return known;
    const root = stem(word, roots);
    return root === undefined ? (shorten(word, look) ?? word) : (formal.get(root) ?? root);
  };

  // shortest first, so that "lubang" is known when "berlubang" comes
  const byLength = [...new Set(known)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  for (const word of byLength) if (reduce(word) === word && !formal.has(word)) roots.add(word);

  const respell = createRespell([...roots, ...formal.keys()]);
  const correct = (word: string): string => {
    const normal = reduce(word);
    if (normal !== word || look(word) !== undefined) return normal;
    const respelt = respell(word);
    // a real word that the rules don't know is no slip of one that they know ("langkah" is no "langka")
    if (respelt === undefined || dictionary.has(word) || stem(word, dictionary) !== undefined) return word;
    return reduce(respelt);
  };

  const remembered = new Map<string, string>();
  return (word) => {
    const before = remembered.get(word);
    if (before !== undefined) return before;
    const normal = correct(word);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(word, normal);
    return normal;
  };
}

function stem(word: string, roots: ReadonlySet<string>): string | undefined {
  const prefixes = PREFIXES_BY_LETTER.get(word.charAt(0)) ?? [];
  let best = stemPrefix(word, MIN_ROOT_CHARS, prefixes, roots);
  for (const suffix of SUFFIXES_BY_LETTER.get(word.charAt(word.length - 1)) ?? []) {
    if (word.length - suffix.length < MIN_ROOT_CHARS || !word.endsWith(suffix)) continue;
    const body = word.slice(0, -suffix.length);
    if (roots.has(body)) best = longer(best, body);
    else best = longer(best, stemPrefix(body, MIN_TWICE_STRIPPED_CHARS, prefixes, roots));
  }
  return best;
}

function stemPrefix(
  body: string,
  minChars: number,
  prefixes: readonly string[],
  roots: ReadonlySet<string>,
): string | undefined {
  let best: string | undefined;
  for (const prefix of prefixes) {
    if (!body.startsWith(prefix)) continue;
    const rest = body.slice(prefix.length);
    const bareNasal = prefix.length === 1;
    // "mengurus" begins with meng, not with a bare m; a bare nasal is a prefix only where it swallowed a letter
    if (bareNasal && rest.startsWith('e')) continue;
    if (!bareNasal && rest.length >= minChars && roots.has(rest)) best = longer(best, rest);
    const swallowed = SWALLOWED.get(prefix);
    const enough = bareNasal ? MIN_TWICE_STRIPPED_CHARS : minChars;
    if (swallowed === undefined || rest.length + 1 < enough) continue;
    if (roots.has(swallowed + rest)) best = longer(best, swallowed + rest);
  }
  return best;
}

function byLetter(affixes: readonly string[], letterOf: (affix: string) => string): ReadonlyMap<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const affix of affixes) {
    const letter = letterOf(affix);
    groups.set(letter, [...(groups.get(letter) ?? []), affix]);
  }
  return groups;
}

function longer(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.length > one.length ? other : one;
}

/** "tolooong" -> "tolong", "saaampah" -> "sampah", if such a word is known. */
function shorten(word: string, look: (word: string) => string | undefined): string | undefined {
  let drawnOut = false;
  let once = '';
  for (let index = 0; index < word.length; index += 1) {
    if (word[index] === word[index - 1]) drawnOut = true;
    else once += word[index];
  }
  return drawnOut && once.length >= MIN_SHORTENED_CHARS ? look(once) : undefined;
}
