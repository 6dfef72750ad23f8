const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const MARK = /^\p{M}+$/u;
const LETTER = /\p{L}/u;
const DECIMAL = /^\p{Nd}$/u;

/** Letters of other scripts that look like Latin ones and are used to slip past word lists. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    в: 'b',
    с: 'c',
    е: 'e',
    һ: 'h',
    і: 'i',
    ј: 'j',
    к: 'k',
    м: 'm',
    н: 'h',
    о: 'o',
    р: 'p',
    ѕ: 's',
    т: 't',
    у: 'y',
    х: 'x',
    ԁ: 'd',
    α: 'a',
    ο: 'o',
    ρ: 'p',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    υ: 'u',
    τ: 't',
    ı: 'i',
    ł: 'l',
    ø: 'o',
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    đ: 'd',
  }),
);

/** Long compatibility forms (one sign that stands for a sentence) are no word of a report. */
const MAX_FOLDED_CHARS = 4;
const MAX_REMEMBERED = 4_096;
const remembered = new Map<number, string | undefined>();

/**
 * What one character counts as when words are compared: lower-case Latin letters or ASCII digits where it has such a
 * form, itself for letters of other scripts, '' when it is invisible (it neither shows nor parts a word), undefined
 * when it parts words.
 */
export function foldCharacter(codePoint: number): string | undefined {
  const known = remembered.get(codePoint);
  if (known !== undefined || remembered.has(codePoint)) return known;
  const folded = fold(codePoint);
  if (remembered.size < MAX_REMEMBERED) remembered.set(codePoint, folded);
  return folded;
}

function fold(codePoint: number): string | undefined {
  const character = String.fromCodePoint(codePoint);
  if (INVISIBLE.test(character) || MARK.test(character)) return '';
  if (DECIMAL.test(character)) return decimalDigit(codePoint);
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  if (plain.length === 0 || plain.length > MAX_FOLDED_CHARS) return undefined;
  const first = plain.charCodeAt(0);
  if (first >= 48 && first <= 57) return plain;
  if (!LETTER.test(plain)) return undefined;
  return LOOKALIKES.get(plain) ?? plain;
}

/** Unicode keeps the ten digits of a script next to each other, zero first. */
function decimalDigit(codePoint: number): string {
  let zero = codePoint;
  while (codePoint - zero < 9 && DECIMAL.test(String.fromCodePoint(zero - 1))) zero -= 1;
  const compatible = String.fromCodePoint(codePoint).normalize('NFKD');
  return /^[0-9]$/.test(compatible) ? compatible : String(codePoint - zero);
}
