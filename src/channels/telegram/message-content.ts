import { cleanText } from '../../core/text.js';
import type { Attachment, AttachmentKind, GeoPoint } from '../../messages/message.js';
import type { PlatformFile, PlatformMessage } from './update-schema.js';

/** What the Bot API lets a bot fetch. */
export const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

/** The files of a message, which stay at the platform until they are fetched by `platformRef` (a file id). */
export function attachmentsOf(message: PlatformMessage): readonly Attachment[] {
  // sizes arrive in ascending order
  const photo = message.photo?.filter((size) => size !== undefined).at(-1);
  if (photo) return [attachment('image', photo, 'image/jpeg')];
  const video = message.animation ?? message.video ?? message.video_note;
  if (video) return [attachment('video', video, 'video/mp4')]; // an animation comes with itself as a document
  const audio = message.voice ?? message.audio;
  if (audio) return [attachment('audio', audio)];
  if (message.document) return [attachment(kindOf(message.document.mime_type), message.document)];
  return [];
}

/** A place, live or not; a venue's name with it. */
export function locationOf(message: PlatformMessage): GeoPoint | undefined {
  const { location, venue } = message;
  if (!location) return undefined;
  const name = cleanText([venue?.title, venue?.address].filter(Boolean).join(', '));
  return { latitude: location.latitude, longitude: location.longitude, ...(name ? { name } : {}) };
}

function attachment(kind: AttachmentKind, file: PlatformFile, mimeType?: string): Attachment {
  const declaredType = file.mime_type ?? mimeType;
  const isTooLarge = file.file_size !== undefined && file.file_size > MAX_DOWNLOAD_BYTES;
  return {
    kind,
    platformRef: file.file_id,
    ...(declaredType === undefined ? {} : { mimeType: declaredType }),
    ...(file.file_size === undefined ? {} : { sizeBytes: file.file_size }),
    ...(isTooLarge ? { refused: 'too_large' as const } : {}),
  };
}

function kindOf(mimeType: string | undefined): AttachmentKind {
  const kind = mimeType?.split('/')[0];
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document';
}
