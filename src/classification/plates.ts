import type { Token } from './tokenize.js';

/** Letters that plates begin with, by region of registration (Regulation of the Chief of Police 7/2021). */
const REGION_LETTERS: ReadonlySet<string> = new Set(
  (
    'a b d e f g h k l m n p r s t w z aa ab ad ae ag ba bb bd be bg bh bk bl bm bn bp ' +
    'da db dc dd de dg dh dk dl dm dn dp dr ds dt dw ea eb ed kb kh kt ku pa pb ps'
  ).split(' '),
);
const CUES: ReadonlySet<string> = new Set(['plat', 'nopol', 'polisi', 'platnomor', 'nopolnya', 'platnya']);
/** "B 3 RT" is a house, "A 12 jalan" a list: what follows the digits in such is no plate's ending. */
const NO_ENDINGS: ReadonlySet<string> = new Set([
  'rt',
  'rw',
  'jl',
  'jln',
  'gg',
  'no',
  'kel',
  'kec',
  'km',
  'wib',
  'wit',
  'rb',
  'jt',
  'kg',
  'm',
]);
const MAX_PLATES = 5;
/** How far back a word such as "plat" still speaks for a plate in small letters. */
const CUE_WORDS = 3;

/**
 * Vehicle plates ("B 1234 XYZ", "L1234AB"), written in one way: region, digits, ending. In small letters only after a
 * word such as "plat"; without an ending likewise. Linear; at most five.
 */
export function findPlates(text: string, tokens: readonly Token[]): readonly string[] {
  const found: string[] = [];
  for (let at = 1; at < tokens.length && found.length < MAX_PLATES; at += 1) {
    const [region, digits, ending] = [tokens[at - 1], tokens[at], tokens[at + 1]];
    if (region === undefined || digits?.numeric !== true || digits.word.length > 4) continue;
    if (!REGION_LETTERS.has(region.word) || !isNear(text, region, digits)) continue;
    const isCued = tokens.slice(Math.max(0, at - 1 - CUE_WORDS), at - 1).some(({ word }) => CUES.has(word));
    const hasEnding = isEnding(ending) && isNear(text, digits, ending);
    const last = hasEnding ? ending : digits;
    const written = text.slice(region.start, last.end);
    if (!isCued && (!hasEnding || written !== written.toUpperCase())) continue;
    found.push([region.word, digits.word, ...(hasEnding ? [ending.word] : [])].join(' ').toUpperCase());
  }
  return [...new Set(found)];
}

function isEnding(token: Token | undefined): token is Token {
  return token !== undefined && !token.numeric && token.word.length <= 3 && !NO_ENDINGS.has(token.word);
}

function isNear(text: string, before: Token, after: Token): boolean {
  return /^[ .-]{0,2}$/.test(text.slice(before.end, after.start));
}
