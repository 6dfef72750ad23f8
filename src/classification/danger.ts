import type { Danger } from './categories.js';
import type { Finding, Findings } from './rules.js';

/** How many words before a danger word still change what it means; bridges don't count. */
const SOFTENER_REACH = 2;
/** How many words may stand between a danger word and what tells that it is past. */
const PAST_REACH = 4;
const NEGATION = 'tidak';

export interface DangerFound {
  /** The gravest danger that the words name as happening; absent when none, or only feared or remembered. */
  readonly acute: Finding<Danger> | undefined;
  /** Feared or remembered: no emergency, but more than ordinary. */
  readonly feared: boolean;
}

/**
 * Tells danger to life from its false friends: a guard phrase over the same words ("kebakaran jenggot"), a softener
 * right before or within it ("rawan kecelakaan", "tiang takut roboh", but not "tidak bisa keluar, terjebak"), a sign
 * after it that it is past ("pingsan minggu lalu"), a negation ("tidak ada kebakaran").
 *
 * @param gravity danger kinds, gravest first
 * @param bridges normalised words that don't part a softener from what it softens
 */
export function findDanger(
  findings: Findings,
  words: readonly string[],
  gravity: readonly string[],
  bridges: ReadonlySet<string>,
): DangerFound {
  let acute: Finding<Danger> | undefined;
  let feared = false;
  for (const danger of findings.dangers) {
    if (isGuarded(danger, findings)) continue;
    if (isNegated(danger, words)) continue;
    if (!danger.value.always && (isPast(danger, findings) || isSoftened(danger, findings, words, bridges))) {
      feared = true;
      continue;
    }
    if (acute === undefined || gravity.indexOf(danger.value.kind) < gravity.indexOf(acute.value.kind)) acute = danger;
  }
  return { acute, feared };
}

function isGuarded(danger: Finding<Danger>, findings: Findings): boolean {
  return findings.guards.some(
    (guard) => guard.value === danger.value && guard.from <= danger.to && guard.to >= danger.from,
  );
}

function isNegated(danger: Finding<Danger>, words: readonly string[]): boolean {
  const before = words[danger.from - 1];
  return before === NEGATION || (before === 'ada' && words[danger.from - 2] === NEGATION);
}

function isPast(danger: Finding<Danger>, findings: Findings): boolean {
  return findings.pastSigns.some(({ from }) => from > danger.to && from <= danger.to + 1 + PAST_REACH);
}

function isSoftened(
  danger: Finding<Danger>,
  findings: Findings,
  words: readonly string[],
  bridges: ReadonlySet<string>,
): boolean {
  let reach = danger.from;
  for (let left = SOFTENER_REACH; reach > 0 && left > 0; ) {
    reach -= 1;
    if (!bridges.has(words[reach] ?? '')) left -= 1;
  }
  return findings.softeners.some(
    (softener) =>
      softener.to >= reach &&
      softener.to < danger.to &&
      softener.from !== danger.from &&
      words[softener.from - 1] !== NEGATION,
  );
}
