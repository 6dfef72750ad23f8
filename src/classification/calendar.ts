import type { Unit } from './time-words.js';

const MS_PER_DAY = 86_400_000;

/** @returns undefined when there is no such day (31 February) */
export function isoDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year >= 1900 && year <= 9999 ? date.toISOString().slice(0, 10) : undefined;
}

/** The day `count` units before `today`; hours and minutes stay within the day. A month's end stays a month's end. */
export function daysBack(today: string, count: number, unit: Unit): string | undefined {
  const date = parseDay(today);
  if (date === undefined) return undefined;
  if (unit === 'minute' || unit === 'hour') return today;
  if (unit === 'day' || unit === 'week') return toIso(date.getTime() - count * (unit === 'week' ? 7 : 1) * MS_PER_DAY);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() - count * (unit === 'year' ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isoDate(year, month, Math.min(date.getUTCDate(), lastDay));
}

/** The last such weekday before `today`; Monday is 1. */
export function lastWeekday(today: string, weekday: number): string | undefined {
  const date = parseDay(today);
  if (date === undefined) return undefined;
  const back = (date.getUTCDay() - (weekday % 7) + 7) % 7;
  return toIso(date.getTime() - (back === 0 ? 7 : back) * MS_PER_DAY);
}

/** The newest such day that isn't in the future; `month` absent means day of the month only. */
export function lastDayNumber(today: string, day: number, month?: number): string | undefined {
  const date = parseDay(today);
  if (date === undefined) return undefined;
  for (let back = 0; back <= 48; back += 1) {
    const months = date.getUTCFullYear() * 12 + date.getUTCMonth() - back;
    const candidateMonth = (months % 12) + 1;
    if (month !== undefined && month !== candidateMonth) continue;
    const candidate = isoDate(Math.floor(months / 12), candidateMonth, day);
    if (candidate !== undefined && candidate <= today) return candidate;
  }
  return undefined;
}

function parseDay(today: string): Date | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(today);
  return match === null ? undefined : new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
}

function toIso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
