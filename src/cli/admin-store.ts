import { AppError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { backup, copyStore, restore } from '../store/embedded/admin.js';

export const STORE_USAGE = `  backup DIR             copies the embedded store into a new folder, while the service runs or not
  restore DIR            puts a backup in the place of the embedded store; the service must be stopped
  copy --to mongodb://   copies the embedded store into a MongoDB and compares; the service must be stopped
`;

/** Runs a command about the embedded store as a whole. @returns what to print, or undefined when it is none of these */
export async function runStoreCommand(
  context: { dataDir: string; mongodbUri: string | undefined; now: Date; log: Logger; tell: (line: string) => void },
  words: readonly string[],
): Promise<string | undefined> {
  const [command, argument, to] = words;
  if (command !== 'backup' && command !== 'restore' && command !== 'copy') return undefined;
  const { dataDir, log } = context;
  if (context.mongodbUri && command !== 'copy') {
    throw new AppError('config.invalid', 'MONGODB_URI is set: back that database up with its own tools (mongodump)');
  }
  if (command === 'backup' && argument) {
    const { madeAt, collections, documents } = await backup({ dataDir, target: argument, log });
    return `${documents} documents in ${collections} collections as of ${madeAt}, read through and compared, in ${argument}\nThe keys are not among them: keep DATA_DIR/keys apart.\n`;
  }
  if (command === 'restore' && argument) {
    const { manifest, formerData } = await restore({ dataDir, source: argument, now: context.now });
    const former = formerData ? `The former data is in ${formerData}.\n` : '';
    return `Restored ${manifest.documents} documents as of ${manifest.madeAt}. ${former}The service reconciles at its next start.\n`;
  }
  if (command === 'copy' && argument === '--to' && to) {
    const copied = await copyStore({
      dataDir,
      to,
      log,
      onCollection: (each) => context.tell(`${JSON.stringify(each)}\n`),
    });
    return `${copied.length} collections are equal on both sides. Set MONGODB_URI and the three keys, then start the service.\n`;
  }
  return undefined;
}
