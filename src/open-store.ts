import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import type { Config } from './config.js';
import type { Keys } from './core/crypto.js';
import type { Logger } from './core/log.js';
import { loadKeys } from './keys.js';
import { connectStore } from './store/connect.js';
import { startEmbeddedStore } from './store/embedded/start.js';

/** A connected store and the keys to what is sealed in it. */
export interface OpenStore {
  readonly keys: Keys;
  /** Whether the keys were made just now. */
  readonly generated: boolean;
  readonly connection: Connection;
  /** The folder of the embedded store that this process started; nobody else uses it. */
  readonly ownDir?: string;
  /** Also ends the embedded store, when this process started it. */
  close(): Promise<void>;
}

/**
 * Connects to the database that is configured, or starts the embedded store of the data folder.
 *
 * @param deps.storeUri of an embedded store that runs already
 * @throws {AppError} when keys are missing or wrong, the data folder is in use, or the database can't be reached
 */
export async function openStore(deps: {
  readonly config: Config;
  readonly log: Logger;
  readonly storeUri?: string | undefined;
}): Promise<OpenStore> {
  const { config, log } = deps;
  const dataDir = join(config.DATA_DIR, 'store');
  const { keys, generated } = await loadKeys(config, existsSync(dataDir));
  const uri = deps.storeUri ?? config.MONGODB_URI;
  if (uri) {
    const connection = await connectStore(uri);
    return { keys, generated, connection, close: () => connection.close() };
  }
  const embedded = await startEmbeddedStore({ dataDir, log });
  try {
    const connection = await connectStore(embedded.uri);
    return {
      keys,
      generated,
      connection,
      ownDir: dataDir,
      async close() {
        await connection.close();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}
