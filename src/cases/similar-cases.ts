import { type Keys, open } from '../core/crypto.js';
import type { Case, CaseReport } from './case.js';
import type { CaseStore } from './case-store.js';

const WINDOW_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_COMPARED = 500;
const MAX_FOUND = 5;
const MIN_LIKENESS = 0.45;
const NEAR_METERS = 150;
const METERS_PER_DEGREE = 111_320;
/** Words of three letters and more; shorter ones are in every address. */
const WORD = /[\p{L}\p{N}]{3,}/gu;
const EVERYWHERE = new Set(['jalan', 'gang', 'depan', 'dekat', 'samping', 'belakang', 'yang', 'dan', 'the', 'street']);

/** A case that may be about the same matter, and how like it is: 0 to 1. */
export interface SimilarCase {
  readonly found: Case;
  readonly likeness: number;
}

/**
 * Cases that may be about the same matter: of the same category, under way, from the last 30 days, at the same place or
 * in much the same words. For staff to look at: nothing is merged by itself.
 *
 * Reports are sealed, so they are opened and compared here rather than looked up by their words.
 *
 * @returns at most five, the most alike first
 */
export async function findSimilar(
  found: Case,
  { cases, keys }: { readonly cases: Pick<CaseStore, 'openOf'>; readonly keys: Keys },
): Promise<SimilarCase[]> {
  const since = new Date(found.receivedAt.getTime() - WINDOW_MS);
  const others = await cases.openOf(found.category, since, MAX_COMPARED);
  const own = openReport(keys, found);
  return others
    .filter(({ _id }) => _id !== found._id)
    .map((other) => ({ found: other, likeness: likenessOf(own, found, openReport(keys, other), other) }))
    .filter(({ likeness }) => likeness >= MIN_LIKENESS)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, MAX_FOUND);
}

function openReport(keys: Keys, { _id, report }: Case): CaseReport {
  return open<CaseReport>(keys, _id, report.buffer);
}

/** The same picture says it all; else the place counts for more than the words. Pure. */
export function likenessOf(
  a: CaseReport,
  { evidence: mine }: Pick<Case, 'evidence'>,
  b: CaseReport,
  { evidence: theirs }: Pick<Case, 'evidence'>,
): number {
  const hashes = new Set(mine.flatMap(({ sha256 }) => sha256 ?? []));
  if (theirs.some(({ sha256 }) => sha256 !== undefined && hashes.has(sha256))) return 1;
  const words = overlap(wordsOf(a.description), wordsOf(b.description));
  const place = placeLikeness(a, b);
  return place === undefined ? words : 0.7 * place + 0.3 * words;
}

/** Undefined where one of them names no place. */
function placeLikeness({ place: a }: CaseReport, { place: b }: CaseReport): number | undefined {
  if (!a || !b) return undefined;
  const meters = metersBetween(a, b);
  if (meters !== undefined) return meters <= NEAR_METERS ? 1 : 0;
  return overlap(wordsOf(a.text), wordsOf(b.text));
}

interface Spot {
  readonly latitude?: number;
  readonly longitude?: number;
}

/** Good enough within a city near the equator. */
function metersBetween(a: Spot, b: Spot): number | undefined {
  if (a.latitude === undefined || a.longitude === undefined) return undefined;
  if (b.latitude === undefined || b.longitude === undefined) return undefined;
  const north = (a.latitude - b.latitude) * METERS_PER_DEGREE;
  const east = (a.longitude - b.longitude) * METERS_PER_DEGREE * Math.cos((a.latitude * Math.PI) / 180);
  return Math.hypot(north, east);
}

function wordsOf(text: string): ReadonlySet<string> {
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
  return new Set(words.filter((word) => !EVERYWHERE.has(word)));
}

/** Shared words by all words of the shorter text. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const size = Math.min(a.size, b.size);
  if (size === 0) return 0;
  return [...a].filter((word) => b.has(word)).length / size;
}
