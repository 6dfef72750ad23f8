import type { Attachment } from '../messages/message.js';
import type { FileStore } from './files.js';

/**
 * Gives another owner a file of its own, without what it tells of who made it: who may see a file is decided by its owner
 * alone. The same copy again is the same file.
 *
 * @returns undefined when `from` has no such file, or none that could be handed on
 */
export type CopyFile = (from: string, to: string, file: Attachment) => Promise<Attachment | undefined>;

export function createCopyFile(files: Pick<FileStore, 'share' | 'save'>): CopyFile {
  return async (from, to, { fileId }) => {
    const copy = fileId === undefined ? undefined : await files.share(from, fileId);
    return copy && files.save(to, copy.body, {});
  };
}
