import {
  AREA,
  AT,
  BESIDE,
  COARSE,
  CONTINUES,
  COUNTED,
  CROSSING,
  FACILITY,
  HOUSING,
  LARGE,
  NO_PLACE,
  NOT_A_STREET,
  ONLY_ONE,
  OWN,
  SEAT,
  STOPS,
  STREET,
  WISHED,
} from './place-words.js';
import type { Token } from './tokenize.js';

export interface PlaceFound {
  readonly text: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** How the writer uses capitals: for names, not at all, or for everything. */
type Style = 'names' | 'lower' | 'shouted';

interface Reading {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly style: Style;
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
  const reading = { text, tokens, style: styleOf(text, tokens) };
  const parts: Part[] = [];
  for (let at = 0; at < tokens.length; ) {
    const part = readPart(reading, at);
    if (part === undefined) at += 1;
    else {
      parts.push(part);
      at = part.to + 1;
    }
  }
  const group = bestGroup(reading, parts);
  if (group === undefined) return undefined;
  const address = text.slice(tokens[group.from]?.start, tokens[group.to]?.end).replace(/\s+/g, ' ');
  const [outside = ''] = address.includes(')') ? [address] : address.split('(');
  return outside.length <= MAX_PLACE_CHARS ? outside.trim() : undefined;
}

function styleOf(text: string, tokens: readonly Token[]): Style {
  let upper = 0;
  let lower = 0;
  for (const token of tokens) {
    if (token.numeric) continue;
    if (startsUpper(text, token)) upper += 1;
    else lower += 1;
  }
  if (upper > 2 && upper > 2 * lower) return 'shouted';
  // one capital at the start of a text is a keyboard's habit
  return upper > 1 && lower > upper ? 'names' : 'lower';
}

/** A part of an address. `fine` ones can be found by somebody else; a district or "RT 03" alone can't. */
interface Part extends Span {
  readonly fine: boolean;
}

function readPart(reading: Reading, at: number): Part | undefined {
  const { tokens } = reading;
  const token = tokens[at];
  if (token === undefined || token.numeric) return undefined;
  const { word } = token;
  if (word === 'rt' || word === 'rw') return readNeighbourhood(reading, at);
  if (STREET.has(word)) return fine(readStreet(reading, at));
  if (BESIDE.has(word)) return fine(readLandmark(reading, at));
  const before = tokens[at - 1]?.word ?? '';
  if (AREA.has(word)) {
    if (AREA.has(before) || WISHED.has(before)) return undefined;
    const named = readNamed(reading, at, reading.style === 'names');
    return named === undefined ? undefined : { ...named, fine: !COARSE.has(word) };
  }
  if (CROSSING.has(word)) return fine(readNamed(reading, at, reading.style === 'names'));
  if (FACILITY.has(word) && (AT.has(before) || isCapital(reading, token))) return fine(readNamed(reading, at, true));
  if (AT.has(word)) {
    const named = readCapitalName(reading, at);
    return named === undefined ? undefined : { ...named, fine: !LARGE.has(tokens[named.from]?.word ?? '') };
  }
  return undefined;
}

/** "RT 03", and "RT 03/05" for RT 03 of RW 05. */
function readNeighbourhood({ text, tokens }: Reading, at: number): Part | undefined {
  const [number, second] = [tokens[at + 1], tokens[at + 2]];
  if (!number?.numeric) return undefined;
  const isBoth = second?.numeric && text.slice(number.end, second.start).trim() === '/';
  return { from: at, to: isBoth ? at + 2 : at + 1, fine: false };
}

function fine(span: Span | undefined): Part | undefined {
  return span === undefined ? undefined : { ...span, fine: true };
}

function readStreet(reading: Reading, at: number): Span | undefined {
  const { tokens } = reading;
  const next = tokens[at + 1];
  if (next === undefined || !adjoins(reading, at)) return undefined;
  if (tokens[at]?.word === 'jalan') {
    const afterNext = tokens[at + 2];
    if (next.numeric || STOPS.has(next.word) || NOT_A_STREET.has(next.word)) {
      // "Jalan Raya Darmo" is a name, "jalan raya rusak" is none
      const named = next.word === 'raya' && afterNext !== undefined && isName(reading, afterNext);
      return named ? extend(reading, at, at + 2) : undefined;
    }
    const before = tokens[at - 1]?.word ?? '';
    const numbered =
      afterNext !== undefined && (afterNext.numeric ? !isTime(tokens, at + 2) : CONTINUES.has(afterNext.word));
    const placed = numbered || AT.has(before) || BESIDE.has(before) || before === 'sepanjang';
    if (!isCapital(reading, next) && !placed) return undefined;
  }
  if (STOPS.has(next.word) && !isCapital(reading, next)) return undefined;
  return extend(reading, at, at + 1);
}

function readNamed(reading: Reading, at: number, capitalised: boolean): Span | undefined {
  const next = reading.tokens[at + 1];
  if (next === undefined || !adjoins(reading, at)) return undefined;
  if (!next.numeric && !isName(reading, next, capitalised && reading.style !== 'shouted')) return undefined;
  return extend(reading, at, at + 1);
}

function readLandmark(reading: Reading, at: number): Span | undefined {
  const next = reading.tokens[at + 1];
  if (next === undefined || next.numeric || OWN.has(next.word) || !adjoins(reading, at)) return undefined;
  if (STREET.has(next.word)) {
    const street = readStreet(reading, at + 1);
    return street === undefined ? undefined : { from: at, to: street.to };
  }
  const sort = FACILITY.has(next.word) || AREA.has(next.word);
  if (!sort && (STOPS.has(next.word) || !isCapital(reading, next))) return undefined;
  const isSeat = SEAT.has(next.word) && AREA.has(reading.tokens[at + 2]?.word ?? '') && adjoins(reading, at + 1);
  const span = extend(reading, at, isSeat ? at + 2 : at + 1);
  // "depan pasar" says enough in a village, "depan toko" nowhere
  return sort && span.to === at + 1 && !ONLY_ONE.has(next.word) ? undefined : span;
}

/** "di Wonokromo", "daerah Rungkut": only a capitalised name, and not one in capitals alone ("di PHK"). */
function readCapitalName(reading: Reading, at: number): Span | undefined {
  const next = reading.tokens[at + 1];
  if (next === undefined || next.numeric || !isCapital(reading, next)) return undefined;
  // after a full stop a capital begins a sentence
  if (reading.text.slice(reading.tokens[at]?.end, next.start).trim() !== '') return undefined;
  const own = reading.text.slice(next.start, next.end);
  const sort = STREET.has(next.word) || AREA.has(next.word) || AT.has(next.word) || FACILITY.has(next.word);
  if (own === own.toUpperCase() || sort || STOPS.has(next.word) || NO_PLACE.has(next.word)) return undefined;
  return { from: at + 1, to: extend(reading, at, at + 1, true).to };
}

/** Takes further words of a name, numbers and the parts that go on with it. */
function extend(reading: Reading, from: number, last: number, onlyCapitals?: boolean): Span {
  const { tokens } = reading;
  const first = tokens[last];
  // "jl. kembang kuning" in a text that writes names with capitals goes on as it began
  const began = reading.style === 'names' && first !== undefined && (first.numeric || isCapital(reading, first));
  const capitalised = onlyCapitals ?? began;
  let to = last;
  let names = 1;
  while (to + 1 < tokens.length && adjoins(reading, to)) {
    const next = tokens[to + 1];
    if (next === undefined || next.word === 'rt' || next.word === 'rw') break;
    const numbered = next.numeric && !isTime(tokens, to + 1);
    const lettered = next.word.length === 1 && CONTINUES.has(tokens[to]?.word ?? '');
    const goesOn = CONTINUES.has(next.word) || numbered || lettered;
    if (!goesOn && (names >= MAX_NAME_WORDS || !isName(reading, next, capitalised || names > 1))) break;
    if (!goesOn) names += 1;
    to += 1;
  }
  return { from, to };
}

function isTime(tokens: readonly Token[], at: number): boolean {
  return COUNTED.has(tokens[at + 1]?.word ?? '');
}

/** @param capitalised only a word with a capital is a name here */
function isName(reading: Reading, token: Token, capitalised = reading.style === 'names'): boolean {
  if (HOUSING.has(token.word)) return true;
  if (token.numeric || STREET.has(token.word) || AREA.has(token.word) || STOPS.has(token.word)) return false;
  // "taman lansia lampunya mati": what belongs to it is no part of its name
  return isCapital(reading, token) || (!capitalised && token.word.length > 1 && !token.word.endsWith('nya'));
}

function isCapital(reading: Reading, token: Token): boolean {
  return reading.style !== 'shouted' && startsUpper(reading.text, token);
}

function startsUpper(text: string, token: Token): boolean {
  const first = text.charAt(token.start);
  return first !== first.toLowerCase();
}

/** True when only blanks and the marks of abbreviations and numbers stand before the next token: "Jl. Mawar", "no.5". */
function adjoins({ text, tokens }: Reading, at: number): boolean {
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
function bestGroup(reading: Reading, parts: readonly Part[]): Span | undefined {
  let best: (Part & { parts: number }) | undefined;
  let group: (Part & { parts: number }) | undefined;
  for (const part of parts) {
    group =
      group !== undefined && joins(reading, group.to, part.from)
        ? { from: group.from, to: part.to, fine: group.fine || part.fine, parts: group.parts + 1 }
        : { ...part, parts: 1 };
    // "RT 03 RW 05 Kec. Sukun" is no place yet
    if (group.fine && (best === undefined || group.parts > best.parts)) best = group;
  }
  return best;
}

function joins({ text, tokens }: Reading, end: number, start: number): boolean {
  if (start - end - 1 > MAX_CONNECTORS) return false;
  const connector = tokens[end + 1];
  if (start - end - 1 === 1 && !AT.has(connector?.word ?? '') && connector?.word !== 'kota') return false;
  const between = text.slice(tokens[end]?.end, tokens[start]?.start);
  return between.length <= 12 && !/[\n!?;]/.test(between);
}

const COORDINATES = /(-?\d{1,2}\.\d{3,15})\s{0,3}(?:[,/ ]|%2C)\s{0,3}(\d{2,3}\.\d{3,15})/i;
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
