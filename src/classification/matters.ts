import type { CategoryHit, Finding } from './rules.js';
import type { Token } from './tokenize.js';

/** A part of a message is a matter of its own from this many rule points on. */
const MATTER_FROM_POINTS = 5;
const MAX_MATTERS = 3;

/**
 * The matters that a message names apart from each other ("1. jalan rusak 2. lampu mati", "got mampet dan sampah
 * menumpuk"), as category indexes in the order of the text; empty when it is one. What follows from another
 * ("sampah menyumbat got, jadi banjir") stands in one part and is one matter.
 *
 * @param separators normalised words that part
 */
export function findMatters(
  text: string,
  tokens: readonly Token[],
  words: readonly string[],
  hits: readonly Finding<CategoryHit>[],
  separators: ReadonlySet<string>,
): readonly number[] {
  const strong = new Set(
    hits.filter(({ value }) => value.weight >= MATTER_FROM_POINTS).map(({ value }) => value.category),
  );
  if (strong.size < 2) return [];

  const partOf = partNumbers(text, tokens, words, separators);
  const points = new Map<number, Map<number, number>>();
  for (const { value, from, to } of hits) {
    const part = partOf[from] ?? 0;
    if (part !== partOf[to]) continue;
    const own = points.get(part) ?? new Map<number, number>();
    own.set(value.category, (own.get(value.category) ?? 0) + value.weight);
    points.set(part, own);
  }
  const matters = new Set<number>();
  for (const [, own] of [...points].sort(([a], [b]) => a - b)) {
    const [best] = [...own].sort(([, a], [, b]) => b - a);
    if (best !== undefined && best[1] >= MATTER_FROM_POINTS) matters.add(best[0]);
  }
  return matters.size < 2 ? [] : [...matters].slice(0, MAX_MATTERS);
}

/** Which part each token stands in. */
function partNumbers(
  text: string,
  tokens: readonly Token[],
  words: readonly string[],
  separators: ReadonlySet<string>,
): number[] {
  let part = 0;
  let end = 0;
  return tokens.map((token, at) => {
    const between = text.slice(end, token.start);
    end = token.end;
    const point = token.numeric && /^[.)]/.test(text.slice(token.end, token.end + 1)) && token.word.length === 1;
    if (at > 0 && (between.includes('\n') || point || separators.has(words[at] ?? ''))) part += 1;
    return part;
  });
}
