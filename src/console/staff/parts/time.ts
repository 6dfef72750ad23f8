import type { Texts } from '../texts/texts.js';
import { fill } from '../texts/texts.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long, in at most two units: `2 h 3 j`, `14 m`, `0:42` under two minutes. */
export function spanText(ms: number, texts: Texts): string {
  const span = Math.max(0, ms);
  if (span < 2 * MINUTE_MS) {
    const seconds = Math.floor(span / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
  if (span < HOUR_MS) return fill(texts.spanMinutes, { m: Math.floor(span / MINUTE_MS) });
  if (span < DAY_MS) {
    return fill(texts.spanHours, { h: Math.floor(span / HOUR_MS), m: Math.floor((span % HOUR_MS) / MINUTE_MS) });
  }
  return fill(texts.spanDays, { d: Math.floor(span / DAY_MS), h: Math.floor((span % DAY_MS) / HOUR_MS) });
}

export function clockTime(at: string, lang: string, zone: string): string {
  return format(at, lang, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** The zone is said where it is one of Indonesia's three: an office may answer for people in another. */
export function dateTime(at: string, lang: string, zone: string): string {
  const text = format(at, lang, zone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return isZone(zone) ? `${text} ${zone}` : text;
}

/** A day without a time, by the name of its weekday. @param on `2026-11-24` */
export function dateOnly(on: string, lang: string): string {
  return format(on, lang, 'UTC', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
}

/** `2026-11-24` in the office's zone: what tells two days apart. */
export function dayOf(at: string | number, zone: string): string {
  return format(at, 'sv', zone, { year: 'numeric', month: '2-digit', day: '2-digit' });
}

export function dayName(at: string, nowMs: number, lang: string, zone: string, texts: Texts): string {
  const day = dayOf(at, zone);
  if (day === dayOf(nowMs, zone)) return texts.today;
  if (day === dayOf(nowMs - DAY_MS, zone)) return texts.yesterday;
  return format(at, lang, zone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

/** For a list: the time if it was today, else the day. */
export function shortTime(at: string, nowMs: number, lang: string, zone: string): string {
  if (dayOf(at, zone) === dayOf(nowMs, zone)) return clockTime(at, lang, zone);
  return format(at, lang, zone, { day: 'numeric', month: 'short' });
}

/** Indonesia's zones, as the office's calendar names them. */
const ZONES: Readonly<Record<string, string>> = { WIB: 'Asia/Jakarta', WITA: 'Asia/Makassar', WIT: 'Asia/Jayapura' };
/** Whether it is a name that people in Indonesia know a zone by. */
export function isZone(zone: string): boolean {
  return zone in ZONES;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: string | number, lang: string, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${lang} ${zone} ${Object.values(options)}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat(lang, { ...options, timeZone: ZONES[zone] ?? zone });
  formats.set(key, made);
  return made.format(typeof at === 'string' ? Date.parse(at) : at);
}
