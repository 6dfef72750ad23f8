import { UNPAIRED } from './feature-index.js';
import { STOPS } from './place-words.js';
import type { Token } from './tokenize.js';

/** Stands where a word was part of an address; equals no word of any rule. */
export const DROPPED = '';

const NUMBERED: ReadonlySet<string> = new Set(['rt', 'rw', 'no', 'nomor', 'blok', 'gang', 'gg', 'km', 'kav']);
const NAMED: ReadonlySet<string> = new Set([
  'jl',
  'jln',
  'kel',
  'kec',
  'gg',
  'gang',
  'ds',
  'dsn',
  'dk',
  'perum',
  'kab',
]);
const MAX_NAME_WORDS = 2;
const MIN_WRITTEN_CHARS = 3;
const ROMAN = /^(?:i{1,3}|iv|vi{0,3}|ix|xi{0,3}|xiv|xv)$/;

/**
 * The words without those of addresses: who writes "Jl. Pasar Kembang RT 03 RW 05 Kel. Sawahan" reports neither a market
 * nor a neighbourhood chief. Positions stay the same, so that evidence can still be quoted.
 */
export function withoutAddresses(text: string, tokens: readonly Token[], words: readonly string[]): string[] {
  const kept = [...words];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const next = tokens[at + 1];
    if (token === undefined || next === undefined) break;
    if (NUMBERED.has(token.word) && (next.numeric || ROMAN.test(next.word))) {
      kept[at] = DROPPED;
      kept[at + 1] = DROPPED;
    } else if (NAMED.has(token.word) && !next.numeric && !STOPS.has(next.word)) {
      kept[at] = DROPPED;
      const length = startsName(text, token, next) ? MAX_NAME_WORDS : 1;
      for (let name = at + 1; name <= at + length; name += 1) {
        const word = tokens[name];
        if (word === undefined || word.numeric || STOPS.has(word.word)) break;
        kept[name] = DROPPED;
      }
    }
  }
  return kept;
}

/**
 * The words as they were written, where they were normalised to others: a mended word stays a clue of its own
 * ("jeglongan" says more than the hole that it became).
 *
 * @param kept {@link withoutAddresses} of the words
 */
export function writtenWords(tokens: readonly Token[], words: readonly string[], kept: readonly string[]): string[] {
  return tokens.flatMap(({ word }, at) =>
    word === words[at] || kept[at] === DROPPED || word.length < MIN_WRITTEN_CHARS ? [] : [`${UNPAIRED}${word}`],
  );
}

/** "jl. mawar melati" and "jl Mawar Melati" are surely names; "jl mawar" is a shorter one. */
function startsName(text: string, token: Token, next: Token): boolean {
  const own = text.slice(token.start, token.end);
  const first = text.charAt(next.start);
  return text.charAt(token.end) === '.' || (first !== first.toLowerCase() && own !== own.toUpperCase());
}
