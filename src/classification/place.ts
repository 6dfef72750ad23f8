import { AREA, AT, BESIDE, CONTINUES, FACILITY, HOUSING, NOT_A_STREET, OWN, STOPS, STREET } from './place-words.js';
import type { Token } from './tokenize.js';

export interface PlaceFound {
  readonly text: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const MAX_NAME_WORDS = 4;
const MAX_PLACE_CHARS = 160;
/** Words that may stand between two parts of one address ("Jl. Mawar di kelurahan Sukun"). */
const MAX_CONNECTORS = 1;

/**
 * The place a text names, in the citizen's own words; undefined when there is none that somebody else could find.
 * Coordinates, also those in a map link, are taken when they lie in Indonesia.
 */
export function findPlace(text: string, tokens: readonly Token[]): PlaceFound | undefined {
  const point = findCoordinates(text);
  const address = findAddress(text, tokens);
  if (point === undefined) return address === undefined ? undefined : { text: address };
  const { latitude, longitude } = point;
  if (latitude === undefined || longitude === undefined) return { text: address ?? point.text };
  return { text: address ?? point.text, latitude, longitude };
}

function findAddress(text: string, tokens: readonly Token[]): string | undefined {
  const capitalised = writesCapitals(text, tokens);
  const parts: Span[] = [];
  for (let at = 0; at < tokens.length; ) {
    const part = readPart(text, tokens, at, capitalised);
    if (part === undefined) at += 1;
    else {
      parts.push(part);
      at = part.to + 1;
    }
  }
  const group = bestGroup(text, tokens, parts);
  if (group === undefined) return undefined;
  const address = text.slice(tokens[group.from]?.start, tokens[group.to]?.end).replace(/\s+/g, ' ');
  return address.length <= MAX_PLACE_CHARS ? address : undefined;
}

/** True when the writer uses capitals for names, so that a lower-case word is no name. */
function writesCapitals(text: string, tokens: readonly Token[]): boolean {
  let upper = 0;
  let lower = 0;
  for (const token of tokens) {
    if (token.numeric) continue;
    if (isCapital(text, token)) upper += 1;
    else lower += 1;
  }
  // one capital at the start of a text is a keyboard's habit, and a text all in capitals says nothing
  return upper > 1 && lower > upper;
}

function readPart(text: string, tokens: readonly Token[], at: number, capitalised: boolean): Span | undefined {
  const token = tokens[at];
  if (token === undefined || token.numeric) return undefined;
  const { word } = token;
  if (word === 'rt' || word === 'rw') return tokens[at + 1]?.numeric ? { from: at, to: at + 1 } : undefined;
  if (STREET.has(word)) return readStreet(text, tokens, at, capitalised);
  if (BESIDE.has(word)) return readLandmark(text, tokens, at, capitalised);
  if (AREA.has(word)) return readNamed(text, tokens, at, capitalised, AREA.has(tokens[at - 1]?.word ?? ''));
  if (FACILITY.has(word) && (AT.has(tokens[at - 1]?.word ?? '') || isCapital(text, token))) {
    return readNamed(text, tokens, at, true, false);
  }
  if (AT.has(word)) return readCapitalName(text, tokens, at);
  return undefined;
}

function readStreet(text: string, tokens: readonly Token[], at: number, capitalised: boolean): Span | undefined {
  const marker = tokens[at]?.word;
  const next = tokens[at + 1];
  if (next === undefined || !adjoins(text, tokens, at)) return undefined;
  if (marker === 'jalan') {
    if (next.numeric || STOPS.has(next.word) || NOT_A_STREET.has(next.word)) {
      // "Jalan Raya Darmo" is a name, "jalan raya rusak" is none
      const afterNext = tokens[at + 2];
      const named = next.word === 'raya' && afterNext !== undefined && isName(text, afterNext, capitalised);
      return named ? extend(text, tokens, at, at + 2, capitalised) : undefined;
    }
    const before = tokens[at - 1]?.word ?? '';
    const afterNext = tokens[at + 2];
    const numbered =
      afterNext !== undefined && (afterNext.numeric ? !isTime(tokens, at + 2) : CONTINUES.has(afterNext.word));
    const places = numbered || AT.has(before) || BESIDE.has(before) || before === 'sepanjang';
    if (!isCapital(text, next) && !places) return undefined;
  }
  if (STOPS.has(next.word) && !isCapital(text, next)) return undefined;
  return extend(text, tokens, at, at + 1, capitalised);
}

function readNamed(
  text: string,
  tokens: readonly Token[],
  at: number,
  capitalised: boolean,
  afterArea: boolean,
): Span | undefined {
  const next = tokens[at + 1];
  if (next === undefined || afterArea || !adjoins(text, tokens, at)) return undefined;
  if (!next.numeric && !isName(text, next, capitalised)) return undefined;
  return extend(text, tokens, at, at + 1, capitalised);
}

function readLandmark(text: string, tokens: readonly Token[], at: number, capitalised: boolean): Span | undefined {
  const next = tokens[at + 1];
  if (next === undefined || next.numeric || OWN.has(next.word) || !adjoins(text, tokens, at)) return undefined;
  if (STREET.has(next.word)) {
    const street = readStreet(text, tokens, at + 1, capitalised);
    return street === undefined ? undefined : { from: at, to: street.to };
  }
  const known = FACILITY.has(next.word) || AREA.has(next.word);
  if (!known && !isCapital(text, next)) return undefined;
  return extend(text, tokens, at, at + 1, capitalised);
}

/** "di Wonokromo", "daerah Rungkut": only a capitalised name, and not at "Di" alone. */
function readCapitalName(text: string, tokens: readonly Token[], at: number): Span | undefined {
  const next = tokens[at + 1];
  if (next === undefined || next.numeric || !adjoins(text, tokens, at)) return undefined;
  const shouted = text.slice(next.start, next.end) === text.slice(next.start, next.end).toUpperCase();
  if (!isCapital(text, next) || shouted || STOPS.has(next.word) || STREET.has(next.word) || AREA.has(next.word))
    return undefined;
  const span = extend(text, tokens, at, at + 1, true);
  return { from: at + 1, to: span.to };
}

/** Takes further words of a name, numbers and the parts that go on with it. */
function extend(text: string, tokens: readonly Token[], from: number, last: number, capitalised: boolean): Span {
  let to = last;
  let names = 1;
  while (to + 1 < tokens.length && adjoins(text, tokens, to)) {
    const next = tokens[to + 1];
    if (next === undefined || next.word === 'rt' || next.word === 'rw') break;
    const numbered = next.numeric && !isTime(tokens, to + 1);
    const lettered = next.word.length === 1 && CONTINUES.has(tokens[to]?.word ?? '');
    const goesOn = CONTINUES.has(next.word) || numbered || lettered;
    if (!goesOn && (names >= MAX_NAME_WORDS || !isName(text, next, capitalised || names > 1))) break;
    if (!goesOn) names += 1;
    to += 1;
  }
  return { from, to };
}

const TIME_UNITS: ReadonlySet<string> = new Set([
  'hari',
  'hr',
  'minggu',
  'bulan',
  'bln',
  'tahun',
  'thn',
  'jam',
  'kali',
  'x',
  'orang',
  'ribu',
  'rb',
]);

function isTime(tokens: readonly Token[], at: number): boolean {
  return TIME_UNITS.has(tokens[at + 1]?.word ?? '');
}

function isName(text: string, token: Token, capitalised: boolean): boolean {
  if (HOUSING.has(token.word)) return true;
  if (token.numeric || STREET.has(token.word) || AREA.has(token.word)) return false;
  if (isCapital(text, token)) return !STOPS.has(token.word) || !capitalised;
  return !capitalised && !STOPS.has(token.word) && token.word.length > 1;
}

function isCapital(text: string, token: Token): boolean {
  const first = text.charAt(token.start);
  return first !== first.toLowerCase();
}

/** True when only blanks and the marks of abbreviations and numbers stand before the next token: "Jl. Mawar", "no.5". */
function adjoins(text: string, tokens: readonly Token[], at: number): boolean {
  const here = tokens[at];
  const next = tokens[at + 1];
  if (here === undefined || next === undefined) return false;
  const between = text.slice(here.end, next.start);
  if (between.length > 3 || /[\n!?;(]/.test(between)) return false;
  // a full stop ends a sentence, unless what precedes it is an abbreviation or a number
  if (between.includes('.') && / /.test(between)) return here.numeric || here.word.length <= 4;
  return !between.includes(',');
}

/** Parts that stand together are one address; the one with most to it wins, the first at a tie. */
function bestGroup(text: string, tokens: readonly Token[], parts: readonly Span[]): Span | undefined {
  let best: (Span & { parts: number }) | undefined;
  let group: (Span & { parts: number }) | undefined;
  for (const part of parts) {
    group =
      group !== undefined && joins(text, tokens, group.to, part.from)
        ? { from: group.from, to: part.to, parts: group.parts + 1 }
        : { ...part, parts: 1 };
    if (best === undefined || group.parts > best.parts) best = group;
  }
  return best;
}

function joins(text: string, tokens: readonly Token[], end: number, start: number): boolean {
  if (start - end - 1 > MAX_CONNECTORS) return false;
  const connector = tokens[end + 1];
  if (start - end - 1 === 1 && !AT.has(connector?.word ?? '') && connector?.word !== 'kota') return false;
  const between = text.slice(tokens[end]?.end, tokens[start]?.start);
  return between.length <= 12 && !/[\n!?;]/.test(between);
}

const COORDINATES = /(-?\d{1,2}\.\d{3,15})\s{0,3}[,/ ]\s{0,3}(\d{2,3}\.\d{3,15})/;
const PIN = /!3d(-?\d{1,2}\.\d{3,15})!4d(\d{2,3}\.\d{3,15})/;
const MAP_LINK =
  /https?:\/\/(?:maps\.app\.goo\.gl|goo\.gl\/maps|maps\.google\.[a-z.]{2,6}|www\.google\.[a-z.]{2,6}\/maps|g\.co\/maps|waze\.com)\S{0,400}/i;
/** The bounding box of Indonesia, in degrees. */
const BOUNDS = { south: -11.5, north: 6.5, west: 94, east: 142 };

function findCoordinates(text: string): { text: string; latitude?: number; longitude?: number } | undefined {
  const link = MAP_LINK.exec(text)?.[0];
  const match = PIN.exec(text) ?? COORDINATES.exec(text);
  const latitude = Number(match?.[1]);
  const longitude = Number(match?.[2]);
  const inside =
    latitude >= BOUNDS.south && latitude <= BOUNDS.north && longitude >= BOUNDS.west && longitude <= BOUNDS.east;
  if (inside) return { text: link ?? match?.[0] ?? '', latitude, longitude };
  return link === undefined ? undefined : { text: link };
}
