const segmenter = new Intl.Segmenter('id', { granularity: 'grapheme' });
const MAX_MARKS_IN_A_ROW = 4;
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS_IN_A_ROW}})\\p{M}+`, 'gu');

/**
 * What a citizen typed, made safe to store and show: lone surrogates become U+FFFD, NUL and other control characters
 * (but tab and line breaks) go, stacked marks are clamped, the ends are trimmed. Nothing readable is lost.
 */
export function cleanText(raw: string): string {
  return raw
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{Cc}--[\t\n]]/gv, '')
    .replace(MARKS, '$1')
    .trim();
}

/** The longest text a turn keeps: longer ones would outgrow its 64 KB together with the answers made of them. */
const MAX_KEPT_BYTES = 24_000;

/** What of a message's text is kept: all of it, up to about 24,000 bytes; then cut at a grapheme border. */
export function keepText(text: string): string {
  if (text.length * 3 <= MAX_KEPT_BYTES || Buffer.byteLength(text) <= MAX_KEPT_BYTES) return text;
  const bytesPerChar = Buffer.byteLength(text) / text.length;
  return cutText(text, Math.floor(MAX_KEPT_BYTES / bytesPerChar));
}

/** Longer than any grapheme people write, so what is a border in the window is one in the whole text. */
const WINDOW_CHARS = 200;

/** Cuts at a grapheme border, so that no emoji or accented letter is broken; adds `…` when something was cut. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  // only the end is segmented: segmenting is slow, and a text may be long
  const from = Math.max(0, maxChars - WINDOW_CHARS);
  let end = from;
  for (const { index, segment } of segmenter.segment(text.slice(from, maxChars + WINDOW_CHARS))) {
    const after = from + index + segment.length;
    if (after > maxChars - 1) break;
    end = after;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}
