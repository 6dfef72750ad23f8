import { loadCaseRules } from '../cases/case-rules.js';
import { createCaseStore } from '../cases/case-store.js';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { createLog } from '../core/log.js';
import { sweepClocks } from '../jobs/sla-sweep.js';
import { loadKeys } from '../keys.js';
import { connectStore } from '../store/connect.js';

/**
 * A process that does nothing but sweep clocks, to be killed in the middle of it. Prints `swept <number>` for each case
 * whose change it has asked for, and `done` once nothing is due.
 *
 * Arguments: store uri, data folder (for its keys), flows folder, and the instant it takes for now (ISO 8601).
 */
async function main([uri = '', dataDir = '', flowsDir = '', now = '']: readonly string[]): Promise<void> {
  const { keys } = await loadKeys(loadConfig({ DATA_DIR: dataDir }), true);
  const connection = await connectStore(uri);
  const at = new Date(now);
  await sweepClocks({
    cases: createCaseStore(connection.getClient().db(connection.name)),
    rules: loadCaseRules(flowsDir, 'WIB', []),
    keys,
    clock: { ...systemClock, now: () => at },
    log: createLog('error'),
    holdersOf: async () => ({ agent: [], coordinator: [], supervisor: [], leader: [], service: ['service'] }),
    points: (_point, { _id }) => void process.stdout.write(`swept ${_id}\n`),
  });
  process.stdout.write('done\n');
  await connection.close();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
