import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp } from '../app.js';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { loadKeys } from '../keys.js';
import { connectStore } from '../store/connect.js';
import { findRunningStore, startEmbeddedStore } from '../store/embedded/start.js';
import { CASE_USAGE, runCaseCommand } from './admin-cases.js';
import { MESSAGE_USAGE, runMessageCommand } from './admin-messages.js';
import { PRIVACY_USAGE, runPrivacyCommand } from './admin-privacy.js';
import { runStaffCommand, STAFF_USAGE } from './admin-staff.js';
import { runStoreCommand, STORE_USAGE } from './admin-store.js';

const USAGE = `npm run admin -- COMMAND
${CASE_USAGE}${STAFF_USAGE}${PRIVACY_USAGE}${MESSAGE_USAGE}${STORE_USAGE}`;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const flowsDir = join(root, 'flows');

/** Opens the store of this installation, whether the service runs or not, and closes it after `use`. */
async function withStore<T>(use: (context: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> {
  const context = await openStore();
  try {
    return await use(context);
  } finally {
    await context.connection.close();
    await context.embedded?.stop();
  }
}

async function openStore() {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env);
  const storeDir = join(config.DATA_DIR, 'store');
  const { keys } = await loadKeys(config, existsSync(storeDir));
  const running = config.MONGODB_URI ?? (await findRunningStore(storeDir));
  const embedded = running ? undefined : await startEmbeddedStore({ dataDir: storeDir, log: createLog('error') });
  const connection = await connectStore(running ?? embedded?.uri ?? '');
  return { config, keys, embedded, connection, db: connection.getClient().db(connection.name) };
}

/** Commands that make turns need the conversations; they join the running service's store. */
async function messages(words: readonly string[]): Promise<void> {
  const config = { ...loadConfig(process.env), HTTP_PORT: 0 };
  const storeUri = config.MONGODB_URI ?? (await findRunningStore(join(config.DATA_DIR, 'store')));
  const log = createLog('error');
  const app = await startApp({ config, log, clock: systemClock, root, ...(storeUri ? { storeUri } : {}) });
  try {
    process.stdout.write((await runMessageCommand(app, systemClock.now(), words)) ?? USAGE);
  } finally {
    await app.stop();
  }
}

async function main(words: readonly string[]): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env);
  const told = await runStoreCommand(
    {
      dataDir: join(config.DATA_DIR, 'store'),
      mongodbUri: config.MONGODB_URI,
      now: systemClock.now(),
      log: createLog('error'),
      tell: (line) => process.stdout.write(line),
    },
    words,
  );
  if (told !== undefined) return void process.stdout.write(told);
  if (['dead', 'resend', 'quarantine'].includes(words[0] ?? '')) return messages(words);
  const done =
    words.length > 0
      ? await withStore(async (context) => {
          const admin = { ...context, flowsDir };
          return (
            (await runStaffCommand(admin, words)) ??
            (await runPrivacyCommand(admin, words)) ??
            (await runCaseCommand(admin, words))
          );
        })
      : undefined;
  if (done !== undefined) return void process.stdout.write(done);
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof AppError ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
