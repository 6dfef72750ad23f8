import type { EndWatch } from './end-watch.js';

/** One part of a file that consists of parts, as its header tells. */
interface Part {
  readonly type: string;
  /** Bytes after the header; `Infinity` for one that goes on to the end of the file. */
  readonly leftBytes: number;
}

interface Layout {
  /** Before the first part. */
  readonly startBytes: number;
  readonly headerBytes: number;
  /** @returns undefined when more of the header is needed */
  readonly read: (header: Buffer) => Part | undefined;
  /** A file without this part can't be shown. */
  readonly needed: readonly string[];
  /** What comes after it doesn't matter. */
  readonly last?: string;
}

export const BOX_HEADER_BYTES = 8;
const LONG_BOX_HEADER_BYTES = 16;

/** @returns undefined when more of the header is needed: {@link BOX_HEADER_BYTES}, or twice that */
export function readBox(header: Buffer): (Part & { readonly headerBytes: number }) | undefined {
  if (header.length < BOX_HEADER_BYTES) return undefined;
  const sizeBytes = header.readUInt32BE(0);
  const type = header.toString('latin1', 4, 8);
  if (sizeBytes === 0) return { type, headerBytes: BOX_HEADER_BYTES, leftBytes: Number.POSITIVE_INFINITY };
  if (sizeBytes > 1)
    return { type, headerBytes: BOX_HEADER_BYTES, leftBytes: Math.max(0, sizeBytes - BOX_HEADER_BYTES) };
  if (header.length < LONG_BOX_HEADER_BYTES) return undefined;
  const leftBytes = Math.max(0, Number(header.readBigUInt64BE(8)) - LONG_BOX_HEADER_BYTES);
  return { type, headerBytes: LONG_BOX_HEADER_BYTES, leftBytes };
}

const PNG: Layout = {
  startBytes: 8,
  headerBytes: 8,
  // the length of the data, which a checksum of four bytes follows
  read: (header) => ({ type: header.toString('latin1', 4, 8), leftBytes: header.readUInt32BE(0) + 4 }),
  needed: ['IHDR', 'IDAT', 'IEND'],
  last: 'IEND',
};

/** MP4, QuickTime, 3GP, HEIC and AVIF (ISO 14496-12). */
const boxes = (needed: string): Layout => ({
  startBytes: 0,
  headerBytes: BOX_HEADER_BYTES,
  read: readBox,
  needed: [needed],
});

export const watchPng = () => watch(PNG);
export const watchFilm = () => watch(boxes('moov'));
export const watchHeif = () => watch(boxes('meta'));

/** Follows a file from part to part: it is whole when none is cut off and none of those needed is missing. */
function watch(layout: Layout): EndWatch {
  let skip = layout.startBytes;
  let header: Buffer = Buffer.alloc(0);
  let isLast = false;
  const missing = new Set(layout.needed);
  return {
    see(piece) {
      for (let at = 0; at < piece.length && !(isLast && skip === 0); ) {
        if (skip > 0) {
          const passed = Math.min(skip, piece.length - at);
          skip -= passed;
          at += passed;
          continue;
        }
        header = Buffer.concat([header, piece.subarray(at, at + 1)]);
        at += 1;
        const part = header.length < layout.headerBytes ? undefined : layout.read(header);
        if (!part) continue;
        missing.delete(part.type);
        isLast = part.type === layout.last;
        skip = part.leftBytes;
        header = Buffer.alloc(0);
      }
    },
    isWhole: () => missing.size === 0 && (skip === 0 || skip === Number.POSITIVE_INFINITY),
  };
}
