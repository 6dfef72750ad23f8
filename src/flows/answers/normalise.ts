const VARIATION_SELECTORS = /[\ufe0e\ufe0f]/g;
const SKIN_TONES = /[\u{1f3fb}-\u{1f3ff}]/gu;
const KEYCAPS = /\u20e3/g;
const NOT_WORD = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+/gu;
const REPEATED_LETTERS = /(\p{L})\1{2,}/gu;
const PLAIN = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
const MAX_COMPARED_CHARS = 200;

/**
 * A message as it is compared with words: lower case, compatibility forms folded, punctuation to single spaces, skin
 * tones dropped, letters repeated three times or more brought down to one ("iyaaaa"). Longer texts can't equal a word
 * and become empty.
 */
export function normalise(text: string): string {
  if (text.length > MAX_COMPARED_CHARS) return '';
  if (PLAIN.test(text)) return text.replace(REPEATED_LETTERS, '$1');
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(VARIATION_SELECTORS, '')
    .replace(SKIN_TONES, '')
    .replace(KEYCAPS, '')
    .replace(NOT_WORD, ' ')
    .trim()
    .replace(REPEATED_LETTERS, '$1');
}

/** Drops words that only make a wish polite ("kirim aja ya pak") from both ends. */
export function withoutFillers(normalised: string, fillers: ReadonlySet<string>): string {
  const words = normalised.split(' ');
  while (words.length > 1 && fillers.has(words.at(-1) ?? '')) words.pop();
  while (words.length > 1 && fillers.has(words[0] ?? '')) words.shift();
  return words.join(' ');
}
