import type { Token } from './tokenize.js';

const PIECE_CHARS = 3;
const PIECE_MARK = '.';

/** Of what {@link pieces} found, the whole words. */
export function wholeWords(found: readonly string[]): string[] {
  return found.filter((each) => !each.startsWith(PIECE_MARK));
}

/**
 * Whole words as they were written, then the pieces of three letters of each with its edges marked: what an unknown or
 * misspelt word still has in common with known ones ("-nya kapan", "di-...-kan").
 */
export function pieces(tokens: readonly Token[]): string[] {
  const found: string[] = [];
  for (const { word, numeric } of tokens) {
    if (numeric) continue;
    found.push(word);
    const marked = `<${word}>`;
    for (let at = 0; at + PIECE_CHARS <= marked.length; at += 1)
      found.push(PIECE_MARK + marked.slice(at, at + PIECE_CHARS));
  }
  return found;
}
