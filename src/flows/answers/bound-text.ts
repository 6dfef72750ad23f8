/** What one answer may weigh, so that a state stays below 16 KB whatever is typed. */
export const MAX_DESCRIPTION_BYTES = 8000;
export const MAX_ANSWER_BYTES = 4096;
export const MAX_PLACE_BYTES = 600;
export const MAX_TIME_BYTES = 200;

const MAX_BYTES_A_UNIT = 6;

/** Cuts a text so that its JSON form takes at most `maxBytes`; never inside a surrogate pair. */
export function boundText(text: string, maxBytes: number): string {
  if (text.length * MAX_BYTES_A_UNIT <= maxBytes || jsonBytes(text) <= maxBytes) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (jsonBytes(text.slice(0, middle).toWellFormed()) <= maxBytes) low = middle;
    else high = middle - 1;
  }
  const isSplitPair = /[\ud800-\udbff]$/.test(text[low - 1] ?? '');
  return text.slice(0, isSplitPair ? low - 1 : low);
}

/** Puts a new piece of text under what was said before; the same piece again adds nothing. */
export function appendText(before: string, piece: string, maxBytes: number): string {
  if (before === '') return boundText(piece, maxBytes);
  if (before === piece || before.endsWith(`\n${piece}`)) return before;
  return boundText(`${before}\n${piece}`, maxBytes);
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
