import { systemClock } from '../../../../src/core/clock.js';
import { parseUri } from '../../../../src/store/embedded/address.js';
import { startStoreService } from '../../../../src/store/embedded/service.js';
import { silentLog } from './database.js';

// the store's process as main.ts makes it, but one that expires documents all the time, to be killed while it does
const [folder, uri = ''] = process.argv.slice(2);
const parsed = parseUri(uri);
if (!folder || !parsed) throw new Error('usage: child.ts FOLDER URI');
await startStoreService({
  folder,
  uri,
  ...parsed,
  clock: systemClock,
  log: silentLog,
  lockWaitMs: 0,
  ttlIntervalMs: 20,
});
process.stdout.write('ready\n');
