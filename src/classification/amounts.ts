import { readNumberInWords } from './number-words.js';
import type { Token } from './tokenize.js';

/** A sum of money in the citizen's words. */
export interface Amount {
  readonly text: string;
  readonly rupiah: number;
}

const SCALES: ReadonlyMap<string, number> = new Map([
  ['rb', 1_000],
  ['ribu', 1_000],
  ['rebu', 1_000],
  ['ewu', 1_000],
  ['k', 1_000],
  ['jt', 1_000_000],
  ['juta', 1_000_000],
  ['m', 1_000_000_000],
  ['milyar', 1_000_000_000],
  ['miliar', 1_000_000_000],
  ['triliun', 1_000_000_000_000],
  ['trilyun', 1_000_000_000_000],
]);
/** Mean money only where "Rp" says so: "20 k" may be a house number, "3 m" a width. */
const BARE_SCALES: ReadonlySet<string> = new Set(['k', 'm']);
const CURRENCY: ReadonlySet<string> = new Set(['rp', 'rupiah', 'idr', 'perak']);
/** "5 ribu" of these are no money. */
const COUNTED: ReadonlySet<string> = new Set([
  'orang',
  'warga',
  'jiwa',
  'kk',
  'rumah',
  'liter',
  'meter',
  'km',
  'kg',
  'batang',
  'ekor',
  'kali',
  'tahun',
  'siswa',
  'lembar',
  'buah',
  'pohon',
  'hektar',
  'watt',
  'unit',
  'kendaraan',
  'pelanggan',
  'penduduk',
]);
const MAX_AMOUNTS = 5;
const MAX_DIGITS = 13;

/** Sums of money: "Rp 25.000,-", "5rb", "2,5 juta", "lima puluh ribu rupiah". Linear; at most five. */
export function findAmounts(text: string, tokens: readonly Token[]): readonly Amount[] {
  const found: Amount[] = [];
  const isCurrency = (at: number): boolean => CURRENCY.has(tokens[at]?.word ?? '');
  const isCount = (last: number): boolean => COUNTED.has(tokens[last + 1]?.word ?? '');
  const hasSign = (first: number, last: number): boolean => isCurrency(first - 1) || isCurrency(last + 1);
  const take = (first: number, last: number, rupiah: number): void => {
    const from = isCurrency(first - 1) ? first - 1 : first;
    const to = isCurrency(last + 1) ? last + 1 : last;
    found.push({ text: text.slice(tokens[from]?.start, tokens[to]?.end), rupiah: Math.round(rupiah) });
  };
  for (let at = 0; at < tokens.length && found.length < MAX_AMOUNTS; at += 1) {
    if (tokens[at]?.numeric !== true) {
      const words = readNumberInWords(tokens, at, (before, after) => !isParted(text, before, after));
      if (words === undefined) continue;
      // "seribu alasan" is no sum
      if (hasSign(at, words.last) || (words.last > at && !isCount(words.last))) take(at, words.last, words.value);
      at = words.last;
      continue;
    }
    const number = readNumber(text, tokens, at);
    const after = tokens[number.last + 1];
    const scale =
      after === undefined || isParted(text, tokens[number.last], after) ? undefined : SCALES.get(after.word);
    const lastOfSum = scale === undefined ? number.last : number.last + 1;
    const isBare = after !== undefined && BARE_SCALES.has(after.word);
    if (hasSign(at, lastOfSum) || (scale !== undefined && !isBare && !isCount(lastOfSum))) {
      take(at, lastOfSum, number.value * (scale ?? 1));
    }
    at = lastOfSum;
  }
  return found;
}

/** "25.000" and "1.500.000" by groups of three; "2,5" and "2.5" as a fraction. */
function readNumber(text: string, tokens: readonly Token[], first: number): { value: number; last: number } {
  let digits = tokens[first]?.word ?? '';
  let last = first;
  for (let next = tokens[last + 1]; next?.numeric === true; next = tokens[last + 1]) {
    const between = text.slice(tokens[last]?.end, next.start);
    if (between === '.' && next.word.length === 3 && digits.length + 3 <= MAX_DIGITS) digits += next.word;
    else if ((between === ',' || between === '.') && next.word.length <= 2 && last === first) {
      return { value: Number(`${digits}.${next.word}`), last: last + 1 };
    } else break;
    last += 1;
  }
  return { value: Number(digits.slice(0, MAX_DIGITS)), last };
}

/** "5 ribu" and "5rb" belong together, "5. Ribu" doesn't. */
function isParted(text: string, before: Token | undefined, after: Token): boolean {
  return !/^[ \u00a0]?$/.test(text.slice(before?.end, after.start));
}
