/**
 * Letters to change, drop, add or swap with a neighbour to make one word of the other (optimal string alignment).
 *
 * @param limit beyond which it isn't counted on; the result is then only known to be larger
 */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      least = Math.min(least, best);
      row.push(best);
    }
    // a later row is never below the least of two rows before it
    if (least > limit + 1) return limit + 1;
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}

/** How many slips a word of this length may have and still be taken for what it was meant to be. */
export function slipsAllowed(length: number): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

/** The letters of a word as bits, for {@link cannotBeNear}. */
export function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
}

/**
 * True when two words, by their letters, are surely further apart than `limit`: each letter that only one of them has
 * takes a slip of its own. Spares nearly every comparison; false says nothing.
 */
export function cannotBeNear(one: number, other: number, limit: number): boolean {
  return bitsIn(one & ~other) > limit || bitsIn(other & ~one) > limit;
}

function bitsIn(letters: number): number {
  let count = 0;
  for (let left = letters; left !== 0; left &= left - 1) count++;
  return count;
}
