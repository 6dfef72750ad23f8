import { fileTypeFromBuffer } from 'file-type';
import { AppError } from '../core/errors.js';
import type { AttachmentKind } from '../messages/message.js';

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

export interface KnownType {
  readonly kind: AttachmentKind;
  readonly mimeType: string;
  readonly extension: string;
}

/**
 * Tells from its first bytes what a file is.
 *
 * @throws {AppError} `file.unsupported_type` for everything that isn't on the list: programs, web pages, drawings that
 *   can carry scripts, archives, text, and empty files
 */
export async function judgeType(head: Uint8Array): Promise<KnownType> {
  if (head.length === 0) throw unsupported('The file is empty');
  // an archive would be looked into to tell a document from a plain zip; both are refused, so don't
  if (ZIP.equals(head.subarray(0, ZIP.length))) throw unsupported(ACCEPTED);
  const found = await fileTypeFromBuffer(head);
  const mimeType = found?.mime.split(';')[0] ?? '';
  const kind = Object.hasOwn(KINDS, mimeType) ? KINDS[mimeType] : undefined;
  if (!found || !kind) throw unsupported(ACCEPTED);
  return { kind, mimeType, extension: found.ext };
}

const ACCEPTED = 'Only photos, video, sound and PDF are accepted';

function unsupported(message: string): AppError {
  return new AppError('file.unsupported_type', message);
}
