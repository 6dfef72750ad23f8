import type { UrgencyData } from './categories.js';
import type { DangerFound } from './danger.js';
import type { Findings } from './rules.js';
import { daysOf, UNITS, type Unit } from './time-words.js';
import type { Token } from './tokenize.js';
import type { Classification } from './types.js';
import type { Normalize } from './words.js';

const URGENT_FROM_POINTS = 3;
const FEARED_POINTS = 3;
const MANY_PEOPLE_POINTS = 2;
const LONG_POINTS = 1;
/** "120 orang warga" and "40 kepala keluarga" are found, "RT 20 ada warga" isn't. */
const COUNTED_WITHIN_WORDS = 1;

export interface UrgencyFound {
  readonly urgency: Classification['urgency'];
  /** Token positions of the words that decided, both ends included. */
  readonly because: readonly { readonly from: number; readonly to: number }[];
}

export type FindUrgency = (
  tokens: readonly Token[],
  words: readonly string[],
  findings: Findings,
  danger: DangerFound,
) => UrgencyFound;

/** Weighs danger, alarming words, who and how many suffer, and for how long. */
export function createFindUrgency(data: UrgencyData, normalize: Normalize): FindUrgency {
  const people = new Set(data.people.map((phrase) => normalize(phrase.split(' ')[0] ?? '')));

  return (tokens, words, findings, danger) => {
    if (danger.acute !== undefined) return { urgency: 'darurat', because: [danger.acute] };
    let points = danger.feared ? FEARED_POINTS : 0;
    const because: { from: number; to: number }[] = [];
    const counted = new Set<unknown>();
    for (const finding of findings.urgency) {
      if (counted.has(finding.value)) continue;
      counted.add(finding.value);
      points += finding.value.weight;
      because.push(finding);
    }
    for (let at = 0; at < tokens.length; at += 1) {
      if (tokens[at]?.numeric !== true) continue;
      const many = manyPeople(tokens, words, at, people, data.manyPeople);
      const long = lastsLong(tokens, words, at, data.longDays);
      if (many) points += MANY_PEOPLE_POINTS;
      if (long) points += LONG_POINTS;
      if (many || long) because.push({ from: at, to: at + 1 });
    }
    return points >= URGENT_FROM_POINTS ? { urgency: 'tinggi', because } : { urgency: 'biasa', because: [] };
  };
}

function manyPeople(
  tokens: readonly Token[],
  words: readonly string[],
  at: number,
  people: ReadonlySet<string>,
  least: number,
): boolean {
  if (Number(tokens[at]?.word) < least || words[at - 1] === 'rt' || words[at - 1] === 'rw') return false;
  for (let next = at + 1; next <= at + 1 + COUNTED_WITHIN_WORDS; next += 1) {
    if (people.has(words[next] ?? '')) return true;
  }
  return false;
}

function lastsLong(tokens: readonly Token[], words: readonly string[], at: number, days: number): boolean {
  const unit: Unit | undefined = UNITS.get(tokens[at + 1]?.word ?? '') ?? UNITS.get(words[at + 1] ?? '');
  if (unit === undefined || words[at + 2] === 'kerja') return false;
  const length = Number(tokens[at]?.word) * daysOf(unit);
  // a year of birth or an age is no duration of a complaint
  return length >= days && length <= MAX_DAYS && tokens[at]?.word.length !== 4;
}

const MAX_DAYS = 10_950;
