import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseReport } from '../cases/case.js';
import { createCaseStore } from '../cases/case-store.js';
import { loadConfig } from '../config.js';
import { open } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { loadKeys } from '../keys.js';
import { connectStore } from '../store/connect.js';
import { findRunningStore, startEmbeddedStore } from '../store/embedded/start.js';

const USAGE = `npm run admin -- COMMAND
  case NUMBER      shows a case, with what was reported
`;

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

/** Prints a case as JSON. The receipt code is not among it: it is the complainant's. */
async function showCase(number: string): Promise<void> {
  await withStore(async ({ db, keys }) => {
    const found = await createCaseStore(db).find(number.toUpperCase());
    if (!found) throw new AppError('case.not_found', `There is no case ${number}`);
    const { report, ...clear } = found;
    const shown = { ...clear, report: open<CaseReport>(keys, found._id, report.buffer) };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  });
}

async function main([command, argument]: readonly string[]): Promise<void> {
  if (command === 'case' && argument) return showCase(argument);
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof AppError ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
