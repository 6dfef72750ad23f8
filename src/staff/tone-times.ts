const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A moment that a text names, and the words that name it. */
export interface NamedTime {
  readonly words: string;
  /** The latest instant that the words can mean, in milliseconds since 1970. */
  readonly atMs: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  jam: HOUR_MS,
  hour: HOUR_MS,
  hours: HOUR_MS,
  hari: DAY_MS,
  day: DAY_MS,
  days: DAY_MS,
  minggu: 7 * DAY_MS,
  pekan: 7 * DAY_MS,
  week: 7 * DAY_MS,
  weeks: 7 * DAY_MS,
  bulan: 31 * DAY_MS,
  month: 31 * DAY_MS,
  months: 31 * DAY_MS,
};

const NUMBERS: Readonly<Record<string, number>> = {
  satu: 1,
  dua: 2,
  tiga: 3,
  empat: 4,
  lima: 5,
  enam: 6,
  tujuh: 7,
  delapan: 8,
  sembilan: 9,
  sepuluh: 10,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};

/** What stands for a span by itself; `se-` is one. */
const SPANS: Readonly<Record<string, number>> = {
  besok: DAY_MS,
  tomorrow: DAY_MS,
  lusa: 2 * DAY_MS,
  sehari: DAY_MS,
  seminggu: 7 * DAY_MS,
  sepekan: 7 * DAY_MS,
  sebulan: 31 * DAY_MS,
  'minggu depan': 7 * DAY_MS,
  'pekan depan': 7 * DAY_MS,
  'next week': 7 * DAY_MS,
  'bulan depan': 31 * DAY_MS,
  'next month': 31 * DAY_MS,
};

const MONTHS = 'januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember'.split('|');
const ENGLISH = 'january|february|march|april|may|june|july|august|september|october|november|december'.split('|');

const units = Object.keys(UNIT_MS).join('|');
const numbers = Object.keys(NUMBERS).join('|');
// a span behind us ("3 hari yang lalu") promises nothing
const PAST = /^\s+(yang\s+)?(lalu|kemarin|ago)(?![\p{L}\p{N}])/u;
const SPAN = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(\\d{1,3})(?:\\s*[-–]\\s*(\\d{1,3}))?|(${numbers}))\\s+(?:working |business )?(${units})(?![\\p{L}\\p{N}])`,
  'gu',
);
const WORD = new RegExp(`(?<![\\p{L}\\p{N}])(${Object.keys(SPANS).join('|')})(?![\\p{L}\\p{N}])`, 'gu');
const DATE = new RegExp(
  `(?<![\\p{L}\\p{N}])(\\d{1,2})\\s+(${[...MONTHS, ...ENGLISH].join('|')})(?:\\s+(\\d{4}))?(?![\\p{L}\\p{N}])`,
  'gu',
);

/**
 * Times to come that a reply names: "3 hari", "besok", "minggu depan", "5 Desember". Days are counted as calendar days
 * and a date is its end at UTC, so that what is flagged is late by any reading but the closest.
 */
export function namedTimes(text: string, now: Date): readonly NamedTime[] {
  const lower = text.toLowerCase();
  const found: NamedTime[] = [];
  for (const match of lower.matchAll(SPAN)) {
    const [words, from = '', to, spelled = '', unit = ''] = match;
    if (PAST.test(lower.slice(match.index + words.length))) continue;
    const count = NUMBERS[spelled] ?? Number(to ?? from);
    found.push({ words, atMs: now.getTime() + count * (UNIT_MS[unit] ?? 0) });
  }
  for (const match of lower.matchAll(WORD)) {
    if (PAST.test(lower.slice(match.index + match[0].length))) continue;
    found.push({ words: match[0], atMs: now.getTime() + (SPANS[match[0]] ?? 0) });
  }
  for (const [words, day = '', month = '', year] of lower.matchAll(DATE)) {
    found.push({ words, atMs: dateMs(Number(day), monthOf(month), year, now) });
  }
  return found;
}

function monthOf(name: string): number {
  return Math.max(MONTHS.indexOf(name), ENGLISH.indexOf(name));
}

/** A date without a year is the next one there is. */
function dateMs(day: number, month: number, year: string | undefined, now: Date): number {
  if (year !== undefined) return Date.UTC(Number(year), month, day + 1) - 1;
  const thisYear = Date.UTC(now.getUTCFullYear(), month, day + 1) - 1;
  const halfYearMs = 183 * DAY_MS;
  return thisYear < now.getTime() - halfYearMs ? Date.UTC(now.getUTCFullYear() + 1, month, day + 1) - 1 : thisYear;
}
