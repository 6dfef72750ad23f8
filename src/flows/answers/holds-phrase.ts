const NOT_WORD = /[^\p{L}\p{N}]+/gu;

let lastText = '';
let lastFolded = '';

/** A text of any length as phrases are looked for in it: lower case, whole words with one blank between them. */
export function foldWords(text: string): string {
  // one message is searched for many lists
  if (text === lastText) return lastFolded;
  lastFolded = text.normalize('NFKC').toLowerCase().replace(NOT_WORD, ' ').trim();
  lastText = text;
  return lastFolded;
}

/** True when one of the phrases (normalised) stands in a text as whole words, wherever. */
export function holdsPhrase(text: string, phrases: ReadonlySet<string>): boolean {
  return phrasesIn(text, phrases).length > 0;
}

/**
 * The phrases (normalised) that stand in a text as whole words, in its order. Looks at each word of the text once,
 * however many phrases there are.
 */
export function phrasesIn(text: string, phrases: ReadonlySet<string>): readonly string[] {
  const known = byFirstWord(phrases);
  const found: string[] = [];
  const folded = foldWords(text);
  for (let from = 0; from < folded.length; ) {
    const blank = folded.indexOf(' ', from);
    const end = blank === -1 ? folded.length : blank;
    for (const phrase of known.get(folded.slice(from, end)) ?? []) {
      const after = from + phrase.length;
      if (folded.startsWith(phrase, from) && (after === folded.length || folded[after] === ' ')) found.push(phrase);
    }
    from = end + 1;
  }
  return found;
}

const indexes = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, readonly string[]>>();

function byFirstWord(phrases: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const known = indexes.get(phrases);
  if (known) return known;
  const index = new Map<string, string[]>();
  for (const phrase of phrases) {
    const first = phrase.split(' ')[0] ?? phrase;
    index.set(first, [...(index.get(first) ?? []), phrase]);
  }
  indexes.set(phrases, index);
  return index;
}
