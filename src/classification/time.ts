import { daysBack, isoDate, lastDayNumber, lastWeekday } from './calendar.js';
import {
  AGO,
  DAY_BACK,
  MONTHS,
  NIGHT,
  NUMBERS,
  ONE,
  PARTS_OF_DAY,
  SINCE,
  UNCOUNTED,
  UNITS,
  type Unit,
  WEEKDAYS,
} from './time-words.js';
import type { Token } from './tokenize.js';

export interface TimeFound {
  readonly text: string;
  /** From which day on (YYYY-MM-DD), when the words say it. */
  readonly fromOn?: string;
}

/** How telling a time is: one that says since when beats one that only says how often. */
enum Telling {
  Recurring = 1,
  Uncounted,
  Day,
  Since,
}

interface Read {
  readonly from: number;
  readonly to: number;
  readonly telling: Telling;
  readonly fromOn: string | undefined;
}

type Reader = (tokens: readonly Token[], at: number, text: string, today: string) => Read | undefined;

const MAX_COUNT = 200;
const MONTH_OR_YEAR: ReadonlySet<string> = new Set(['bulan', 'bln', 'tahun', 'thn', 'th']);

/**
 * The time a text names, in the citizen's own words, with the day it reaches back to; the most telling one, the first
 * at a tie. Days to come and durations that belong to something else ("14 hari kerja") are left alone.
 *
 * @param today YYYY-MM-DD in the tenant's zone
 */
export function findTime(text: string, tokens: readonly Token[], today: string): TimeFound | undefined {
  let best: Read | undefined;
  for (let at = 0; at < tokens.length; at += 1) {
    for (const reader of READERS) {
      const read = reader(tokens, at, text, today);
      if (read === undefined || (read.fromOn !== undefined && read.fromOn > today)) continue;
      if (best === undefined || read.telling > best.telling) best = read;
      break;
    }
  }
  if (best === undefined) return undefined;
  const words = text.slice(tokens[best.from]?.start, tokens[best.to]?.end).replace(/\s+/g, ' ');
  return best.fromOn === undefined ? { text: words } : { text: words, fromOn: best.fromOn };
}

function wordAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.word ?? '';
}

/** "2 minggu", "dua minggu", "seminggu", from `at` on. */
function readSpan(tokens: readonly Token[], at: number): { to: number; count: number; unit: Unit } | undefined {
  const token = tokens[at];
  if (token === undefined) return undefined;
  const one = ONE.get(token.word);
  if (one !== undefined) return { to: at, count: 1, unit: one };
  let count = token.numeric ? Number(token.word) : NUMBERS.get(token.word);
  let unitAt = at + 1;
  const next = wordAt(tokens, unitAt);
  if (count !== undefined && next === 'belas') {
    count += 10;
    unitAt += 1;
  } else if (count !== undefined && next === 'puluh') {
    count *= 10;
    unitAt += 1;
  }
  const unit = UNITS.get(wordAt(tokens, unitAt));
  if (count === undefined || unit === undefined || count < 1 || count > MAX_COUNT) return undefined;
  return { to: unitAt, count, unit };
}

/** "sejak 2 minggu", "sudah hampir 3 bulan", "3 hari yang lalu", "seminggu". */
const readDuration: Reader = (tokens, at, _text, today) => {
  let start = at;
  while (start - at < 3 && (SINCE.has(wordAt(tokens, start)) || wordAt(tokens, start) === 'ada')) start += 1;
  const span = readSpan(tokens, start);
  if (span === undefined) return undefined;
  let to = span.to;
  const after = wordAt(tokens, to + 1);
  const afterThat = wordAt(tokens, to + 2);
  const often = after === 'sekali' || after === 'kerja' || /^\d+$/.test(after) || after === 'kali';
  const yang = after === 'yang' || after === 'yg';
  const ago = AGO.has(after) || (yang && AGO.has(afterThat));
  const announced = start > at;
  const timeOfDay = span.unit === 'hour' && wordAt(tokens, start - 1) === 'jam';
  if (often || timeOfDay) return undefined;
  if (!announced && !ago && !(ONE.has(wordAt(tokens, start)) && span.unit !== 'hour' && span.unit !== 'day'))
    return undefined;
  if (wordAt(tokens, at - 1) === 'dalam' || wordAt(tokens, at - 1) === 'setiap' || wordAt(tokens, at - 1) === 'per')
    return undefined;
  if (ago) to += yang ? 2 : 1;
  return { from: at, to, telling: Telling.Since, fromOn: daysBack(today, span.count, span.unit) };
};

/** "tadi malam", "kemarin sore", "semalam", "wingi bengi", "hari ini", "minggu lalu", "bulan kemarin". */
const readDayBack: Reader = (tokens, at, _text, today) => {
  const word = wordAt(tokens, at);
  const next = wordAt(tokens, at + 1);
  const start = SINCE.has(wordAt(tokens, at - 1)) ? at - 1 : at;
  const telling = start < at ? Telling.Since : Telling.Day;
  if (next === 'ini' || next === 'iki') {
    if (word === 'hari' || word === 'hr' || word === 'dina' || PARTS_OF_DAY.has(word))
      return { from: start, to: at + 1, telling, fromOn: today };
    return undefined;
  }
  if (word === 'mau' && NIGHT.has(next)) return { from: start, to: at + 1, telling, fromOn: daysBack(today, 1, 'day') };
  const unit = UNITS.get(word);
  if (
    unit !== undefined &&
    AGO.has(next) &&
    next !== 'lebih' &&
    next !== 'lamanya' &&
    next !== 'terakhir' &&
    !tokens[at - 1]?.numeric
  ) {
    return unit === 'hour' || unit === 'minute'
      ? undefined
      : { from: start, to: at + 1, telling, fromOn: daysBack(today, 1, unit) };
  }
  const back = DAY_BACK.get(word);
  if (back === undefined || back < 0) return undefined;
  let to = at;
  let days = back;
  if (next === 'lusa') {
    to += 1;
    days = 2;
  } else if (PARTS_OF_DAY.has(next)) {
    to += 1;
    if (back === 0 && NIGHT.has(next)) days = 1;
  }
  if (word === 'tadi' && to === at) return undefined;
  return { from: start, to, telling, fromOn: daysBack(today, days, 'day') };
};

/** "tgl 3/11", "3 November 2025", "17/03/2022", "tanggal 5". */
const readDate: Reader = (tokens, at, text, today) => {
  const announced = wordAt(tokens, at) === 'tgl' || wordAt(tokens, at) === 'tanggal' || wordAt(tokens, at) === 'tggl';
  const dayAt = announced ? at + 1 : at;
  const day = smallNumber(tokens[dayAt], 31);
  if (day === undefined) return undefined;
  const start = SINCE.has(wordAt(tokens, at - 1)) ? at - 1 : at;
  const telling = start < at ? Telling.Since : Telling.Day;
  const named = MONTHS.get(wordAt(tokens, dayAt + 1));
  const slashed = isDateJoiner(text, tokens, dayAt) ? smallNumber(tokens[dayAt + 1], 12) : undefined;
  const month = named ?? slashed;
  if (month === undefined)
    return announced ? { from: start, to: dayAt, telling, fromOn: lastDayNumber(today, day) } : undefined;
  const joined = named !== undefined || isDateJoiner(text, tokens, dayAt + 1);
  const year = joined ? yearOf(tokens[dayAt + 2]) : undefined;
  if (year !== undefined) return { from: start, to: dayAt + 2, telling, fromOn: isoDate(year, month, day) };
  if (named === undefined && !announced) return undefined;
  return { from: start, to: dayAt + 1, telling, fromOn: lastDayNumber(today, day, month) };
};

/** "hari Senin", "Jumat kemarin", "sejak Rabu". */
const readWeekday: Reader = (tokens, at, _text, today) => {
  const isDay = wordAt(tokens, at) === 'hari';
  const nameAt = isDay ? at + 1 : at;
  const name = wordAt(tokens, nameAt);
  const weekday = isDay && name === 'minggu' ? 7 : WEEKDAYS.get(name);
  if (weekday === undefined) return undefined;
  const start = SINCE.has(wordAt(tokens, at - 1)) ? at - 1 : at;
  const ago = AGO.has(wordAt(tokens, nameAt + 1));
  if (!isDay && start === at && !ago) return undefined;
  if (wordAt(tokens, at - 1) === 'setiap' || wordAt(tokens, at - 1) === 'tiap') return undefined;
  return {
    from: start,
    to: ago ? nameAt + 1 : nameAt,
    telling: start < at ? Telling.Since : Telling.Day,
    fromOn: lastWeekday(today, weekday),
  };
};

/** "sejak 2019", "sejak Maret", "bulan Januari 2023", "tahun 2021". */
const readMonthOrYear: Reader = (tokens, at, _text, today) => {
  // "PP No. 20 Tahun 2017" is no time
  if (tokens[at - 1]?.numeric === true && SINCE.has(wordAt(tokens, at)) === false) return undefined;
  let next = at;
  while (next - at < 3 && (SINCE.has(wordAt(tokens, next)) || MONTH_OR_YEAR.has(wordAt(tokens, next)))) next += 1;
  if (next === at) return undefined;
  const month = MONTHS.get(wordAt(tokens, next));
  if (month === undefined) {
    const year = yearOf(tokens[next]);
    return year === undefined || tokens[next]?.word.length !== 4
      ? undefined
      : { from: at, to: next, telling: Telling.Since, fromOn: isoDate(year, 1, 1) };
  }
  const year = tokens[next + 1]?.word.length === 4 ? yearOf(tokens[next + 1]) : undefined;
  const fromOn = year === undefined ? lastDayNumber(today, 1, month) : isoDate(year, month, 1);
  return { from: at, to: year === undefined ? next : next + 1, telling: Telling.Since, fromOn };
};

/** "berhari-hari", "bertahun-tahun": long, uncounted. */
const readUncounted: Reader = (tokens, at) => {
  const word = wordAt(tokens, at);
  const unit = word.startsWith('ber') ? word.slice(3) : '';
  if (!UNCOUNTED.has(unit) || wordAt(tokens, at + 1) !== unit) return undefined;
  const start = SINCE.has(wordAt(tokens, at - 1)) ? at - 1 : at;
  return { from: start, to: at + 1, telling: Telling.Uncounted, fromOn: undefined };
};

/** "setiap malam", "tiap hujan", "saben dina". */
const readRecurring: Reader = (tokens, at) => {
  const word = wordAt(tokens, at);
  if (word !== 'setiap' && word !== 'tiap' && word !== 'saben' && word !== 'unggal') return undefined;
  const next = wordAt(tokens, at + 1);
  if (!UNITS.has(next) && !PARTS_OF_DAY.has(next) && !WEEKDAYS.has(next) && next !== 'hujan' && next !== 'udan')
    return undefined;
  const afterThat = wordAt(tokens, at + 2);
  const longer = PARTS_OF_DAY.has(afterThat) || WEEKDAYS.has(afterThat) || (next === 'hari' && afterThat === 'minggu');
  return { from: at, to: longer ? at + 2 : at + 1, telling: Telling.Recurring, fromOn: undefined };
};

const READERS: readonly Reader[] = [
  readDate,
  readDuration,
  readDayBack,
  readWeekday,
  readMonthOrYear,
  readUncounted,
  readRecurring,
];

function smallNumber(token: Token | undefined, highest: number): number | undefined {
  if (token === undefined || !token.numeric || token.word.length > 2) return undefined;
  const value = Number(token.word);
  return value >= 1 && value <= highest ? value : undefined;
}

function yearOf(token: Token | undefined): number | undefined {
  if (token === undefined || !token.numeric) return undefined;
  const value = Number(token.word);
  if (token.word.length === 2 && value >= 15 && value <= 60) return 2000 + value;
  return token.word.length === 4 && value >= 1970 && value <= 2099 ? value : undefined;
}

function isDateJoiner(text: string, tokens: readonly Token[], at: number): boolean {
  const between = text.slice(tokens[at]?.end, tokens[at + 1]?.start);
  return between === '/' || between === '-' || between === '.';
}
