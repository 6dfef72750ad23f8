import { fileTypeFromBuffer } from 'file-type';
import { AppError } from '../core/errors.js';
import type { AttachmentKind } from '../messages/message.js';
import { isHarmful } from './harmful.js';

/** How much of a file's beginning is enough to tell its type. */
export const HEAD_BYTES = 4100;

/**
 * What may be kept as evidence, by content and never by name. No archives and no office files: they can hold anything,
 * and nobody should have to open them to read a complaint.
 */
const KINDS: Readonly<Record<string, AttachmentKind>> = {
  'image/jpeg': 'image',
  'image/png': 'image',
  'image/webp': 'image',
  'image/gif': 'image',
  'image/heic': 'image',
  'image/heif': 'image',
  'image/avif': 'image',
  'audio/ogg': 'audio',
  'audio/opus': 'audio',
  'audio/mpeg': 'audio',
  'audio/mp4': 'audio',
  'audio/x-m4a': 'audio',
  'audio/aac': 'audio',
  'audio/amr': 'audio',
  'audio/wav': 'audio',
  'audio/webm': 'audio',
  'video/mp4': 'video',
  'video/3gpp': 'video',
  'video/quicktime': 'video',
  'video/webm': 'video',
  'application/pdf': 'document',
};
const ZIP = Buffer.from('PK');

const UNKNOWN: KnownType = { kind: 'document', mimeType: 'application/octet-stream', extension: 'bin' };

export interface KnownType {
  readonly kind: AttachmentKind;
  readonly mimeType: string;
  readonly extension: string;
}

/**
 * Tells from its first bytes what a file is. Of an empty one only what it was said to be can be told, and what is known
 * for harmful is of no type of its own: both are kept, for somebody to see that they came.
 *
 * @param declared only read for an empty file
 * @throws {AppError} `file.unsupported_type` for everything that isn't on the list: programs, web pages, drawings that
 *   can carry scripts, archives, text
 */
export async function judgeType(head: Uint8Array, declared?: string): Promise<KnownType> {
  if (head.length === 0) return { ...UNKNOWN, kind: KINDS[declared?.split(';')[0] ?? ''] ?? 'document' };
  const known = await recognise(head);
  if (known) return known;
  if (isHarmful(head)) return UNKNOWN;
  throw new AppError('file.unsupported_type', 'Only photos, video, sound and PDF are accepted');
}

async function recognise(head: Uint8Array): Promise<KnownType | undefined> {
  // an archive would be looked into to tell a document from a plain zip; both are refused, so don't
  if (ZIP.equals(head.subarray(0, ZIP.length))) return undefined;
  const found = await fileTypeFromBuffer(head);
  const mimeType = found?.mime.split(';')[0] ?? '';
  const kind = Object.hasOwn(KINDS, mimeType) ? KINDS[mimeType] : undefined;
  return found && kind && { kind, mimeType, extension: found.ext };
}
