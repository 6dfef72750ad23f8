import { isAbsolute } from 'node:path';
import { StoreError } from '../errors.js';
import { BackupError, backupStore } from '../storage/backup.js';
import type { Handler } from './context.js';

/** This store's own command `{ embeddedBackup: FOLDER }`, by which the admin command line reaches a running store. */
export const embeddedBackup: Handler = async (command, { store, now }) => {
  command.allow();
  const folder = command.text('embeddedBackup') ?? '';
  if (!isAbsolute(folder)) throw new StoreError(2, 'embeddedBackup needs an absolute path');
  try {
    const { madeAt, collections, documents } = await backupStore(store, folder, now());
    return (writer) => writer.string('madeAt', madeAt).int32('collections', collections).double('documents', documents);
  } catch (error) {
    if (error instanceof BackupError) throw new StoreError(96, error.message);
    throw error;
  }
};
