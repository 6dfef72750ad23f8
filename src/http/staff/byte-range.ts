/** Both ends included, as HTTP counts. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const RANGE = /^bytes=(\d{0,12})-(\d{0,12})$/;

/**
 * The one range that a player asks for (RFC 9110, 14.2): undefined when all is to be sent, which is always allowed.
 *
 * @returns `unsatisfiable` when it lies behind the end
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return start > end || (first === '' && Number(last) === 0) ? 'unsatisfiable' : { start, end };
}

/** The bytes of a range, as they come. */
export async function* sliceBytes(source: AsyncIterable<Buffer>, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const piece of source) {
    const from = Math.max(0, start - at);
    const to = Math.min(piece.length, end + 1 - at);
    if (from < to) yield piece.subarray(from, to);
    at += piece.length;
    if (at > end) return;
  }
}
