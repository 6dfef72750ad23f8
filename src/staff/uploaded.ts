import { AppError } from '../core/errors.js';
import type { Attachment } from '../messages/message.js';
import type { FileStore } from '../store/files.js';

/** Files by id, as they were uploaded to one chat. @throws {AppError} `request.invalid` when one of them wasn't */
export async function findUploaded(
  files: Pick<FileStore, 'find'>,
  conversationId: string,
  fileIds: readonly string[],
): Promise<Attachment[]> {
  const found = await Promise.all(fileIds.map((id) => files.find(conversationId, id)));
  return found.map((file) => {
    if (!file) throw new AppError('request.invalid', 'Upload the file to this chat first', { field: 'fileIds' });
    return file;
  });
}
