import { deflateSync, inflateSync } from 'node:zlib';

const SPACE = 0x20;
/** What a PDF says of itself in XML, where it isn't packed. */
const PACKETS = [
  ['<?xpacket begin', '<?xpacket end'],
  ['<x:xmpmeta', '</x:xmpmeta>'],
] as const;
const INFO = /\/Info\s{1,20}(\d{1,10})\s{1,20}\d{1,5}\s{1,20}R/g;
const PACKED = /\/Filter\s{0,20}\[?\s{0,20}\/FlateDecode\s{0,20}\]?/;
/** What a camera wrote into a photo that was put into the PDF as it is: the mark, and the length behind it. */
const EXIF = Buffer.from('ffe1', 'hex');
/** Bounds for what somebody may have made up to keep us busy; more than any honest PDF has. */
const MAX_INFOS = 4;
const MAX_STREAMS = 20_000;
const MAX_DICTIONARY_CHARS = 2000;
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;

/**
 * A PDF without what it tells of who made it, when and with what: title, author, producer, dates, XMP, and the EXIF of
 * photos in it. Every byte stays in its place, so that the tables that point to them hold (ISO 32000-1, 7.5 and 14.3).
 *
 * @returns undefined when something of it is packed in a way that can't be emptied
 */
export function withoutPdfMetadata(original: Buffer): Buffer | undefined {
  const text = original.toString('latin1');
  const clean = Buffer.from(original);
  for (const [begin, end] of PACKETS) blankBetween(text, clean, begin, end);
  blankExif(clean);
  const infos = new Set([...text.matchAll(INFO)].map(({ 1: number }) => Number(number)));
  if (infos.size > MAX_INFOS) return undefined;
  for (const number of infos) blankObjects(text, clean, number);
  return emptyStreams(text, clean, infos) ? clean : undefined;
}

function blankBetween(text: string, clean: Buffer, begin: string, end: string): void {
  for (let start = text.indexOf(begin); start >= 0; ) {
    const found = text.indexOf(end, start);
    const stop = found < 0 ? text.length : found + end.length;
    clean.fill(SPACE, start, stop);
    start = text.indexOf(begin, stop);
  }
}

function blankExif(clean: Buffer): void {
  for (let at = clean.indexOf(EXIF); at >= 0; ) {
    let next = at + EXIF.length;
    if (clean.toString('latin1', at + 4, at + 10) === 'Exif\0\0') {
      next = Math.min(Math.max(at + 10, at + 2 + clean.readUInt16BE(at + 2)), clean.length);
      clean.fill(0, at + 10, next);
    }
    at = clean.indexOf(EXIF, next);
  }
}

/** Of streams: the metadata, and objects that are packed together. @returns false when one can't be emptied */
function emptyStreams(text: string, clean: Buffer, infos: ReadonlySet<number>): boolean {
  let leftBytes = MAX_UNPACKED_BYTES;
  let count = 0;
  let next = 0;
  for (let at = text.indexOf('stream'); at >= 0; at = text.indexOf('stream', next)) {
    next = at + 6;
    if (text.startsWith('end', at - 3)) continue;
    count += 1;
    if (count > MAX_STREAMS) return false;
    const before = text.slice(Math.max(0, at - MAX_DICTIONARY_CHARS), at);
    const dictionary = before.slice(before.lastIndexOf(' obj') + 1);
    const isMetadata = /\/Type\s{0,20}\/Metadata\b/.test(dictionary);
    if (!isMetadata && !/\/Type\s{0,20}\/ObjStm\b/.test(dictionary)) continue;
    const start = at + 6 + (text[at + 6] === '\r' ? 2 : 1);
    const end = text.indexOf('endstream', start);
    if (end < 0) return false;
    const empty = isMetadata
      ? (bytes: Buffer) => bytes.fill(SPACE)
      : (bytes: Buffer) => blankPacked(bytes, firstOf(dictionary), infos);
    const usedBytes = emptyStream(clean.subarray(start, end), dictionary, leftBytes, empty);
    if (usedBytes === undefined) return false;
    leftBytes -= usedBytes;
    next = end;
  }
  return true;
}

/** Blanks the words in every form of an object: each saving may have added one. */
function blankObjects(text: string, clean: Buffer, number: number): void {
  const objects = new RegExp(`(?<![0-9])${number}\\s{1,20}\\d{1,5}\\s{1,20}obj\\b`, 'g');
  for (let found = objects.exec(text); found; found = objects.exec(text)) {
    const end = text.indexOf('endobj', found.index);
    const stop = end < 0 ? text.length : end;
    blankStrings(clean.subarray(objects.lastIndex, stop));
    objects.lastIndex = stop;
  }
}

/** @returns how many bytes were unpacked; undefined when it can't be done */
function emptyStream(
  bytes: Buffer,
  dictionary: string,
  maxOutputLength: number,
  empty: (unpacked: Buffer) => Buffer,
): number | undefined {
  if (!dictionary.includes('/Filter')) {
    empty(bytes);
    return 0;
  }
  if (!PACKED.test(dictionary) || dictionary.includes('/DecodeParms') || maxOutputLength <= 0) return undefined;
  try {
    const before = inflateSync(bytes, { maxOutputLength });
    const after = empty(Buffer.from(before));
    if (after.equals(before)) return before.length;
    const packed = deflateSync(after, { level: 9 });
    if (packed.length > bytes.length) return undefined;
    // readers stop at the end of what is packed
    bytes.fill(SPACE).set(packed);
    return before.length;
  } catch {
    return undefined;
  }
}

/** Where the objects of an object stream begin. */
function firstOf(dictionary: string): number {
  return Number(/\/First\s{1,20}(\d{1,10})/.exec(dictionary)?.[1] ?? 0);
}

/** Of an object stream: pairs of number and place, then the objects (ISO 32000-1, 7.5.7). */
function blankPacked(bytes: Buffer, first: number, numbers: ReadonlySet<number>): Buffer {
  const values = bytes.toString('latin1', 0, first).trim().split(/\s+/).map(Number);
  for (let at = 0; at + 1 < values.length; at += 2) {
    if (!numbers.has(values[at] ?? -1)) continue;
    const next = values[at + 3];
    blankStrings(bytes.subarray(first + (values[at + 1] ?? 0), next === undefined ? bytes.length : first + next));
  }
  return bytes;
}

/** Turns the content of every string, `(...)` or `<...>`, into spaces or zeros. */
function blankStrings(bytes: Buffer): void {
  let depth = 0;
  let isHex = false;
  for (let at = 0; at < bytes.length; at++) {
    const char = String.fromCharCode(bytes[at] ?? 0);
    if (depth > 0) {
      if (char === '(') depth += 1;
      if (char === ')') depth -= 1;
      const isEscape = char === '\\';
      if (depth > 0) bytes[at] = SPACE;
      if (isEscape && at + 1 < bytes.length) bytes[++at] = SPACE;
    } else if (isHex) {
      if (char === '>') isHex = false;
      else bytes[at] = 0x30;
    } else if (char === '(') depth = 1;
    else if (char === '<' && bytes[at + 1] === 0x3c) at += 1;
    else if (char === '<') isHex = true;
  }
}
