import type { Attachment } from '../messages/message.js';
import type { FileStore } from './files.js';

/**
 * Gives another owner a file of its own with the same bytes: who may see a file is decided by its owner alone. The same
 * copy again is the same file.
 *
 * @returns undefined when `from` has no such file
 */
export type CopyFile = (from: string, to: string, file: Attachment) => Promise<Attachment | undefined>;

export function createCopyFile(files: Pick<FileStore, 'open' | 'save'>): CopyFile {
  return async (from, to, { fileId }) => {
    const opened = fileId === undefined ? undefined : await files.open(from, fileId);
    return opened && files.save(to, opened.stream, {});
  };
}
