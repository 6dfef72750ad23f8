const segmenter = new Intl.Segmenter('id', { granularity: 'grapheme' });

/** Where a text may be cut, best first: between paragraphs, lines, sentences, words. */
const BORDERS: readonly RegExp[] = [/\n{2,}/g, /\n/g, /[.!?…]["')\]]?\s+/g, /\s+/g];
/** A border this early in the part would waste most of it. */
const MIN_FILL = 0.5;

/**
 * Cuts a text into parts of at most `maxChars` UTF-16 units, where a reader would pause, and never within a grapheme.
 * White space at a cut is dropped; nothing else is.
 */
export function splitText(text: string, maxChars: number): readonly string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > maxChars) {
    const end = cutAt(rest, maxChars);
    const part = rest.slice(0, end).trimEnd();
    if (part) parts.push(part);
    rest = rest.slice(end).trimStart();
  }
  if (rest) parts.push(rest);
  return parts;
}

function cutAt(text: string, maxChars: number): number {
  // one unit more, so that a border right behind the last character that fits is seen
  const window = text.slice(0, maxChars + 1);
  for (const border of BORDERS) {
    const ends = [...window.matchAll(border)].map((match) => match.index + match[0].trimEnd().length);
    const end = ends.findLast((each) => each <= maxChars);
    if (end !== undefined && end >= maxChars * MIN_FILL) return end;
  }
  return lastGraphemeEnd(text, maxChars);
}

function lastGraphemeEnd(text: string, maxChars: number): number {
  let end = 0;
  for (const { index, segment } of segmenter.segment(text.slice(0, maxChars * 2))) {
    if (index + segment.length > maxChars) break;
    end = index + segment.length;
  }
  if (end > 0) return end;
  // one grapheme longer than a whole message: cut it, but not within a surrogate pair
  return /[\uD800-\uDBFF]/.test(text[maxChars - 1] ?? '') ? maxChars - 1 : maxChars;
}
