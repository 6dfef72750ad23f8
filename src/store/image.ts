import type Sharp from 'sharp';
import { createKeyedQueue } from '../core/keyed-queue.js';

/** Above the largest phone cameras (100 megapixel); more is a bomb. */
const MAX_PIXELS = 110_000_000;
const MAX_SIDE_PIXELS = 1600;
const JPEG_QUALITY = 80;
const TIMEOUT_SECONDS = 10;
/** Pictures decoded at once: each may need 100 MB and a whole core. */
const LANES = 2;

let loading: Promise<typeof Sharp> | undefined;

/** Loaded with the first picture: the library alone takes 25 MB, and many an office sees few pictures. */
function loadSharp(): Promise<typeof Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // what is decoded once is rarely asked for again soon, and the memory is better left to the store
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}

const inOrder = createKeyedQueue();
let next = 0;

/**
 * Makes a picture fit to be shown to others: decoded and drawn anew as JPEG, upright, at most 1,600 pixels a side, so
 * that nothing of the original file (place and device in EXIF, hidden thumbnails, scripts behind the image) is left.
 *
 * @returns undefined when it can't be decoded (damaged, HEIC, more pixels than any camera makes)
 */
export function renderForDisplay(original: Buffer): Promise<Buffer | undefined> {
  next = (next + 1) % LANES;
  return inOrder(String(next), async () => {
    const sharp = await loadSharp();
    return sharp(original, { limitInputPixels: MAX_PIXELS, failOn: 'truncated', sequentialRead: true, animated: false })
      .rotate()
      .resize({ width: MAX_SIDE_PIXELS, height: MAX_SIDE_PIXELS, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: JPEG_QUALITY })
      .timeout({ seconds: TIMEOUT_SECONDS })
      .toBuffer()
      .catch(() => undefined);
  });
}
