import type { ToneRule } from './api/settings.js';
import { namedTimes } from './tone-times.js';

/** Something in a reply that may hurt, confuse or mislead its reader. It is advice: nothing is held back for it. */
export interface ToneFlag {
  readonly kind: ToneRule['kind'];
  /** The words it is about, as rules spell them; empty when something is missing. */
  readonly words: readonly string[];
  readonly advice: string;
}

export interface ToneContext {
  /** When the case must be done; without it no promise is late. */
  readonly dueAt?: Date;
  readonly now: Date;
}

/**
 * Looks a reply over by the rules of `flows/tone.yaml`, in their order.
 *
 * - `blame`, `jargon`: flagged by a word or phrase of the rule, as a whole word and in any case.
 * - `promise`: likewise; a promise rule without words flags a time named later than the deadline.
 * - `no_next_step`: flagged when none of the words is there, in a text of at least `minWords` words.
 *
 * @param locale of the advice; Indonesian when the rule has none in it
 */
export function checkTone(
  text: string,
  rules: readonly ToneRule[],
  locale: string,
  context: ToneContext,
): readonly ToneFlag[] {
  const said = ` ${wordsOf(text).join(' ')} `;
  const count = said.trim() === '' ? 0 : said.trim().split(' ').length;
  return rules.flatMap((rule) => {
    const found = foundBy(rule, said, count, text, context);
    if (!found) return [];
    return { kind: rule.kind, words: found, advice: rule.advice[locale] ?? rule.advice['id'] ?? '' };
  });
}

/** @returns the words that a rule flags, undefined when it has nothing to say */
function foundBy(
  { kind, words, minWords = 0 }: ToneRule,
  said: string,
  count: number,
  text: string,
  { dueAt, now }: ToneContext,
): readonly string[] | undefined {
  if (count < minWords || count === 0) return undefined;
  if (kind === 'promise' && words.length === 0) {
    const late = namedTimes(text, now).filter(({ atMs }) => dueAt !== undefined && atMs > dueAt.getTime());
    return late.length > 0 ? late.map((each) => each.words) : undefined;
  }
  const found = words.filter((word) => said.includes(` ${wordsOf(word).join(' ')} `));
  if (kind === 'no_next_step') return found.length === 0 ? [] : undefined;
  return found.length > 0 ? found : undefined;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
