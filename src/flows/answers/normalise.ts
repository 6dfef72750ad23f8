const VARIATION_SELECTORS = /[\ufe0e\ufe0f]/g;
const SKIN_TONES = /[\u{1f3fb}-\u{1f3ff}]/gu;
const KEYCAPS = /\u20e3/g;
const NOT_WORD = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+/gu;
const HAS_LETTERS = /[\p{L}\p{N}]/u;
// beside words an emoji only sets the tone; alone it is the answer
const NOT_LETTERS = /[^\p{L}\p{N}\p{M}]+/gu;
const REPEATED_EMOJI = /(\p{Extended_Pictographic}) ?(?:\1 ?)+/gu;
const REPEATED_LETTERS = /(\p{L})\1{2,}/gu;
const PLAIN = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
const MAX_COMPARED_CHARS = 80;

let lastText = '';
let lastNormalised = '';

/**
 * A message as it is compared with words: lower case, compatibility forms folded, punctuation to single spaces, skin
 * tones dropped, letters repeated three times or more brought down to one ("iyaaaa"). Longer texts can't equal a word
 * and become empty.
 */
export function normalise(text: string): string {
  if (text.length > MAX_COMPARED_CHARS) return '';
  // one message is compared with many word lists
  if (text === lastText) return lastNormalised;
  lastNormalised = fold(text);
  lastText = text;
  return lastNormalised;
}

function fold(text: string): string {
  if (PLAIN.test(text)) return text.replace(REPEATED_LETTERS, '$1');
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(VARIATION_SELECTORS, '')
    .replace(SKIN_TONES, '')
    .replace(KEYCAPS, '');
  return folded
    .replace(HAS_LETTERS.test(folded) ? NOT_LETTERS : NOT_WORD, ' ')
    .trim()
    .replace(REPEATED_LETTERS, '$1')
    .replace(REPEATED_EMOJI, '$1');
}

/** Drops them wherever they stand ("cabut aja laporannya"). */
export function withoutAnyFillers(normalised: string, fillers: ReadonlySet<string>): string {
  if (!normalised.includes(' ')) return normalised;
  return normalised
    .split(' ')
    .filter((word) => !fillers.has(word))
    .join(' ');
}

/** Drops words that only make a wish polite ("kirim aja ya pak") from both ends. */
export function withoutFillers(normalised: string, fillers: ReadonlySet<string>): string {
  if (!normalised.includes(' ')) return normalised;
  const words = normalised.split(' ');
  let from = 0;
  let to = words.length;
  while (to - from > 1 && fillers.has(words[to - 1] ?? '')) to--;
  while (to - from > 1 && fillers.has(words[from] ?? '')) from++;
  return to - from === words.length ? normalised : words.slice(from, to).join(' ');
}
