import type { EndWatch } from './end-watch.js';

const MARKER = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_IMAGE = 0xd8;

/** Neither a segment with a length nor the end: stuffed bytes, restarts, the start itself. */
function isAlone(code: number): boolean {
  return code <= 0x01 || (code >= 0xd0 && code <= START_OF_IMAGE);
}

/**
 * Follows a JPEG's segments to its end of image. A thumbnail within has an end of its own, which is skipped with its
 * segment; what cameras append behind the end (a clip, a second picture) doesn't matter.
 */
export function watchJpeg(): EndWatch {
  let state: 'seek' | 'code' | 'high' | 'low' | 'done' = 'seek';
  let skip = 0;
  let high = 0;
  const step = (byte: number) => {
    if (state === 'high') {
      high = byte;
      state = 'low';
    } else if (state === 'low') {
      skip = Math.max(0, high * 256 + byte - 2);
      state = 'seek';
    } else if (byte === END_OF_IMAGE) state = 'done';
    else if (isAlone(byte)) state = 'seek';
    else if (byte !== MARKER) state = 'high';
  };
  return {
    see(piece) {
      for (let at = 0; at < piece.length && state !== 'done'; ) {
        if (skip > 0) {
          const passed = Math.min(skip, piece.length - at);
          skip -= passed;
          at += passed;
        } else if (state === 'seek') {
          const next = piece.indexOf(MARKER, at);
          at = next < 0 ? piece.length : next + 1;
          if (next >= 0) state = 'code';
        } else step(piece[at++] ?? 0);
      }
    },
    isWhole: () => state === 'done',
  };
}
