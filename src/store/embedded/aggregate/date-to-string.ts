import { fieldsOf, type RawValue, textOf } from '../bson/raw.js';
import { T, typeName } from '../bson/types.js';
import { RAW_NULL, rawString } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import type { Expression } from './expression.js';

const DEFAULT_FORMAT = '%Y-%m-%dT%H:%M:%S.%L%z';
const DEFAULT_UTC_FORMAT = '%Y-%m-%dT%H:%M:%S.%LZ';
const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
const DAYS_PER_WEEK = 7;

/** A date in some zone: the wall clock as if it were UTC, and how far it is ahead of UTC. */
interface WallClock {
  readonly at: Date;
  readonly offsetMinutes: number;
}

type Part = (clock: WallClock) => string;

const padded = (value: number, width: number) => String(value).padStart(width, '0');

const PARTS: Readonly<Record<string, Part>> = {
  Y: ({ at }) => padded(at.getUTCFullYear(), 4),
  m: ({ at }) => padded(at.getUTCMonth() + 1, 2),
  d: ({ at }) => padded(at.getUTCDate(), 2),
  H: ({ at }) => padded(at.getUTCHours(), 2),
  M: ({ at }) => padded(at.getUTCMinutes(), 2),
  S: ({ at }) => padded(at.getUTCSeconds(), 2),
  L: ({ at }) => padded(at.getUTCMilliseconds(), 3),
  j: ({ at }) => padded(dayOfYear(at), 3),
  u: ({ at }) => String(isoWeekday(at)),
  w: ({ at }) => String(at.getUTCDay() + 1),
  V: ({ at }) => padded(isoWeek(at).week, 2),
  G: ({ at }) => padded(isoWeek(at).year, 4),
  U: ({ at }) => padded(Math.floor((dayOfYear(at) + DAYS_PER_WEEK - 1 - at.getUTCDay()) / DAYS_PER_WEEK), 2),
  z: ({ offsetMinutes }) => {
    const size = Math.abs(offsetMinutes);
    return `${offsetMinutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${padded(size % 60, 2)}`;
  },
  Z: ({ offsetMinutes }) => `${offsetMinutes < 0 ? '-' : '+'}${Math.abs(offsetMinutes)}`,
  '%': () => '%',
};

function startOfYear(year: number): number {
  return Date.UTC(year, 0, 1);
}

function dayOfYear(at: Date): number {
  return Math.floor((at.getTime() - startOfYear(at.getUTCFullYear())) / MS_PER_DAY) + 1;
}

function isoWeekday(at: Date): number {
  return at.getUTCDay() || DAYS_PER_WEEK;
}

/** ISO 8601: weeks begin on Monday; the first is the one with the year's first Thursday. */
function isoWeek(at: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(at.getTime() + (4 - isoWeekday(at)) * MS_PER_DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((dayOfYear(thursday) - 1) / DAYS_PER_WEEK) + 1 };
}

/**
 * `$dateToString` with `date`, `format`, `timezone` (an Olson name or an offset) and `onNull`.
 *
 * @throws {StoreError} 18533 and following for wrong operands, 40485 for an unknown zone, as the server
 */
export function parseDateToString(operand: RawValue, parse: (value: RawValue) => Expression): Expression {
  if (operand.type !== T.object) throw new StoreError(18629, '$dateToString only supports an object as its argument');
  const fields = new Map(fieldsOf(operand));
  for (const name of fields.keys()) {
    if (!['date', 'format', 'timezone', 'onNull'].includes(name)) {
      throw new StoreError(18534, `Unrecognized argument to $dateToString: ${name}`);
    }
  }
  const dateField = fields.get('date');
  if (!dateField) throw new StoreError(18628, "Missing 'date' parameter to $dateToString");
  const date = parse(dateField);
  const format = optional(fields.get('format'), parse);
  const timezone = optional(fields.get('timezone'), parse);
  const onNull = optional(fields.get('onNull'), parse);
  return (document) => {
    const value = date(document);
    const zone = timezone?.(document);
    const pattern = format?.(document);
    if (isNothing(value)) return onNull ? onNull(document) : RAW_NULL;
    if ((timezone && isNothing(zone)) || (format && isNothing(pattern))) return RAW_NULL;
    const clock = wallClock(instantOf(value), zone && zoneName(zone));
    return rawString(render(pattern ? formatText(pattern) : zone ? DEFAULT_FORMAT : DEFAULT_UTC_FORMAT, clock));
  };
}

function optional(value: RawValue | undefined, parse: (value: RawValue) => Expression): Expression | undefined {
  return value && parse(value);
}

function isNothing(value: RawValue | undefined): value is undefined {
  return value === undefined || value.type === T.null || value.type === T.undefined;
}

/** Milliseconds since 1970. */
function instantOf(value: RawValue): number {
  if (value.type === T.date) return Number(value.bytes.readBigInt64LE(value.start));
  if (value.type === T.objectId) return value.bytes.readUInt32BE(value.start) * 1000;
  if (value.type === T.timestamp) return value.bytes.readUInt32LE(value.start + 4) * 1000;
  throw new StoreError(16006, `can't convert from BSON type ${typeName(value.type)} to Date`);
}

function formatText(value: RawValue): string {
  if (value.type === T.string) return textOf(value);
  throw new StoreError(18533, "$dateToString requires that 'format' be a string");
}

function zoneName(value: RawValue): string {
  if (value.type === T.string) return textOf(value);
  throw new StoreError(40517, `timezone must evaluate to a string, found ${typeName(value.type)}`);
}

function render(format: string, clock: WallClock): string {
  const year = clock.at.getUTCFullYear();
  if (year < 0 || year > 9999) {
    throw new StoreError(
      18537,
      `Could not convert date to string: date component was outside the range 0-9999: ${year}`,
    );
  }
  return format.replace(/%(.?)/gs, (_, specifier: string) => {
    const part = Object.hasOwn(PARTS, specifier) ? PARTS[specifier] : undefined;
    if (!part) throw new StoreError(18536, `Invalid format character '%${specifier}' in format string`);
    return part(clock);
  });
}

const OFFSET = /^([+-])(\d{2}):?(\d{2})?$/;
const formatters = new Map<string, Intl.DateTimeFormat>();

function wallClock(instant: number, zone: string | undefined): WallClock {
  if (zone === undefined || zone === 'UTC' || zone === 'GMT') return { at: new Date(instant), offsetMinutes: 0 };
  const offset = OFFSET.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? '0');
    const offsetMinutes = offset[1] === '-' ? -minutes : minutes;
    return { at: new Date(instant + offsetMinutes * MS_PER_MINUTE), offsetMinutes };
  }
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type) ?? '0');
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  // the formatter knows no fractions of a second below zero
  const milliseconds = ((instant % 1000) + 1000) % 1000;
  return {
    at: new Date(wall + milliseconds),
    offsetMinutes: Math.round((wall + milliseconds - instant) / MS_PER_MINUTE),
  };
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  try {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
    return formatter;
  } catch {
    throw new StoreError(40485, `unrecognized time zone identifier: "${zone}"`);
  }
}
