import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp } from '../app.js';
import { playTerminal } from '../channels/terminal/terminal.js';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { conversationIdOf } from '../core/ids.js';
import { createLog } from '../core/log.js';
import { findRunningStore } from '../store/embedded/start.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const ACCOUNT = 'local';

/** `npm run chat [-- NAME]`: a conversation in the terminal, on the store of the service; it may run meanwhile. */
async function chat(chatId: string): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = { ...loadConfig(process.env), HTTP_PORT: 0 };
  const storeUri = config.MONGODB_URI ?? (await findRunningStore(join(config.DATA_DIR, 'store')));
  const app = await startApp({
    config,
    log: createLog('error'),
    clock: systemClock,
    root,
    offersSimilar: config.OFFER_SIMILAR === '1',
    ...(storeUri ? { storeUri } : {}),
  });
  const owner = conversationIdOf(app.keys.addressKey, 'terminal', ACCOUNT, chatId);
  await playTerminal({
    account: ACCOUNT,
    chatId,
    clock: systemClock,
    receive: app.conversations.receive,
    saveFile: (body, name) => app.files.save(owner, body, { name }),
    input: process.stdin,
    output: process.stdout,
  });
  await app.stop();
}

chat(process.argv[2] ?? 'me').then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof AppError ? error.message : error}\n`);
    process.exit(1);
  },
);
