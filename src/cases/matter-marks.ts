import { type Keys, mac } from '../core/crypto.js';
import type { CaseReport } from './case.js';
import { stemsIn } from './search-words.js';

/** Stems of a report that are compared. */
const MAX_STEMS = 60;
/**
 * Bands of two hashes each: of two reports that share half of their stems at least one band is the same 98 times of
 * 100, of two that share a tenth 15 times.
 */
const BANDS = 16;
const ROWS = 2;
const MAX_PLACE_STEMS = 6;
/** Side of a cell in degrees, some 165 m near the equator. */
const CELL_DEGREES = 0.0015;
const MARK_BYTES = 9;

type Matter = Pick<CaseReport, 'description' | 'place'>;

/**
 * What cases about the same matter have in common, each mark a look-up by index: bands of a MinHash over the words,
 * the words of the place, and the cell of the map. Under a key outside of the database, so that no word of a sealed
 * report stands beside it.
 */
export function marksOf(keys: Keys, { description, place }: Matter): readonly string[] {
  const cell = cellOf(place);
  return [...textMarks(keys, description, place?.text ?? ''), ...(cell ? [cellMark(keys, cell.x, cell.y)] : [])];
}

/** The same to ask for, with the eight cells around its own: who stands at the edge of one sees across. */
export function marksToAsk(keys: Keys, { description, place }: Matter): readonly string[] {
  const cell = cellOf(place);
  const around = cell ? [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => cellMark(keys, cell.x + x, cell.y + y))) : [];
  return [...textMarks(keys, description, place?.text ?? ''), ...around];
}

function textMarks(keys: Keys, description: string, placeText: string): string[] {
  const stems = stemsIn([description, placeText], MAX_STEMS);
  const lowest = Array.from({ length: BANDS * ROWS }, (_, at) =>
    stems.reduce((least, stem) => Math.min(least, hash(stem, at)), Number.POSITIVE_INFINITY),
  );
  const bands =
    stems.length === 0 ? [] : Array.from({ length: BANDS }, (_, at) => lowest.slice(at * ROWS, (at + 1) * ROWS));
  return [
    ...bands.map((band, at) => markOf(keys, 'text', `${at}:${band.join(':')}`)),
    ...stemsIn([placeText], MAX_PLACE_STEMS).map((stem) => markOf(keys, 'place', stem)),
  ];
}

/** FNV-1a, mixed once more with the number of the hash. */
function hash(word: string, seed: number): number {
  let value = 0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1);
  for (let at = 0; at < word.length; at += 1) value = Math.imul(value ^ word.charCodeAt(at), 0x01000193);
  value ^= value >>> 15;
  return Math.imul(value, 0x85ebca6b) >>> 0;
}

function cellOf(place: CaseReport['place']): { x: number; y: number } | undefined {
  if (place?.latitude === undefined || place.longitude === undefined) return undefined;
  return { x: Math.floor(place.longitude / CELL_DEGREES), y: Math.floor(place.latitude / CELL_DEGREES) };
}

function cellMark(keys: Keys, x: number, y: number): string {
  return markOf(keys, 'cell', `${x}:${y}`);
}

function markOf({ receiptKey }: Keys, sort: string, value: string): string {
  return mac(receiptKey, 'mark', sort, value).toString('base64url', 0, MARK_BYTES);
}
