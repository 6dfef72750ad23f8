import { BOX_HEADER_BYTES, readBox } from './walk-chunks.js';

/** Films and sound in boxes (ISO 14496-12), QuickTime's among them. */
const FILMS: ReadonlySet<string> = new Set(['video/mp4', 'video/quicktime', 'video/3gpp', 'audio/mp4', 'audio/x-m4a']);

/**
 * What a player needs of each box that is looked into; all else is metadata: where and with what it was recorded
 * (`udta` with `©xyz` or `loci`, `meta` with the keys of QuickTime), XMP (`uuid`), what phones append of their own.
 */
const NEEDED: Readonly<Record<string, ReadonlySet<string>>> = {
  file: new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'mfra', 'sidx', 'ssix', 'pdin', 'wide']),
  moov: new Set(['mvhd', 'trak', 'mvex', 'iods', 'pssh']),
  trak: new Set(['tkhd', 'tref', 'trgr', 'edts', 'mdia', 'tapt', 'clip', 'matt', 'imap', 'load']),
};
/** Players pass over it. */
const EMPTY = 'free';

export function isFilm(mimeType: string): boolean {
  return FILMS.has(mimeType);
}

/**
 * A film without what it tells beside picture and sound. Every byte stays in its place, so that the tables that point to
 * them hold, and any part of it can be asked for alone. Frames themselves are not looked into: a track of places that an
 * action camera or a drone records beside the picture stays.
 *
 * @param source from the film's beginning, in pieces of any size
 */
export async function* withoutFilmMetadata(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const blank = createBlanker();
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    const bytes = Buffer.concat([rest, piece]);
    const doneBytes = blank(bytes);
    rest = bytes.subarray(doneBytes);
    if (doneBytes > 0) yield bytes.subarray(0, doneBytes);
  }
  // less than the header of a box: nothing a player reads
  if (rest.length > 0) yield rest.fill(0);
}

interface Box {
  readonly type: string;
  /** Where it ends in the file. */
  readonly end: number;
}

const WHOLE: Box = { type: 'file', end: Number.POSITIVE_INFINITY };

/** @returns blanks in place what a piece holds of metadata, and tells how many of its bytes are done */
function createBlanker(): (bytes: Buffer) => number {
  const open: Box[] = [];
  /** Where the piece begins in the file. */
  let offset = 0;
  let passUpTo = 0;
  let isBlank = false;

  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      const place = offset + at;
      if (place < passUpTo) {
        const next = Math.min(passUpTo - offset, bytes.length);
        if (isBlank) bytes.fill(0, at, next);
        at = next;
        continue;
      }
      while (place >= (open.at(-1) ?? WHOLE).end) open.pop();
      const parent = open.at(-1) ?? WHOLE;
      // QuickTime ends some lists by four zero bytes
      if (parent.end - place < BOX_HEADER_BYTES) {
        passUpTo = parent.end;
        isBlank = false;
        continue;
      }
      const box = readBox(bytes.subarray(at));
      if (!box) break;
      const isNeeded = NEEDED[parent.type]?.has(box.type) ?? false;
      const end = Math.min(place + box.headerBytes + box.leftBytes, parent.end);
      if (isNeeded && Object.hasOwn(NEEDED, box.type)) open.push({ type: box.type, end });
      else passUpTo = end;
      isBlank = !isNeeded;
      if (isBlank) bytes.write(EMPTY, at + 4, 'latin1');
      at += box.headerBytes;
    }
    offset += at;
    return at;
  };
}
