const NOT_WORD = /[^\p{L}\p{N}]+/gu;

/** A text of any length as phrases are looked for in it: lower case, whole words with one blank between them. */
export function foldWords(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(NOT_WORD, ' ').trim();
}

/** True when one of the phrases (normalised) stands in a text as whole words, wherever. */
export function holdsPhrase(text: string, phrases: ReadonlySet<string>): boolean {
  if (phrases.size === 0) return false;
  const padded = ` ${foldWords(text)} `;
  for (const phrase of phrases) if (padded.includes(` ${phrase} `)) return true;
  return false;
}
