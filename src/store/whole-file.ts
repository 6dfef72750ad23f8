import type { EndWatch } from './end-watch.js';
import { watchFilm, watchHeif, watchPng } from './walk-chunks.js';
import { watchJpeg } from './walk-jpeg.js';

/** Trailing bytes of which a reader of PDF looks for the end mark, and a little more. */
const TAIL_BYTES = 2048;
/** The end of the last block, and the trailer; programs append a few bytes of their own. */
const GIF_END = Buffer.from([0x00, 0x3b]);

const WATCHES: Readonly<Record<string, () => EndWatch>> = {
  'image/jpeg': watchJpeg,
  'image/png': watchPng,
  'image/gif': () => watchTail((tail) => tail.subarray(-64).includes(GIF_END)),
  'image/webp': watchRiff,
  'image/heic': watchHeif,
  'image/heif': watchHeif,
  'image/avif': watchHeif,
  'video/mp4': watchFilm,
  'video/quicktime': watchFilm,
  'video/3gpp': watchFilm,
  'audio/mp4': watchFilm,
  'audio/x-m4a': watchFilm,
  'application/pdf': () => watchTail((tail) => tail.includes('startxref') && tail.includes('%%EOF')),
};

/** For a type of which the end can't be told every file is whole: sound and streams play as far as they go. */
export function watchEnd(mimeType: string): EndWatch {
  return WATCHES[mimeType]?.() ?? { see: () => undefined, isWhole: () => true };
}

function watchTail(isEnd: (tail: Buffer) => boolean): EndWatch {
  let tail: Buffer = Buffer.alloc(0);
  return {
    see(piece) {
      const kept = Buffer.concat([tail, piece.subarray(-TAIL_BYTES)]);
      tail = Buffer.from(kept.subarray(-TAIL_BYTES));
    },
    isWhole: () => isEnd(tail),
  };
}

/** A RIFF file says in its first bytes how long it is. */
function watchRiff(): EndWatch {
  let head: Buffer = Buffer.alloc(0);
  let sizeBytes = 0;
  return {
    see(piece) {
      if (head.length < 8) head = Buffer.concat([head, piece.subarray(0, 8)]);
      sizeBytes += piece.length;
    },
    isWhole: () => head.length >= 8 && sizeBytes >= head.readUInt32LE(4) + 8,
  };
}
