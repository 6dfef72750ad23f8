import type { Attachment } from '../messages/message.js';

/** Of every type the file store keeps. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'image/avif': 'avif',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/wav': 'wav',
  'audio/webm': 'webm',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'application/pdf': 'pdf',
};

/**
 * The name under which a file of ours goes out: phones tell by its ending what opens it. Made by us, as a name that
 * somebody gave may pass for another type, or say who they are.
 */
export function fileNameOf({ mimeType = '' }: Attachment): string {
  return `lampiran.${EXTENSIONS[mimeType] ?? 'bin'}`;
}
